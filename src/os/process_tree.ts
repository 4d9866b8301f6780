// Which processes descend from the runner. Scans /proc, and does not read a stranger twice.
import { listProcesses, type ProcEntry, type ProcStat, readStat } from "./proc_fs.ts";

/** Where processes are found; the real one is /proc. */
export interface ProcessSource {
  list(): readonly ProcEntry[];
  stat(pid: number): ProcStat | null;
}

const PROC: ProcessSource = { list: listProcesses, stat: readStat };

type Kinship = "ours" | "stranger" | "unknown";

/**
 * The descendants of one process at an instant, parents before children.
 *
 * A stranger stays a stranger: only descendants are ever given to a subreaper. So strangers are remembered by
 * the inode of their /proc folder, which no later process with the same pid has, and a scan costs 0.5 µs for
 * each of them and 8 µs for each of ours.
 */
export class ProcessTree {
  readonly #root: number;
  readonly #source: ProcessSource;
  #strangers: ReadonlyMap<number, number> = new Map();
  #last = new Map<number, ProcStat>();
  /** Start times of children that were there before us, by pid. */
  #disowned: ReadonlyMap<number, number> = new Map();

  constructor(root: number, source: ProcessSource = PROC) {
    this.#root = root;
    this.#source = source;
  }

  /** Children that were there before us, by pid, with their start times. */
  get disowned(): ReadonlyMap<number, number> {
    return this.#disowned;
  }

  /** Takes these, and nobody else, for such children. */
  set disowned(pids: ReadonlyMap<number, number>) {
    this.#disowned = pids;
  }

  /** Takes all descendants there are now for strangers: a shell that has become us may have had children. */
  disown(): void {
    const present = [...this.scan().values()];
    this.#disowned = new Map(present.map((stat) => [stat.pid, stat.startTime]));
  }

  /** When /proc cannot be read, what was there the last time: nobody is forgotten. */
  scan(): Map<number, ProcStat> {
    const entries = this.#source.list();
    if (entries.length === 0) return this.#last;
    const strangers = new Map<number, number>();
    const read = new Map<number, ProcStat>();
    const inodes = new Map<number, number>();
    for (const { pid, inode } of entries) {
      if (this.#strangers.get(pid) === inode) {
        strangers.set(pid, inode);
        continue;
      }
      const stat = pid === this.#root ? null : this.#source.stat(pid);
      if (stat === null) continue;
      read.set(pid, stat);
      inodes.set(pid, inode);
    }
    this.#last = this.#sort(read, inodes, strangers);
    return this.#last;
  }

  /** Parts what was read into ours and strangers; strangers are added to those known. */
  #sort(
    read: ReadonlyMap<number, ProcStat>,
    inodes: ReadonlyMap<number, number>,
    strangers: Map<number, number>,
  ): Map<number, ProcStat> {
    const kinships = new Map<number, Kinship>([[this.#root, "ours"], [0, "stranger"]]);
    for (const pid of strangers.keys()) kinships.set(pid, "stranger");
    for (const [pid, startTime] of this.#disowned) {
      if (read.get(pid)?.startTime === startTime) kinships.set(pid, "stranger");
    }
    const ours = new Map<number, ProcStat>();
    for (const pid of read.keys()) {
      const line: ProcStat[] = [];
      let at = pid;
      while (!kinships.has(at)) {
        const stat = read.get(at);
        // A parent that ended during the scan: nothing is known of its children until the next one.
        if (stat === undefined) kinships.set(at, "unknown");
        else {
          line.push(stat);
          at = stat.parent;
        }
        if (line.length > read.size) kinships.set(at, "unknown");
      }
      const kinship = kinships.get(at) ?? "unknown";
      for (const stat of line.reverse()) {
        kinships.set(stat.pid, kinship);
        if (kinship === "ours") ours.set(stat.pid, stat);
        if (kinship === "stranger") strangers.set(stat.pid, inodes.get(stat.pid) ?? -1);
      }
    }
    this.#strangers = strangers;
    return ours;
  }
}
