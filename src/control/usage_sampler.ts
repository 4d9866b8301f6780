// Memory and processor time of the pool's processes, looked at when somebody asks and not more often than that.
import { pidOf } from "../core/process_state.ts";
import type { Pool } from "../core/pool.ts";
import type { Bytes, Millis } from "../manifest/plan.ts";
import type { Usage } from "./runner_face.ts";

/** What a look at a family gives. */
export interface Look {
  readonly memory: Bytes;
  readonly cpuTime: Millis;
  readonly processes: number;
}

interface Point {
  readonly at: Millis;
  readonly cpuTime: Millis;
}

interface Track {
  readonly pid: number;
  /** What the share of a core is reckoned from. */
  base: Point;
  last: Point;
  peak: Bytes;
  /** What descendants had used that nobody waited for: it has gone from the sum with them. */
  gone: Millis;
}

/** A share reckoned over less than this says little: the system counts in ticks of 10 ms. */
const LEAST_SPAN: Millis = 200;
/** A share is reckoned over at least this long where there are looks enough. */
const FULL_SPAN: Millis = 1_000;

export class UsageSampler {
  readonly #look: (age: Millis) => ReadonlyMap<number, Look>;
  readonly #tracks = new Map<string, Track>();
  #latest: ReadonlyMap<string, Usage> = new Map();
  #latestAt: Millis = -Infinity;

  /** `look` measures every child and its descendants, by pid; an answer of at most `age` milliseconds will do. */
  constructor(look: (age: Millis) => ReadonlyMap<number, Look>) {
    this.#look = look;
  }

  /** Usage by process; the last look serves when it is younger than `age` and of the same children. */
  usage(pool: Pool, now: Millis, age: Millis): ReadonlyMap<string, Usage> {
    const hasAll = this.#isOf(pool);
    if (now - this.#latestAt <= age && hasAll) return this.#latest;
    const looks = this.#look(hasAll ? age : 0);
    const usage = new Map<string, Usage>();
    for (const [id, process] of pool.processes) {
      const pid = pidOf(process);
      const look = pid === null ? undefined : looks.get(pid);
      if (pid === null || look === undefined) continue;
      const startedAt = process.lastStart?.mono ?? now;
      usage.set(id, this.#take(id, { pid, look, startedAt, now }));
    }
    for (const id of this.#tracks.keys()) if (!usage.has(id)) this.#tracks.delete(id);
    this.#latest = usage;
    this.#latestAt = now;
    return usage;
  }

  /** A child that is new since the last look would be missing from it. */
  #isOf(pool: Pool): boolean {
    for (const [id, process] of pool.processes) {
      const pid = pidOf(process);
      if (pid !== null && this.#tracks.get(id)?.pid !== pid) return false;
    }
    return true;
  }

  #take(
    id: string,
    { pid, look, startedAt, now }: {
      readonly pid: number;
      readonly look: Look;
      readonly startedAt: Millis;
      readonly now: Millis;
    },
  ): Usage {
    const known = this.#tracks.get(id);
    // The first share of a run is its average since it was started, as ps(1) has it.
    const begin: Point = { at: startedAt, cpuTime: 0 };
    const track: Track = known?.pid === pid
      ? known
      : { pid, base: begin, last: begin, peak: 0, gone: 0 };
    this.#tracks.set(id, track);
    // Processor time never goes down: who reckons a rate from it would take that for a new run.
    track.gone = Math.max(track.gone, track.last.cpuTime - look.cpuTime);
    const cpuTime = look.cpuTime + track.gone;
    const point: Point = { at: now, cpuTime };
    if (track.last.at - track.base.at >= FULL_SPAN || track.base === begin) track.base = track.last;
    track.last = point;
    track.peak = Math.max(track.peak, look.memory);
    return { ...look, cpuTime, memoryPeak: track.peak, cpu: share(track.base, point) };
  }
}

/** Percent of one core; null over too short a time. */
function share(from: Point, to: Point): number | null {
  const span = to.at - from.at;
  if (span < LEAST_SPAN) return null;
  return Math.max(0, (to.cpuTime - from.cpuTime) / span * 100);
}
