// What is known of the units of systemd that are read together.
import type { UnitEntry } from "./systemd_unit.ts";

export interface UnitBeside {
  /** The program it becomes. */
  readonly program: string;
  /** Others wait until it has ended. */
  readonly isOneshot: boolean;
  /** Services that it is started before, and after. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export interface TimerBeside {
  readonly path: string;
  readonly entries: readonly UnitEntry[];
}

export interface UnitsBeside {
  /** Services by their full names. */
  readonly services: ReadonlyMap<string, UnitBeside>;
  /** Timers by the full names of the services that they start. */
  readonly timers: ReadonlyMap<string, TimerBeside>;
}

/** A unit that is read by itself. */
export const ALONE: UnitsBeside = { services: new Map(), timers: new Map() };
