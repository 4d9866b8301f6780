// The server sections of a plan: checked and kept, so that a fault shows now and not when they act.
import type { ManifestContext } from "./context.ts";
import type { KnownSection, Manifest } from "./manifest.ts";
import { sectionsOf } from "./manifest.ts";
import type { ServerPlan } from "./plan.ts";
import type { ProblemLog } from "./problems.ts";
import { parseInteger } from "./python_text.ts";
import { isSet, reportError, reportMissing, type Scope, take } from "./scope.ts";
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
  if (address === null) return missing(scope, UNIX_SERVER.file);
  return { kind: "unix", section: scope.section.name, address, mode, owner, ...credentials };
}

function buildInet(scope: Scope): ServerPlan | null {
  const credentials = buildCredentials(scope);
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
  const { name } = scope.section;
  return { kind: "inet", section: name, address, mode: null, owner: null, ...credentials };
}

/** `host:port` with `*` for every address; null when it is none. */
export function inetAddress(text: string): string | null {
  const colon = text.lastIndexOf(":");
  const host = text.slice(0, Math.max(0, colon)).toLowerCase();
  const port = parseInteger(text.slice(colon + 1)) ?? 0;
  return port >= 1 && port <= 65535 ? `${host === "" ? "*" : host}:${port}` : null;
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
  return { username: take(scope, user), password: take(scope, secret) };
}

/** supervisorctl and the plug-ins: nothing of them is in a plan. */
function checkRest(manifest: Manifest, request: ServerRequest): void {
  for (const known of sectionsOf(manifest, "supervisorctl")) {
    for (const setting of Object.values(CTL)) take(serverScope(known, request), setting);
  }
  for (const known of sectionsOf(manifest, "rpcinterface")) {
    const scope = serverScope(known, request);
    if (take(scope, RPC_INTERFACE.factory) === null) missing(scope, RPC_INTERFACE.factory);
  }
  for (const known of sectionsOf(manifest, "ctlplugin")) {
    const scope = serverScope(known, request);
    if (take(scope, CTL_PLUGIN.factory) === null) missing(scope, CTL_PLUGIN.factory);
  }
}

function missing(scope: Scope, setting: Setting<unknown>): null {
  if (!isSet(scope, setting)) reportMissing(scope, setting);
  return null;
}
