// For whom a request is meant and where it comes from: against DNS rebinding and forms of other sites. Pure.
import { parseAddress, splitHostPort } from "../../base/ip_address.ts";

export interface HostRules {
  readonly kind: "unix" | "inet";
  /** Names by which this server may be called, in lower case; `*` for any. */
  readonly names: readonly string[];
}

/** The names of a server: the host it listens on, the machine, and those of `allowed_hosts`. */
export function hostRules(plan: {
  readonly kind: "unix" | "inet";
  readonly address: string;
  readonly allowedHosts?: readonly string[];
}, machine: string): HostRules {
  const own = plan.kind === "inet" ? [splitHostPort(plan.address).host, machine] : [];
  const names = [...own.filter((name) => name !== "*"), "localhost", ...plan.allowedHosts ?? []];
  return { kind: plan.kind, names: names.map((name) => name.toLowerCase()) };
}

/**
 * Whether the server may be called by this Host. A page of another site can make its own name lead here, but it
 * cannot make a browser send a name or a number that is ours.
 */
export function isHostAllowed(host: string | null, rules: HostRules): boolean {
  // A browser always sends one.
  if (host === null || rules.kind === "unix") return true;
  const { host: name } = splitHostPort(host);
  return parseAddress(name) !== null || isNamed(host, rules.names);
}

function isNamed(host: string, names: readonly string[]): boolean {
  const whole = host.toLowerCase();
  const bare = splitHostPort(whole).host.replace(/\.$/, "");
  return names.includes("*") || names.includes(whole) || names.includes(bare);
}

/** Where a browser says a request comes from; null where nothing is said. */
export interface Origin {
  /** `Origin`. */
  readonly origin: string | null;
  /** `Sec-Fetch-Site`. */
  readonly site: string | null;
  readonly host: string | null;
}

/** Whether a request that changes something comes from our own page, or from no page at all. */
export function isSameOrigin({ origin, site, host }: Origin, rules: HostRules): boolean {
  if (site !== null && site !== "same-origin" && site !== "none") return false;
  if (origin === null) return true;
  const [, scheme = "", authority = ""] = /^(https?):\/\/([^/?#@\s]+)$/i.exec(origin) ?? [];
  if (authority === "") return false;
  const port = scheme.toLowerCase() === "https" ? "443" : "80";
  if (host !== null && withPort(authority, port) === withPort(host, port)) return true;
  // Behind a proxy our Host is not the one in the browser. A star allows calls, never strangers' pages.
  return isNamed(authority, rules.names.filter((name) => name !== "*" && !OWN.includes(name)));
}

/** Another server on this machine is another origin: these names count with their port only. */
const OWN: readonly string[] = ["localhost"];

function withPort(authority: string, fallback: string): string {
  const { host, port } = splitHostPort(authority.toLowerCase());
  return `${host}:${port === "" ? fallback : port}`;
}
