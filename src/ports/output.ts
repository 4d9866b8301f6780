// Where the output of children goes, as the engine sees it.
import type { ProcessPlan } from "../manifest/plan.ts";

/** Our ends of a child's pipes. `stderr` is null when both streams share one pipe. */
export interface OutputFds {
  readonly stdout: number;
  readonly stderr: number | null;
}

export interface ChildOutput {
  /** Reads a new child's pipes into its logs, each to its end, however late that comes. */
  attach(plan: ProcessPlan, run: number, fds: OutputFds): void;
  /** Takes what is in the pipes of a process now: its child has ended. */
  drain(id: string): void;
  /** New log settings for a process; its child lives on. */
  adjust(plan: ProcessPlan): void;
  /** The process has left the pool. */
  forget(id: string): void;
  /** A line of the runner's own in a child's log. */
  writeLine(id: string, stream: "stdout" | "stderr", text: string): void;
}
