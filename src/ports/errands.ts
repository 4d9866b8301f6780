// Short commands that the runner itself sends: probes, hooks, alerts. They belong to no process of the pool.
import type { Exit } from "../base/exit.ts";
import type { Millis, ProcessPlan } from "../manifest/plan.ts";

export interface Errand {
  /** For messages: `pre_start of web`, `health of web`. */
  readonly name: string;
  readonly command: readonly string[];
  /** Whose user, folder, environment and limits it has; null: the runner's own. */
  readonly like: ProcessPlan | null;
  /** Set on top of that environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Its stdin; null: nothing. */
  readonly stdin: string | null;
  /** Then its whole tree is killed. */
  readonly timeout: Millis;
  /** It comes again and again: what it leaves running in its group is killed. */
  readonly isSwept?: true;
}

/** How it ended. */
export interface ErrandEnd {
  /** Null: it never ran, or it was killed for taking too long. */
  readonly exit: Exit | null;
  readonly timedOut: boolean;
  /** Why it never ran; null: it did. */
  readonly fault: string | null;
  /** It never ran for want of something that is the runner's, or the machine's. */
  readonly isShortage?: true;
  /** The end of what it said on stdout and stderr, 4 KiB at most. */
  readonly output: string;
}

/** Never throws. Disposing kills an errand that has not ended, and nothing is told of it. */
export interface Errands {
  send(errand: Errand, ended: (end: ErrandEnd) => void): Disposable;
}

/** True when it ended with status 0. */
export function hasSucceeded(end: ErrandEnd): boolean {
  return end.exit?.kind === "code" && end.exit.code === 0;
}
