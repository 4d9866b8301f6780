// Decides before a request is read to its end whether it may come in: peer, Host, password, origin, kind of content.
import type { LogLevel } from "../../manifest/plan.ts";
import type { ServerPlan } from "../../manifest/plan_sockets.ts";
import type { Clock } from "../../ports/clock.ts";
import { CredentialCheck } from "./credentials.ts";
import { Failures } from "./failures.ts";
import { type HostRules, hostRules, isHostAllowed, isSameOrigin } from "./host_rules.ts";
import { type HttpReply, type Peer, textReply } from "./message.ts";
import type { RequestHead } from "./request_head.ts";

export interface GateParts {
  readonly plan: ServerPlan;
  /** Our own user. */
  readonly uid: number;
  /** Name of this machine. */
  readonly hostName: string;
  readonly clock: Clock;
  readonly log: (level: LogLevel, message: string) => void;
}

/** One per listener. */
export class Gate {
  readonly #parts: GateParts;
  readonly #rules: HostRules;
  readonly #check: CredentialCheck | null;
  readonly #failures = new Failures();
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: GateParts) {
    this.#parts = parts;
    const { username, password } = parts.plan;
    this.#rules = hostRules(parts.plan, parts.hostName);
    this.#check = username === null || password === null
      ? null
      : new CredentialCheck({ username, password });
  }

  /** Null: it may come in. Otherwise the answer it gets. */
  admit(head: RequestHead, peer: Peer): HttpReply | null | Promise<HttpReply | null> {
    const refusal = peerRefusal(peer, this.#parts) ?? hostRefusal(head, this.#rules) ??
      methodRefusal(head);
    if (refusal !== null) return refusal;
    if (this.#check === null || isOpen(head)) {
      return changeRefusal(head, this.#rules);
    }
    return this.#passwordRefusal(head, { peer, check: this.#check });
  }

  /** Whether the password is right, at most one being looked at: guesses side by side would be free ones. */
  async #passwordRefusal(
    head: RequestHead,
    { peer, check }: { readonly peer: Peer; readonly check: CredentialCheck },
  ): Promise<HttpReply | null> {
    const header = head.headers.get("authorization");
    if (header === undefined) return UNAUTHORIZED;
    const source = sourceOf(peer);
    const early = this.#waitRefusal(source);
    if (early !== null) return early;
    if (await check.isKnown(header)) {
      this.#failures.succeeded(source);
      return changeRefusal(head, this.#rules);
    }
    const verdict = this.#last.then(() => this.#tried(header, { source, check }));
    this.#last = verdict;
    return await verdict ?? changeRefusal(head, this.#rules);
  }

  async #tried(
    header: string,
    { source, check }: { readonly source: string; readonly check: CredentialCheck },
  ): Promise<HttpReply | null> {
    const wait = this.#waitRefusal(source);
    if (wait !== null) return wait;
    if (await check.isRight(header)) {
      this.#failures.succeeded(source);
      return null;
    }
    const { clock, log, plan } = this.#parts;
    if (this.#failures.failed(source, clock.now().mono)) {
      log("warn", `too many wrong passwords from ${source} on ${plan.address}`);
    }
    return UNAUTHORIZED;
  }

  #waitRefusal(source: string): HttpReply | null {
    const wait = this.#failures.waitOf(source, this.#parts.clock.now().mono);
    return wait > 0 ? tooMany(wait) : null;
  }
}

/** Health checks of containers and load balancers know no password, and learn nothing but yes or no. */
const OPEN_PATHS: readonly string[] = ["/healthz", "/readyz"];

/** Only a request that brings nothing along: strangers must not fill our memory. */
function isOpen({ method, path, body }: RequestHead): boolean {
  return OPEN_PATHS.includes(path) && method !== "POST" && body.kind === "none";
}

const UNAUTHORIZED: HttpReply = {
  ...textReply("A user and a password are needed\n", 401),
  headers: {
    "content-type": "text/plain; charset=utf-8",
    "www-authenticate": 'Basic realm="default"',
  },
};

function tooMany(wait: number): HttpReply {
  return {
    ...textReply("There were too many wrong passwords: try again later\n", 429),
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "retry-after": `${Math.ceil(wait / 1000)}`,
    },
  };
}

/** Whose failures are counted together: an address, a network where one has billions of them, a user. */
export function sourceOf(peer: Peer): string {
  if (peer.kind === "unix") return `user ${peer.uid}`;
  const isV6 = peer.address.includes(":");
  return isV6 ? `${expanded(peer.address).slice(0, 4).join(":")}::/64` : peer.address;
}

function expanded(address: string): readonly string[] {
  const [head = "", tail] = address.split("::");
  const groups = (part: string) => part === "" ? [] : part.split(":");
  const [before, after] = [groups(head), groups(tail ?? "")];
  const gap = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array.from({ length: gap }, () => "0"), ...after];
}

/** Who may be at the other end of a unix socket. */
export interface SocketRights {
  /** Our own user. */
  readonly uid: number;
  readonly plan: Pick<ServerPlan, "mode" | "owner">;
}

const WRITABLE_BY_OTHERS = 0o022;

/**
 * Root, our own user and the socket's owner may pass. Others may where the manifest has opened the socket's mode to
 * them: which of them that is, the kernel has decided when they connected.
 */
export function mayPass(peer: Peer, { uid, plan }: SocketRights): boolean {
  if (peer.kind === "inet" || peer.uid === 0 || peer.uid === uid) return true;
  if (plan.owner !== null && peer.uid === plan.owner.uid) return true;
  return ((plan.mode ?? 0) & WRITABLE_BY_OTHERS) !== 0;
}

function peerRefusal(peer: Peer, rights: SocketRights): HttpReply | null {
  if (mayPass(peer, rights)) return null;
  return textReply("This socket is for its owner and root: see chown and chmod\n", 403);
}

function hostRefusal({ headers }: RequestHead, rules: HostRules): HttpReply | null {
  const host = headers.get("host") ?? null;
  if (isHostAllowed(host, rules)) return null;
  const hint = "if that is the name of a reverse proxy, add it to allowed_hosts of the server";
  return textReply(`There is no host "${host}" here: ${hint}\n`, 421);
}

const METHODS: readonly string[] = ["GET", "HEAD", "POST", "OPTIONS"];

function methodRefusal({ method }: RequestHead): HttpReply | null {
  if (METHODS.includes(method)) return null;
  return {
    ...textReply("There is no such method here\n", 405),
    headers: { allow: "GET, HEAD, POST" },
  };
}

/** Only a POST changes anything, and only one that no other site can make a browser send. */
function changeRefusal(head: RequestHead, rules: HostRules): HttpReply | null {
  if (head.method !== "POST") return null;
  const { headers, path } = head;
  const value = (name: string) => headers.get(name) ?? null;
  const from = { origin: value("origin"), site: value("sec-fetch-site"), host: value("host") };
  if (!isSameOrigin(from, rules)) {
    const hint = "behind a reverse proxy, add its name to allowed_hosts of the server";
    return textReply(`A page of another site cannot change anything here; ${hint}\n`, 403);
  }
  const type = (value("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const wanted = contentTypes(path);
  if (wanted === null || wanted.includes(type)) return null;
  return textReply(`The content type must be ${wanted[0]}\n`, 415);
}

/** What may be posted to a path; null: anything. A form of another site can send none of these. */
function contentTypes(path: string): readonly string[] | null {
  if (path.startsWith("/api/")) return ["application/json"];
  // Python's and PHP's clients send one of these; hand-made ones send none.
  if (path === "/RPC2" || path === "/") return ["text/xml", "application/xml", ""];
  return null;
}
