// Sends errands: short commands of the runner's own, each killed when it takes too long.
import { cutCharacterLength } from "../base/utf8_tail.ts";
import { childEnvironment, ownEnvironment } from "../core/child_environment.ts";
import type { Bytes } from "../manifest/plan.ts";
import type { Clock } from "../ports/clock.ts";
import type { Errand, ErrandEnd, Errands } from "../ports/errands.ts";
import type { Children, PipeHandle, PipeReader, Reaped, SpawnResult } from "../ports/host.ts";
import type { ChildJournal } from "../ports/journal.ts";
import { type LaunchPlan, startCommand, type StarterParts } from "./child_starter.ts";
import { StdinPipe } from "./stdin_pipe.ts";

export interface ErrandParts extends StarterParts {
  readonly children: Children;
  readonly clock: Clock;
  readonly pipes: PipeReader;
  readonly journal: ChildJournal;
}

/** The end of an output that is kept. */
const TAIL: Bytes = 4096;

/** What an errand has that is like no program. */
const RUNNER_ITSELF: Omit<LaunchPlan, "id" | "command"> = {
  commandFault: null,
  directory: null,
  umask: null,
  user: null,
  nice: null,
  oomScoreAdj: null,
  rlimits: [],
  memory: { cap: null, action: "restart", hardLimit: null },
  stderr: "stdout",
};

interface Sent {
  readonly pid: number;
  readonly mark: string;
  readonly isSwept: boolean;
  readonly ended: (end: ErrandEnd) => void;
  readonly tail: OutputTail;
  readonly pipe: PipeHandle;
  readonly stdin: StdinPipe | null;
  readonly limit: Disposable;
  timedOut: boolean;
  /** Nobody wants to hear of it any more. */
  isDropped: boolean;
}

/** All errands under way. Its owner gives it every child that has been reaped and is none of the pool's. */
export class ErrandRunner implements Errands, Disposable {
  readonly #parts: ErrandParts;
  readonly #sent = new Map<number, Sent>();
  #count = 0;

  constructor(parts: ErrandParts) {
    this.#parts = parts;
  }

  /** Those under way with their marks, for the program that takes over: it hears of none, and kills them. */
  get marks(): ReadonlyMap<number, string> {
    return new Map([...this.#sent].map(([pid, { mark }]) => [pid, mark]));
  }

  /** How many have not ended. */
  get underWay(): number {
    return this.#sent.size;
  }

  send(errand: Errand, ended: (end: ErrandEnd) => void): Disposable {
    const { children, clock, journal, pipes } = this.#parts;
    const run = this.#count += 1;
    const marks = this.#parts.marks(errand.name, run);
    const spawned = this.#spawn(errand, marks);
    if (spawned.kind === "failed") return this.#fail(spawned, ended);
    const { pid } = spawned;
    const tail = new OutputTail();
    const sent: Sent = {
      pid,
      mark: Object.entries(marks).map((entry) => entry.join("="))[0] ?? "",
      isSwept: errand.isSwept === true,
      ended,
      tail,
      pipe: pipes.attach(spawned.stdout, tail, () => {}),
      stdin: spawned.stdin === null ? null : new StdinPipe(spawned.stdin, children),
      limit: clock.wakeAt(clock.now().mono + errand.timeout, () => this.#expire(pid)),
      timedOut: false,
      isDropped: false,
    };
    this.#sent.set(pid, sent);
    journal.add({ id: errand.name, run, pid });
    sent.stdin?.end(new TextEncoder().encode(errand.stdin ?? ""));
    return { [Symbol.dispose]: () => this.#drop(sent) };
  }

  /** Takes the end of an errand. False: it was none. */
  reaped({ pid, exit, launchFault, isShortage }: Reaped): boolean {
    const sent = this.#sent.get(pid);
    if (sent === undefined) return false;
    this.#parts.journal.remove(pid);
    sent.pipe.drain();
    this.#forget(sent);
    if (sent.isSwept) this.#parts.children.sweepGroup(pid, sent.mark);
    // One that came to its end while its time ran out has come to its end.
    const timedOut = sent.timedOut && exit.kind !== "code";
    const end: ErrandEnd = {
      exit: launchFault === null && !timedOut ? exit : null,
      timedOut,
      fault: launchFault,
      ...(isShortage === undefined ? {} : { isShortage }),
      output: sent.tail.text(),
    };
    if (!sent.isDropped) sent.ended(end);
    return true;
  }

  /** Kills those that are under way; nothing is told of them. */
  [Symbol.dispose](): void {
    for (const sent of [...this.#sent.values()]) {
      this.#drop(sent);
      this.#forget(sent);
    }
  }

  /** Lets go of all that it has. What it left in the background may hold its pipe open for ever. */
  #forget(sent: Sent): void {
    this.#sent.delete(sent.pid);
    sent.limit[Symbol.dispose]();
    sent.stdin?.[Symbol.dispose]();
    sent.pipe.close();
  }

  #spawn(
    { name, command, like, environment, stdin }: Errand,
    marks: Readonly<Record<string, string>>,
  ): SpawnResult {
    const parts = this.#parts;
    const plan: LaunchPlan = {
      ...(like ?? RUNNER_ITSELF),
      id: name,
      command,
      commandFault: null,
      // The memory of a program is the program's: its cgroup may be full.
      memory: RUNNER_ITSELF.memory,
      stderr: "stdout",
    };
    const base = like === null
      ? ownEnvironment(parts.inherited)
      : childEnvironment(like, { ...parts, marks: {} });
    const env = { ...base, ...environment, ...marks };
    return startCommand(plan, { env, stdin: { kind: stdin === null ? "null" : "pipe" } }, parts);
  }

  #fail(
    { reason: fault, isShortage }: Extract<SpawnResult, { kind: "failed" }>,
    ended: (end: ErrandEnd) => void,
  ): Disposable {
    const { clock } = this.#parts;
    // Not at once: whoever sent it is still at work.
    const why = { fault, ...(isShortage === undefined ? {} : { isShortage }) };
    const told = () => ended({ exit: null, timedOut: false, ...why, output: "" });
    return clock.wakeAt(clock.now().mono, told);
  }

  #expire(pid: number): void {
    const sent = this.#sent.get(pid);
    if (sent === undefined) return;
    sent.timedOut = true;
    this.#kill(sent);
  }

  #drop(sent: Sent): void {
    if (this.#sent.get(sent.pid) !== sent || sent.isDropped) return;
    sent.isDropped = true;
    this.#kill(sent);
  }

  #kill({ pid, mark }: Sent): void {
    this.#parts.children.sweep(pid, mark);
  }
}

/** The last bytes of an output. */
class OutputTail {
  #bytes = new Uint8Array(0);

  write(bytes: Uint8Array): boolean {
    const fresh = bytes.subarray(Math.max(0, bytes.length - TAIL));
    const kept = this.#bytes.subarray(Math.max(0, this.#bytes.length + fresh.length - TAIL));
    const next = new Uint8Array(kept.length + fresh.length);
    next.set(kept);
    next.set(fresh, kept.length);
    this.#bytes = next;
    return true;
  }

  /** Without the halves of characters at both ends. */
  text(): string {
    const cut = cutCharacterLength(this.#bytes);
    const first = this.#bytes.findIndex((byte) => byte < 0x80 || byte >= 0xc0);
    const whole = this.#bytes.subarray(Math.max(first, 0), this.#bytes.length - cut);
    return new TextDecoder().decode(whole).trimEnd();
  }
}
