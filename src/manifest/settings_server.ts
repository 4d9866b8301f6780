// The table of keys, last part: control sockets, supervisorctl, plug-ins and includes.
import { BOOLEAN, NAME_LIST, OCTAL, PATTERNS, SECRET, TEXT } from "./readers.ts";
import { OWNER, PATH } from "./readers_system.ts";
import { ownSetting, setting } from "./setting.ts";

const CREDENTIALS = {
  username: setting("username", TEXT, { ini: null, help: "Name asked for; goes with password." }),
  password: setting("password", SECRET, {
    ini: null,
    secret: true,
    help:
      "Password asked for: what `runner hash-password` prints, {SHA} and its SHA-1 in hex, or in clear.",
  }),
} as const;

const HOSTS = {
  allowedHosts: ownSetting("allowed_hosts", NAME_LIST, {
    ini: [],
    help:
      "Further names by which a browser may call it, such as that of a reverse proxy; * for any.",
  }),
} as const;

/** `[unix_http_server]` */
export const UNIX_SERVER = {
  file: setting("file", PATH, { ini: null, help: "Path of the socket; required." }),
  chmod: setting("chmod", OCTAL, { ini: null, shown: "0700", help: "File mode of the socket." }),
  chown: setting("chown", OWNER, { ini: null, help: "Owner of the socket: USER or USER:GROUP." }),
  ...CREDENTIALS,
  ...HOSTS,
} as const;

/** `[inet_http_server]` */
export const INET_SERVER = {
  port: setting("port", TEXT, {
    ini: null,
    help: "PORT, *:PORT or HOST:PORT (127.0.0.1:9001, [::1]:9001); required.",
  }),
  ...CREDENTIALS,
  ...HOSTS,
  allowInsecure: ownSetting("allow_insecure", BOOLEAN, {
    ini: false,
    shown: "false",
    help: "Listen beyond this machine without a password.",
  }),
} as const;

/** `[supervisorctl]` */
export const CTL = {
  serverurl: setting("serverurl", TEXT, {
    ini: null,
    shown: "http://localhost:9001",
    help: "Address of the server: http://host:port or unix:///path.",
  }),
  username: setting("username", TEXT, { ini: null, help: "Name to give." }),
  password: setting("password", SECRET, {
    ini: null,
    secret: true,
    help: "Password to give, in clear.",
  }),
  prompt: setting("prompt", TEXT, { ini: null, shown: "supervisor", help: "Prompt of the shell." }),
  historyFile: setting("history_file", PATH, { ini: null, help: "File of earlier lines." }),
} as const;

/** `[rpcinterface:x]` */
export const RPC_INTERFACE = {
  factory: setting("supervisor.rpcinterface_factory", TEXT, {
    ini: null,
    help: "Python function that would make the interface.",
  }),
} as const;

/** `[ctlplugin:x]` */
export const CTL_PLUGIN = {
  factory: setting("supervisor.ctl_factory", TEXT, {
    ini: null,
    help: "Python function that would make the plug-in.",
  }),
} as const;

/** `[include]` */
export const INCLUDE = {
  files: setting("files", PATTERNS, {
    ini: null,
    help: "Patterns of files to read, too, relative to this one; required.",
  }),
} as const;
