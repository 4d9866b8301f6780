// What event listeners want to know of the output of children.
import type { ProcessPlan } from "../manifest/plan.ts";
import type { StreamName } from "./logs.ts";

/** One pipe of one run. The bytes are valid during each call only. */
export interface PipeEvents {
  /** Everything as it comes: an event listener speaks its protocol here. Null: it is none. */
  readonly heard: ((bytes: Uint8Array) => void) | null;
  /** The beginning of a character that waits for its rest; `logged` takes it up again. */
  readonly held?: Uint8Array;
  /** Output as it goes to the log. */
  logged(bytes: Uint8Array): void;
  /** What was written in capture mode. */
  captured(bytes: Uint8Array): void;
  /** The pipe is at its end. */
  ended(): void;
}

export interface OutputEvents {
  /** A pipe is going to be read. */
  pipe(plan: ProcessPlan, run: number, stream: StreamName): PipeEvents;
}
