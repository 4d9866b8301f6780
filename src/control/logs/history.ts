// The lines that a stream has written so far, read from its log and its backups, as far as they were asked for.
import { LineCutter } from "../../base/lines.ts";
import { shownName } from "../../core/resolve_names.ts";
import type { Instant } from "../../base/instant.ts";
import type { Bytes, Millis } from "../../manifest/plan.ts";
import type { LogLineView } from "../api/types.ts";
import {
  beginningOf,
  endOf,
  later,
  type Start,
  startOfBytes,
  startOfLines,
  startOfModified,
  startOfTime,
} from "./find_start.ts";
import { logPlanOf, type StreamMemory } from "./log_memory.ts";
import { contentOf, LogSnapshot } from "./log_snapshot.ts";
import { parseLine, timeOf } from "./parse_line.ts";

/** A longer line is shown as several. */
export const LINE_SHOWN: Bytes = 64 << 10;

/** Which part of the past is wanted. */
export interface Past {
  /** The last lines; Infinity: all there are. */
  readonly lines: number;
  /** Lines that came in this time before now; null: whenever. */
  readonly within: Millis | null;
  readonly now: Instant;
}

/** A line with its place among those of other logs. */
export interface HistoryLine {
  readonly view: LogLineView;
  /** Wall time, known or estimated; never falls within a log. */
  readonly order: Millis;
}

/** Lines of one stream, ready to be read; holds files open. */
export interface History extends Disposable {
  batches(): AsyncGenerator<HistoryLine[]>;
  /** Bytes left to be read. */
  readonly length: Bytes;
}

/** The end of a log as it is now; taken in one go with the beginning of whatever follows it. */
export interface LogEnd {
  /** Null: the stream has no file. */
  readonly snapshot: LogSnapshot | null;
  readonly written: Bytes;
}

/** Holds on to the end of a log. */
export function endOfLog(memory: StreamMemory): LogEnd {
  const { path, written } = memory;
  return { snapshot: path === null ? null : LogSnapshot.open(path), written };
}

/** Finds where to begin. `withTail`: a line that is not ended yet is a line, too. */
export async function openHistory(
  memory: StreamMemory,
  { end, past, withTail }: {
    readonly end: LogEnd;
    readonly past: Past;
    readonly withTail: boolean;
  },
): Promise<History> {
  if (end.snapshot === null) return ringHistory(memory, { past, withTail });
  const found = await startIn(end.snapshot, { memory, past, written: end.written });
  // What is older is let go of: a request for many logs must not hold all their backups.
  const snapshot = end.snapshot.keep(found.piece + 1);
  const ahead = snapshot.pieces.reduce((sum, { length }) => sum + length, -found.at);
  const reader = new HistoryReader(memory, { past, written: end.written });
  return {
    length: ahead,
    batches: () => reader.batches(snapshot, { start: found, ahead, withTail }),
    [Symbol.dispose]: () => snapshot[Symbol.dispose](),
  };
}

async function startIn(
  snapshot: LogSnapshot,
  { memory, past, written }: {
    readonly memory: StreamMemory;
    readonly past: Past;
    readonly written: Bytes;
  },
): Promise<Start> {
  const { format } = logPlanOf(memory.plan, memory.stream);
  let start = beginningOf(snapshot);
  if (past.within !== null && format === "raw") {
    const first = memory.spans.since(past.now.mono - past.within);
    start = first === null ? endOf(snapshot) : startOfBytes(snapshot, written - first);
    // The file may have been emptied: then so many bytes reach too far back.
    start = later(start, startOfModified(snapshot, past.now.wall - past.within));
  } else if (past.within !== null) {
    const wall = past.now.wall - past.within;
    start = await startOfTime(snapshot, wall, (line) => timeOf(line, format));
  }
  if (past.lines === Infinity) return start;
  return later(start, await startOfLines(snapshot, past.lines));
}

