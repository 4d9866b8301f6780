// The options that many commands share.
import type { OptionSpec } from "./options.ts";

export const HELP: OptionSpec = {
  name: "help",
  letter: "h",
  help: "Say how the command is used",
};

export const JSON_OUTPUT: OptionSpec = { name: "json", help: "Print JSON" };

/** For commands that read a manifest themselves. */
export const MANIFEST: OptionSpec = {
  name: "configuration",
  letter: "c",
  value: "FILE",
  takes: "manifests",
  help: "The manifest, when it is not given as a word",
};

export const SOCKET: OptionSpec = {
  name: "socket",
  letter: "s",
  value: "ADDRESS",
  takes: "files",
  help: "The runner at this socket or URL, http://host:port",
};

/** Which running runner is meant, and how to get in. */
export const TARGET: readonly OptionSpec[] = [
  {
    name: "configuration",
    letter: "c",
    value: "FILE",
    takes: "manifests",
    help: "The runner that has this manifest",
  },
  SOCKET,
  { name: "user", value: "NAME", help: "User name there; else RUNNER_USER" },
  {
    name: "password-file",
    value: "FILE",
    takes: "files",
    help: "File with the password in its first line; else RUNNER_PASSWORD",
  },
];

export const TIMEOUT: OptionSpec = {
  name: "timeout",
  value: "TIME",
  help: "How long to wait: seconds, or 500ms, 2m",
};

/** For commands that can follow something. */
export const FOLLOW_TIMEOUT: OptionSpec = {
  ...TIMEOUT,
  help: "How long to wait, or to follow: seconds, or 500ms, 2m",
};

/** For commands whose wish takes its time. */
export const WAITING: readonly OptionSpec[] = [
  { name: "wait", help: "Return when it is done (the default)" },
  { name: "no-wait", help: "Return when it has begun" },
  TIMEOUT,
];

/** What ends the options of every command that talks to a runner. */
export const LAST: readonly OptionSpec[] = [JSON_OUTPUT, ...TARGET, HELP];
