// Which of the runner's descendants belongs to which of its children, also after the child itself is gone.
import { encodeText } from "./byte_text.ts";
import { hasMarker, type ProcStat } from "./proc_fs.ts";

/** A descendant, and the run of a child it came from; null when that is not known. */
interface Kinsman {
  readonly stat: ProcStat;
  readonly run: number | null;
}

/** What a child and everything that came from it use. */
export interface KinTotals {
  pages: number;
  ticks: number;
  processes: number;
}

/** All that is known, for the program that takes over: pids stay what they are. */
export interface KinState {
  readonly live: ReadonlyMap<number, number>;
  readonly ended: ReadonlyMap<number, number>;
  readonly known: ReadonlyMap<number, Kinsman>;
  readonly nextRun: number;
}

/** Ended children whose number is still known: more than ever end between two sweeps. */
const GRAVES = 4096;

/**
 * Every child gets a number of its own, since pids come back. A descendant seen once below a child keeps that
 * number for life, even if it clears its environment, opens a session and loses its parents.
 */
export class Kin {
  readonly #runner: number;
  readonly #live = new Map<number, number>();
  readonly #ended = new Map<number, number>();
  #known: ReadonlyMap<number, Kinsman> = new Map();
  #nextRun = 1;

  constructor(runner: number, adopted: KinState | null = null) {
    this.#runner = runner;
    if (adopted === null) return;
    for (const [pid, run] of adopted.live) this.#live.set(pid, run);
    for (const [pid, run] of adopted.ended) this.#ended.set(pid, run);
    this.#known = adopted.known;
    this.#nextRun = adopted.nextRun;
  }

  /** For the program that takes over. */
  handOver(): KinState {
    return { live: this.#live, ended: this.#ended, known: this.#known, nextRun: this.#nextRun };
  }

  born(pid: number): void {
    this.#ended.delete(pid);
    this.#live.set(pid, this.#nextRun++);
  }

  ended(pid: number): void {
    const run = this.#live.get(pid);
    if (run === undefined) return;
    this.#live.delete(pid);
    this.#ended.set(pid, run);
    for (const oldest of this.#ended.keys()) {
      if (this.#ended.size <= GRAVES) break;
      this.#ended.delete(oldest);
    }
  }

  /** Takes in a scan: descendants of ours, parents before children. */
  update(scan: ReadonlyMap<number, ProcStat>): void {
    const next = new Map<number, Kinsman>();
    for (const stat of scan.values()) {
      const before = this.#known.get(stat.pid);
      const isSame = before !== undefined && before.stat.startTime === stat.startTime;
      const run = this.#live.get(stat.pid) ?? (isSame ? before.run : null) ??
        next.get(stat.parent)?.run ?? this.#runOfSession(stat);
      next.set(stat.pid, { stat, run });
    }
    this.#known = next;
  }

  /** An orphan that was never seen below its child may still be in its session or group. */
  #runOfSession(stat: ProcStat): number | null {
    if (stat.parent !== this.#runner) return null;
    return this.#runOf(stat.session) ?? this.#runOf(stat.group);
  }

  #runOf(pid: number): number | null {
    return this.#live.get(pid) ?? this.#ended.get(pid) ?? null;
  }

  /** What each living child uses together with its descendants, as of the last update. */
  totals(): Map<number, KinTotals> {
    const children = new Map([...this.#live].map(([pid, run]) => [run, pid]));
    const totals = new Map<number, KinTotals>();
    const ended: [child: number, ticks: number][] = [];
    for (const { stat, run } of this.#known.values()) {
      const child = run === null ? undefined : children.get(run);
      if (child === undefined) continue;
      if (stat.isZombie) {
        ended.push([child, stat.cpuTicks]);
        continue;
      }
      const sum = totals.get(child) ?? { pages: 0, ticks: 0, processes: 0 };
      sum.pages += stat.residentPages;
      sum.ticks += stat.cpuTicks;
      sum.processes += 1;
      totals.set(child, sum);
    }
    // Its parent has its time once it has waited for it: without this the sum would go down for that moment.
    for (const [child, ticks] of ended) {
      const sum = totals.get(child);
      if (sum !== undefined) sum.ticks += ticks;
    }
    return totals;
  }

  /**
   * What is left of child `pid` as of the last update, the child itself not included: its descendants, and
   * orphans of unknown origin that carry the marker, with their descendants.
   */
  leftBy(pid: number, marker: string): ProcStat[] {
    const run = this.#runOf(pid) ?? -1;
    const entry = encodeText(marker);
    const found: ProcStat[] = [];
    const adopted = new Set<number>();
    for (const { stat, run: itsRun } of this.#known.values()) {
      if (stat.isZombie || this.#live.has(stat.pid)) continue;
      const isOfOrphan = adopted.has(stat.parent) ||
        (itsRun === null && marker !== "" && hasMarker(stat.pid, entry));
      if (itsRun === null && isOfOrphan) adopted.add(stat.pid);
      if (itsRun === run || isOfOrphan) found.push(stat);
    }
    return found;
  }
}
