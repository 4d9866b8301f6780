// The output of all children: their pipes, their logs, and the copy in the foreground.
import type { ProcessPlan } from "../manifest/plan.ts";
import type { Clock } from "../ports/clock.ts";
import type { PipeReader } from "../ports/host.ts";
import type { LogStore, StreamName } from "../ports/logs.ts";
import type { ChildOutput, OutputFds } from "../ports/output.ts";
import type { OutputEvents } from "../ports/output_events.ts";
import { Foreground, type ForegroundLook } from "./foreground.ts";
import type { OwnLog } from "./own_log.ts";
import type { OutputTap } from "./stream_pipe.ts";
import {
  ProcessOutput,
  type ProcessOutputParts,
  type ProcessOutputState,
} from "./process_output.ts";
import type { StreamCounters } from "./process_output.ts";

export interface OutputOptions {
  readonly pipes: PipeReader;
  readonly store: LogStore;
  readonly clock: Clock;
  /** The copy on our stdout; null: none. */
  readonly foreground: ForegroundLook | null;
  /** At level debug the output of programs goes there, too. */
  readonly log?: Pick<OwnLog, "isOn" | "write">;
  /** Where event listeners hear of output. */
  readonly events?: OutputEvents;
}

/** The output of one process as it is handed over. */
export interface OutputState {
  readonly plan: ProcessPlan;
  readonly hasLeft: boolean;
  readonly state: ProcessOutputState;
}

function stateOf(process: ProcessOutput, hasLeft: boolean): OutputState {
  return { plan: process.plan, hasLeft, state: process.handOver() };
}

/** Wires the pipes of all runs to the logs of their processes. */
export class Output implements ChildOutput {
  readonly #parts: ProcessOutputParts;
  readonly #processes = new Map<string, ProcessOutput>();
  /** Of processes that have left, as long as somebody they have left behind may write. */
  #left: ProcessOutput[] = [];

  constructor({ pipes, store, clock, foreground, log, events }: OutputOptions) {
    const copy = foreground === null ? null : new Foreground(store, foreground);
    const debug = log?.isOn("debug") ? (message: string) => log.write("debug", message) : null;
    this.#parts = { pipes, store, clock, foreground: copy, debug, events: events ?? null };
  }

  /** Names that are told before anything is written are aligned from the first line on. */
  announce(plans: readonly ProcessPlan[]): void {
    for (const plan of plans) this.#parts.foreground?.register(plan);
  }

  attach(plan: ProcessPlan, run: number, fds: OutputFds): void {
    const process = this.#processOf(plan);
    if (process.plan !== plan) process.adjust(plan);
    process.attach("stdout", run, fds.stdout);
    if (fds.stderr !== null) process.attach("stderr", run, fds.stderr);
  }

  drain(id: string): void {
    this.#processes.get(id)?.drain();
  }

  /** For the program that takes over. Nothing may be read any more. */
  handOver(): readonly OutputState[] {
    this.#forgetLeft();
    const present = [...this.#processes.values()].map((process) => stateOf(process, false));
    return [...present, ...this.#left.map((process) => stateOf(process, true))];
  }

  /** Reads on where another program has left off. */
  adopt(states: readonly OutputState[], planOf: (id: string) => ProcessPlan | undefined): void {
    for (const { plan, hasLeft, state } of states) {
      const process = hasLeft
        ? new ProcessOutput(plan, this.#parts)
        : this.#processOf(planOf(plan.id) ?? plan);
      process.adopt(state);
      if (hasLeft) this.#letGo(process);
    }
  }

  /** Looks on at a stream of a process, of this and all later runs, until disposed. */
  tap(plan: ProcessPlan, stream: StreamName, tap: OutputTap): Disposable {
    return this.#processOf(plan).tap(stream, tap);
  }

  /** A process that has not run yet has no logs to adjust. */
  adjust(plan: ProcessPlan): void {
    this.#processes.get(plan.id)?.adjust(plan);
  }

  forget(id: string): void {
    const process = this.#processes.get(id);
    if (process !== undefined) this.#letGo(process);
    this.#processes.delete(id);
    this.#parts.foreground?.forget(id);
  }

  writeLine(id: string, stream: StreamName, text: string): void {
    this.#processes.get(id)?.writeLine(stream, text);
  }

  /** Opens all files again by their names: somebody else has rotated them. */
  reopen(): void {
    this.#parts.store.reopen();
  }

  /** Empties the live log files of a process; false when there are none. */
  clear(plan: ProcessPlan): boolean {
    return this.#processOf(plan).clear();
  }

  /** Where the log of a stream can be read; null when it is no file. */
  path(plan: ProcessPlan, stream: StreamName): string | null {
    return this.#processOf(plan).path(stream);
  }

  /** Null for a process that has not run. */
  counters(id: string, stream: StreamName): StreamCounters | null {
    return this.#processes.get(id)?.counters(stream) ?? null;
  }

  /** Takes what is in the pipes and lets go of them; the store is closed by whoever opened it. */
  close(): void {
    for (const process of this.#processes.values()) process.close();
    this.#processes.clear();
    this.#parts.foreground?.close();
  }

  #letGo(process: ProcessOutput): void {
    process.forget();
    this.#forgetLeft();
    if (process.isRead) this.#left.push(process);
  }

  #forgetLeft(): void {
    this.#left = this.#left.filter(({ isRead }) => isRead);
  }

  #processOf(plan: ProcessPlan): ProcessOutput {
    const known = this.#processes.get(plan.id);
    if (known !== undefined) return known;
    this.#parts.foreground?.register(plan);
    const process = new ProcessOutput(plan, this.#parts);
    this.#processes.set(plan.id, process);
    return process;
  }
}
