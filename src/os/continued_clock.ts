// The clock of a program that goes on with the times of the one before it in this process.
import type { Clock } from "../ports/clock.ts";
import { monotonicMicros } from "./sd_notify.ts";
import { systemClock } from "./system_clock.ts";

/** Both clocks of a program at one time: its own, and microseconds of CLOCK_MONOTONIC. */
export interface ClockState {
  readonly mono: number;
  readonly micros: number;
}

/** The time of a program, for the one that takes over. */
export function clockState(clock: Clock): ClockState {
  return { mono: clock.now().mono, micros: Number(monotonicMicros()) };
}

/** The clock of another program, going on: its times mean here what they meant there. */
export function continuedClock({ mono, micros }: ClockState): Clock {
  const passed = (Number(monotonicMicros()) - micros) / 1000;
  return systemClock(mono + passed - performance.now());
}
