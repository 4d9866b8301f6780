// Measures the processes that have a memory cap, each as often as its distance from the cap asks for.
import type { Bytes, Millis } from "../manifest/plan.ts";
import { FIRST_SAMPLE, type MemorySample, nextSampleIn } from "../core/memory_policy.ts";
import type { MemoryProbe } from "../ports/host.ts";

/** A signal as action is not repeated more often than this while the process stays over its cap. */
const SIGNAL_AGAIN: Millis = 60_000;

interface Watched {
  readonly pid: number;
  readonly run: number;
  readonly cap: Bytes;
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

  /** Begins to watch a child; one of the same process that was watched before is let go. */
  watch(
    id: string,
    child: { readonly pid: number; readonly run: number; readonly cap: Bytes },
    now: Millis,
  ): void {
    this.#watched.set(id, { ...child, previous: null, nextAt: now + FIRST_SAMPLE });
  }

  /** The cap has changed while the child lives. */
  adjust(id: string, cap: Bytes | null): void {
    const watched = this.#watched.get(id);
    if (watched === undefined) return;
    if (cap === null) this.#watched.delete(id);
    else this.#watched.set(id, { ...watched, cap });
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
      const wait = isOver ? SIGNAL_AGAIN : nextSampleIn(watched.cap, watched.previous, current);
      this.#watched.set(id, { ...watched, previous: current, nextAt: now + wait });
      if (isOver) over.push({ id, run: watched.run, bytes });
    }
    return over;
  }
}