/** Reads lines with their times. */
class HistoryReader {
  readonly #memory: StreamMemory;
  readonly #past: Past;
  readonly #written: Bytes;
  readonly #shown: string;
  readonly #format: ReturnType<typeof logPlanOf>["format"];
  #order: Millis = -Infinity;
  /** Bytes from the next line to the end of the log. */
  #left: Bytes = 0;
  /** When the file that is being read was written for the last time. */
  #latest: Millis = Infinity;

  constructor(
    memory: StreamMemory,
    { past, written }: { readonly past: Past; readonly written: Bytes },
  ) {
    this.#memory = memory;
    this.#past = past;
    this.#written = written;
    this.#shown = shownName(memory.plan);
    this.#format = logPlanOf(memory.plan, memory.stream).format;
  }

  async *batches(
    snapshot: LogSnapshot,
    { start, ahead, withTail }: {
      readonly start: Start;
      readonly ahead: Bytes;
      readonly withTail: boolean;
    },
  ): AsyncGenerator<HistoryLine[]> {
    const { pieces, tail } = snapshot;
    let after = ahead;
    for (const [index, piece] of [...pieces.entries()].reverse()) {
      this.#left = after + tail.length;
      this.#latest = piece.modified;
      const cutter = new LineCutter(LINE_SHOWN);
      const from = index === start.piece ? start.at : 0;
      for await (const block of contentOf(piece, from)) {
        yield this.#lines((take) => cutter.push(block, take));
      }
      yield this.#lines((take) => cutter.end(take));
      after -= piece.length - from;
    }
    if (!withTail || tail.length === 0) return;
    const cutter = new LineCutter(LINE_SHOWN);
    yield this.#lines((take) => {
      cutter.push(tail, take);
      cutter.end(take);
    });
  }

  #lines(cut: (take: (line: Uint8Array) => void) => void): HistoryLine[] {
    const lines: HistoryLine[] = [];
    cut((line) => {
      const found = this.#read(line);
      this.#left -= line.length + 1;
      if (found !== null) lines.push(found);
    });
    return lines;
  }

  #read(bytes: Uint8Array): HistoryLine | null {
    const { plan, stream, spans } = this.#memory;
    const parsed = parseLine(bytes, { plan, stream, format: this.#format });
    if (parsed === null) return null;
    const { time, line } = parsed;
    const { now, within } = this.#past;
    if (within !== null && time !== null && time < now.wall - within) return null;
    const mono = time === null ? spans.timeAt(this.#written - this.#left, this.#written) : null;
    const known = time ?? (mono === null ? this.#latest : now.wall - now.mono + mono);
    this.#order = Math.max(this.#order, Math.min(known, now.wall));
    const told = time === null ? null : new Date(time).toISOString();
    return {
      view: { id: plan.id, shown: this.#shown, stream, time: told, line },
      order: this.#order,
    };
  }
}

/** What is kept of a stream without a file. */
function ringHistory(
  memory: StreamMemory,
  { past, withTail }: { readonly past: Past; readonly withTail: boolean },
): History {
  const lines: string[] = [];
  const decoder = new TextDecoder();
  const cutter = new LineCutter(LINE_SHOWN);
  const take = (line: Uint8Array) => lines.push(decoder.decode(line));
  cutter.push(keptSince(memory, past), take);
  if (withTail) cutter.end(take);
  const { plan, stream } = memory;
  const order = past.now.wall;
  const shown = shownName(plan);
  const wanted = lines.slice(Math.max(0, lines.length - past.lines));
  return {
    length: 0,
    batches: async function* () {
      yield wanted.map((line) => ({
        view: { id: plan.id, shown, stream, time: null, line },
        order,
      }));
    },
    [Symbol.dispose]: () => {},
  };
}

function keptSince(memory: StreamMemory, { within, now }: Past): Uint8Array {
  const { kept } = memory;
  if (within === null) return kept;
  const first = memory.spans.since(now.mono - within);
  const back = first === null ? 0 : memory.written - first;
  const from = Math.max(0, kept.length - back);
  return kept.subarray(kept.lastIndexOf(10, from - 1) + 1);
}
