// The marks file: what the fixtures have recorded, 32 bytes a record.
import { wallToMonotonicMs } from "./clock.ts";

const RECORD_BYTES = 32;

export interface Mark {
  readonly atMs: number;
  readonly pid: number;
}

export class Marks {
  readonly path: string;
  readonly #shiftMs: number;

  /** Makes an empty file; `isWallClock` where the fixtures can only read the wall clock. */
  constructor(path: string, { isWallClock }: { isWallClock: boolean }) {
    this.path = path;
    this.#shiftMs = isWallClock ? wallToMonotonicMs() : 0;
    Deno.writeTextFileSync(path, "");
  }

  /** Counts the records without reading them. */
  get count(): number {
    return Math.floor(Deno.statSync(this.path).size / RECORD_BYTES);
  }

  /** Reads the records, oldest first. */
  read(): Mark[] {
    return Deno.readTextFileSync(this.path).split("\n").filter((line) => line !== "").map(
      (line) => ({
        atMs: Number(line.slice(0, 20)) / 1e6 + this.#shiftMs,
        pid: Number(line.slice(21, 31)),
      }),
    ).toSorted((a, b) => a.atMs - b.atMs);
  }

  /** Gives the pids that have left a mark. */
  pids(): Set<number> {
    return new Set(this.read().map((mark) => mark.pid));
  }
}
