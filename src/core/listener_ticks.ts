// When the ticks of supervisord are due: at multiples of their period on the wall clock.
import type { Millis } from "../manifest/plan.ts";
import { covers } from "./supervisor_events.ts";

/** Periods of the ticks in seconds, in the order in which they are sent. */
const PERIODS = [5, 60, 3600] as const;

export type Period = typeof PERIODS[number];

/** A clock that is set forward is noticed this soon, at little cost. */
const LONGEST_WAIT: Millis = 60_000;

/** The ticks that somebody wants. */
export function wantedPeriods(wanted: readonly string[]): readonly Period[] {
  return PERIODS.filter((period) => wanted.some((name) => covers(name, `TICK_${period}`)));
}

/** The multiple of the period that wall time is in, in seconds. */
function sliceOf(period: Period, wall: Millis): number {
  const seconds = Math.floor(wall / 1000);
  return seconds - seconds % period;
}

/** How long to wait for the next look; null: nobody wants a tick. */
export function tickWait(periods: readonly Period[], wall: Millis): Millis | null {
  const waits = periods.map((period) => (sliceOf(period, wall) + period) * 1000 - wall);
  return waits.length === 0 ? null : Math.min(LONGEST_WAIT, ...waits);
}

/** A tick that is due. */
export interface Tick {
  readonly period: Period;
  readonly when: number;
}

/** The ticks between two looks: one for each period that has turned, however often it has. */
export function dueTicks(
  periods: readonly Period[],
  { before, now }: { readonly before: Millis; readonly now: Millis },
): readonly Tick[] {
  return periods.map((period) => ({ period, when: sliceOf(period, now) }))
    .filter(({ period, when }) => when !== sliceOf(period, before));
}
