// Measures the processes that have a memory cap, each as often as its distance from the cap asks for.
import type { Bytes, MemoryPlan, Millis } from "../manifest/plan.ts";
import { FIRST_SAMPLE, type MemorySample, nextSampleIn } from "../core/memory_policy.ts";
import type { MemoryProbe } from "../ports/host.ts";

/** A signal as action is not repeated more often than this while the process stays over its cap. */
const SIGNAL_AGAIN: Millis = 60_000;
/** One that waits for its turn to be replaced is measured on: it may grow so far that it waits no longer. */
const RESTART_AGAIN: Millis = 100;

/** A child with a cap, and how it stood when it was measured last. */
export interface Watched {
  readonly pid: number;
  readonly run: number;
  readonly cap: Bytes;
  /** It is restarted over its cap, at its turn. */
  readonly isRestarted: boolean;
  readonly previous: MemorySample | null;
  readonly nextAt: Millis;
}

/** A process found over its cap. */
export interface OverCap {
  readonly id: string;
  readonly run: number;
  readonly bytes: Bytes;
}

export class MemoryWatch {
  readonly #probe: MemoryProbe;
  readonly #watched = new Map<string, Watched>();

  constructor(probe: MemoryProbe) {
    this.#probe = probe;
  }

  /** Who is watched, for the program that takes over. */
  get watched(): ReadonlyMap<string, Watched> {
    return this.#watched;
  }

  /** Goes on where another program has left off. */
  adopt(watched: ReadonlyMap<string, Watched>): void {
    for (const [id, one] of watched) this.#watched.set(id, one);
  }

  /** Begins to watch a child; one of the same process that was watched before is let go. */
  watch(
    id: string,
    child: Pick<Watched, "pid" | "run" | "cap" | "isRestarted">,
    now: Millis,
  ): void {
    this.#watched.set(id, { ...child, previous: null, nextAt: now + FIRST_SAMPLE });
  }

  /** The cap has changed while the child lives. */
  adjust(id: string, { cap, action }: MemoryPlan): void {
    const watched = this.#watched.get(id);
    if (watched === undefined) return;
    if (cap === null) this.#watched.delete(id);
    else this.#watched.set(id, { ...watched, cap, isRestarted: action === "restart" });
  }

  unwatch(id: string): void {
    this.#watched.delete(id);
  }

  /** When the next sample is due; Infinity: never. */
  get wakeAt(): Millis {
    let earliest = Infinity;
    for (const watched of this.#watched.values()) earliest = Math.min(earliest, watched.nextAt);
    return earliest;
  }

  /** Takes the samples that are due and says who is over its cap. */
  sample(now: Millis): readonly OverCap[] {
    const over: OverCap[] = [];
    for (const [id, watched] of this.#watched) {
      if (now < watched.nextAt) continue;
      const bytes = this.#probe.treeMemory(watched.pid);
      const current: MemorySample = { at: now, bytes };
      const isOver = bytes > watched.cap;
      const again = watched.isRestarted ? RESTART_AGAIN : SIGNAL_AGAIN;
      const wait = isOver ? again : nextSampleIn(watched.cap, watched.previous, current);
      this.#watched.set(id, { ...watched, previous: current, nextAt: now + wait });
      if (isOver) over.push({ id, run: watched.run, bytes });
    }
    return over;
  }
}
