// Looks at programs over sockets: whether a connection is accepted, and what is answered to a GET.
import { connect, type Socket } from "node:net";
import type { Millis } from "../manifest/plan.ts";
import { LOOPBACK } from "../manifest/ready_words.ts";
import type { LookFault, NetworkProbe, Prober } from "../ports/prober.ts";
import { answerStatus, MOST_HEAD, probeRequest, statusFault } from "./probe_answer.ts";
import { lookSecurely } from "./secure_look.ts";
import { descriptorShortage } from "./shortage.ts";

/** After a good status the rest of an answer is heard for so long: servers complain of those who hang up. */
const LINGER: Millis = 1_000;
const MOST_BODY = 256 << 10;

/** The loopbacks, for those who name no host: no resolver is asked. */
const LOOPBACKS = ["127.0.0.1", "::1"];

/** Nothing of it waits, and no descriptor outlives its look. */
export function networkProber(): Prober {
  return {
    look(probe, limit, told) {
      const look = new Look(probe, told);
      look.begin(limit);
      return look;
    },
  };
}

/** Hosts for which no resolver is asked: addresses, this machine, the file of a socket. */
const NO_NAME = new RegExp(`^([\\d.]*|.*:.*|${LOOPBACK})$`);
/** As many as a look may need at the same time: sockets, a resolver and its files, certificates. */
const MOST_DESCRIPTORS = 8;

type Told = (fault: LookFault | null) => void;

/** One look; it may need two connections where a name has two addresses. */
class Look implements Disposable {
  readonly #probe: NetworkProbe;
  readonly #url: URL | null;
  readonly #hosts: string[];
  #told: Told | null;
  #fault: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #close = () => {};

  constructor(probe: NetworkProbe, told: Told) {
    this.#probe = probe;
    this.#told = told;
    this.#url = probe.kind === "http" ? new URL(probe.url) : null;
    const host = this.#url?.hostname.replace(/^\[|\]$/g, "") ??
      (probe.kind === "tcp" ? probe.host : "");
    this.#hosts = host === LOOPBACK ? [...LOOPBACKS] : [host];
  }

  begin(limit: Millis): void {
    const probe = this.#probe;
    const isSecure = probe.kind === "http" && this.#url?.protocol === "https:";
    const want = isSecure ? this.#shortage() : null;
    if (want !== null) {
      this.#timer = setTimeout(() => this.#say({ unseen: want }));
      return;
    }
    this.#timer = setTimeout(() => this.#end(`no answer within ${limit} ms`), limit);
    if (isSecure) {
      const asking = lookSecurely(probe, (fault) => this.#end(fault));
      this.#close = () => asking[Symbol.dispose]();
    } else this.#next(null);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#told = null;
    this.#close();
  }

  /** `fault`: of the address before. That of the first one says most: the other may not even exist here. */
  #next(fault: string | null): void {
    this.#fault ??= fault;
    const host = this.#hosts.shift();
    if (host === undefined) return this.#end(this.#fault);
    const socket = this.#connect(host);
    let isOver = false;
    this.#close = () => {
      isOver = true;
      socket.destroy();
    };
    socket.on("error", (error: Error) => {
      if (isOver) return;
      this.#close();
      this.#next(faultOf(error));
    });
    socket.once("connect", () => this.#connected(socket));
  }

  #connect(host: string): Socket {
    const probe = this.#probe;
    switch (probe.kind) {
      case "unix":
        return connect({ path: probe.path });
      case "tcp":
        return connect({ host, port: probe.port });
      case "http":
        return connect({ host, port: Number(this.#url?.port || 80) });
    }
  }

  #connected(socket: Socket): void {
    const probe = this.#probe;
    if (this.#url === null || probe.kind !== "http") return this.#end(null);
    let head = "";
    let bytes = 0;
    const text = new TextDecoder("latin1");
    socket.on("data", (chunk: Uint8Array) => {
      bytes += chunk.length;
      if (bytes > MOST_BODY) return this.#close();
      if (this.#told === null) return;
      head += text.decode(chunk);
      const status = answerStatus(head);
      if (status !== null) return this.#answered(statusFault(status, probe.status));
      if (head.length > MOST_HEAD) this.#end("the answer has no end");
    });
    socket.on("end", () => this.#end("the connection was closed without an answer"));
    socket.write(probeRequest(this.#url));
  }

  #answered(fault: string | null): void {
    const close = this.#close;
    this.#close = () => {};
    this.#end(fault);
    const linger = setTimeout(close, LINGER);
    this.#close = () => {
      clearTimeout(linger);
      close();
    };
  }

  #end(fault: string | null): void {
    // The runtime says "connection refused" where there is no descriptor.
    const want = fault === null ? null : this.#shortage();
    this.#say(want === null ? fault : { unseen: want });
  }

  #shortage(): string | null {
    const host = this.#url?.hostname ?? (this.#probe.kind === "tcp" ? this.#probe.host : "");
    const isPlain = this.#url?.protocol !== "https:" && NO_NAME.test(host);
    return descriptorShortage(isPlain ? 1 : MOST_DESCRIPTORS);
  }

  /** Says it once, and lets go of everything. */
  #say(fault: LookFault | null): void {
    const told = this.#told;
    this[Symbol.dispose]();
    told?.(fault);
  }
}

/** `connection refused`, in words where there are some. */
function faultOf(error: Error): string {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return WORDS.get(code) ?? (code === "" ? error.message : code);
}

const WORDS = new Map([
  ["ECONNREFUSED", "connection refused"],
  ["ECONNRESET", "connection reset"],
  ["ENOENT", "there is no such file"],
  ["ENOTFOUND", "the host is not known"],
  ["EACCES", "permission denied"],
  ["EHOSTUNREACH", "the host cannot be reached"],
  ["ETIMEDOUT", "the connection timed out"],
]);
