// The server sections of a plan: where the control server listens, and who may come in.
import { isLoopback, splitHostPort } from "../base/ip_address.ts";
import { readPassword } from "../base/password_form.ts";
import type { ManifestContext } from "./context.ts";
import type { KnownSection, Manifest } from "./manifest.ts";
import { sectionsOf } from "./manifest.ts";
import type { ServerPlan } from "./plan.ts";
import { addWarning, type ProblemLog } from "./problems.ts";
import { parseInteger } from "./python_text.ts";
import { isSet, reportError, reportMissing, reportWarning, type Scope, take } from "./scope.ts";
import type { Setting } from "./setting.ts";
import { CTL, CTL_PLUGIN, INET_SERVER, RPC_INTERFACE, UNIX_SERVER } from "./settings_server.ts";

export interface ServerRequest {
  readonly machine: ManifestContext;
  readonly problems: ProblemLog;
  readonly env: ReadonlyMap<string, string>;
}

export function buildServers(manifest: Manifest, request: ServerRequest): readonly ServerPlan[] {
  const inet = sectionsOf(manifest, "inet_http_server").map((known) => serverScope(known, request));
  const unix = sectionsOf(manifest, "unix_http_server").map((known) => serverScope(known, request));
  checkRest(manifest, request);
  return [...inet.map(buildInet), ...unix.map(buildUnix)].filter((server) => server !== null);
}

function serverScope({ section }: KnownSection, { machine, problems, env }: ServerRequest): Scope {
  const values = new Map([["host_node_name", machine.hostName]]);
  return { section, machine, problems, names: { values, env } };
}

function buildUnix(scope: Scope): ServerPlan | null {
  const credentials = buildCredentials(scope);
  const address = take(scope, UNIX_SERVER.file);
  const mode = take(scope, UNIX_SERVER.chmod) ?? 0o700;
  const owner = take(scope, UNIX_SERVER.chown);
  const allowedHosts = hostsOf(scope);
  if (address === null) return missing(scope, UNIX_SERVER.file);
  const { name } = scope.section;
  return { kind: "unix", section: name, address, mode, owner, ...credentials, allowedHosts };
}

function buildInet(scope: Scope): ServerPlan | null {
  const credentials = buildCredentials(scope);
  const allowedHosts = hostsOf(scope);
  const isInsecure = take(scope, INET_SERVER.allowInsecure);
  const text = take(scope, INET_SERVER.port);
  if (text === null) return missing(scope, INET_SERVER.port);
  const address = inetAddress(text);
  if (address === null) {
    const what = `Cannot read "${text}" as a port`;
    reportError(scope, INET_SERVER.port, {
      what,
      allowed: "use PORT, *:PORT or HOST:PORT, PORT from 1 to 65535",
    });
    return null;
  }
  if (credentials.password === null && !isInsecure && !isLoopback(splitHostPort(address).host)) {
    reportError(scope, INET_SERVER.port, {
      what: `Listens on "${text}", beyond this machine, and asks for no password`,
      allowed: "set username and password, use 127.0.0.1:PORT, or set allow_insecure = true",
    });
  }
  const { name } = scope.section;
  const base = { kind: "inet", section: name, address, mode: null, owner: null } as const;
  return { ...base, ...credentials, allowedHosts };
}

function hostsOf(scope: Scope): readonly string[] {
  const hosts = take(scope, UNIX_SERVER.allowedHosts).filter((host) => host !== "");
  for (const host of hosts.filter((one) => one !== "*" && !/^[\w.:[\]-]+$/.test(one))) {
    const allowed = "use names as in the address bar, without http:// and path";
    reportError(scope, UNIX_SERVER.allowedHosts, { what: `"${host}" is no host`, allowed });
  }
  return hosts;
}

/** `host:port` with `*` for every address; null when it is none. */
export function inetAddress(text: string): string | null {
  const isBare = !text.includes(":");
  const { host: written, port: digits } = isBare ? { host: "", port: text } : splitHostPort(text);
  const host = written.toLowerCase();
  const port = parseInteger(digits) ?? 0;
  if (port < 1 || port > 65535) return null;
  // An IPv6 address needs its brackets to be told from the port.
  return `${host === "" ? "*" : host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** What SUPERVISOR_SERVER_URL says of the first server: a unix one if there is any. */
export function serverUrl(servers: readonly ServerPlan[]): string | null {
  const server = servers.find((one) => one.kind === "unix") ?? servers[0];
  if (server === undefined) return null;
  if (server.kind === "unix") return `unix://${server.address}`;
  return `http://${server.address.replace(/^\*:/, "localhost:")}`;
}

function buildCredentials(scope: Scope) {
  const { username: user, password: secret } = UNIX_SERVER;
  if (isSet(scope, user) !== isSet(scope, secret)) {
    const [given, other] = isSet(scope, user) ? [user, secret] : [secret, user];
    reportError(scope, given, { what: `Set without ${other.key}`, allowed: "set both or neither" });
  }
  const password = take(scope, secret);
  if (password !== null) checkPassword(scope, password);
  return { username: take(scope, user), password };
}

/** What looks like a hash must be one: taken as a clear password it would let in whoever has seen the file. */
function checkPassword(scope: Scope, password: string): void {
  const { password: setting } = UNIX_SERVER;
  if (readPassword(password) === null) {
    const allowed = "use what `runner hash-password` prints, or {SHA} and 40 hex digits";
    reportError(scope, setting, { what: "Cannot read as a hash", allowed });
    return;
  }
  const [, scheme] = /^\{([A-Z0-9-]+)\}/i.exec(password) ?? [];
  if (scheme === undefined || scheme === "SHA" || scheme === "SCRYPT") return;
  const what = `Taken as a password in clear: {${scheme}} is not known`;
  reportWarning(scope, setting, { what, allowed: "use {SCRYPT} or {SHA}", errorIn: "check" });
}

/** supervisorctl and the plug-ins: nothing of them is in a plan. */
function checkRest(manifest: Manifest, request: ServerRequest): void {
  for (const known of sectionsOf(manifest, "supervisorctl")) {
    for (const setting of Object.values(CTL)) take(serverScope(known, request), setting);
  }
  for (const known of sectionsOf(manifest, "rpcinterface")) {
    checkPlugin(serverScope(known, request), RPC_INTERFACE.factory);
  }
  for (const known of sectionsOf(manifest, "ctlplugin")) {
    checkPlugin(serverScope(known, request), CTL_PLUGIN.factory);
  }
}

/** The one interface that every supervisord.conf names. It is built in. */
const BUILT_IN = "supervisor.rpcinterface:make_main_rpcinterface";

function checkPlugin(scope: Scope, setting: Setting<string | null>): void {
  const factory = isSet(scope, setting) ? take(scope, setting) : null;
  if (factory === BUILT_IN) return;
  const what = `Ignored: plug-ins in Python are not supported${
    factory === null ? "" : ` (${factory})`
  }`;
  const spot = { place: scope.section.place, section: scope.section.name, key: "" };
  addWarning(scope.problems, spot, { what, allowed: "", errorIn: "strict" });
}

function missing(scope: Scope, setting: Setting<unknown>): null {
  if (!isSet(scope, setting)) reportMissing(scope, setting);
  return null;
}
