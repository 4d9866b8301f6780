// More of the JSON API, version 1: another number of processes for a program.
import type { ActionResult } from "./types.ts";

/** Body of `POST /scale`. */
export interface ScaleRequest {
  readonly program: string;
  /** `5`, `+2` or `-1`. */
  readonly count: string;
  readonly wait?: boolean;
  readonly timeout?: number;
}

export interface ScaleReply {
  readonly program: string;
  readonly from: number;
  readonly to: number;
  readonly manifest: number;
  readonly results: readonly ActionResult[];
  /** True when waiting was given up. */
  readonly timedOut: boolean;
}
