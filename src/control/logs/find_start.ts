// Where to begin in a log: the last so many lines, the last so many bytes, or the first line of a time.
import type { Bytes, Millis } from "../../manifest/plan.ts";
import { nextTurn } from "../../os/next_turn.ts";
import { BLOCK, contentOf, type LogSnapshot, type Piece } from "./log_snapshot.ts";

const NEWLINE = 10;

/** A place in a snapshot. */
export interface Start {
  /** Number of the piece, 0 is the live file. */
  readonly piece: number;
  /** In its content. */
  readonly at: Bytes;
}

/** The later of two places. */
export function later(one: Start, other: Start): Start {
  if (one.piece !== other.piece) return one.piece < other.piece ? one : other;
  return one.at > other.at ? one : other;
}

/** The end: nothing of the past. */
export function endOf({ pieces }: Pick<LogSnapshot, "pieces">): Start {
  return { piece: 0, at: pieces[0]?.length ?? 0 };
}

/** The oldest there is. */
export function beginningOf({ pieces }: Pick<LogSnapshot, "pieces">): Start {
  return { piece: Math.max(0, pieces.length - 1), at: 0 };
}

/** Where the last lines begin; unfinished ones are not counted. */
export async function startOfLines(snapshot: LogSnapshot, wanted: number): Promise<Start> {
  let missing = wanted;
  if (missing <= 0) return endOf(snapshot);
  for (const [index, piece] of snapshot.pieces.entries()) {
    const { at, lines } = piece.isGzip
      ? await lastLinesZipped(piece, missing)
      : await lastLines(piece, missing);
    if (lines >= missing) return { piece: index, at };
    missing -= lines;
  }
  return beginningOf(snapshot);
}

interface Found {
  readonly at: Bytes;
  readonly lines: number;
}

async function lastLines({ file, length }: Piece, wanted: number): Promise<Found> {
  let lines = 0;
  for (let end = length; end > 0;) {
    const from = Math.max(0, end - BLOCK);
    const block = file.read(from, end - from);
    // The line end at the end of the content ends the last line and begins none.
    let at = end === length ? block.length - 2 : block.length - 1;
    while (at >= 0 && (at = block.lastIndexOf(NEWLINE, at)) >= 0) {
      lines++;
      if (lines === wanted) return { at: from + at + 1, lines };
      at--;
    }
    end = from;
    if (end > 0) await nextTurn();
  }
  return { at: 0, lines: length > 0 ? lines + 1 : 0 };
}

/** Compressed content can only be read forward: the latest line starts are remembered. */
async function lastLinesZipped(piece: Piece, wanted: number): Promise<Found> {
  const starts = [0];
  let [position, lines] = [0, 1];
  for await (const block of contentOf(piece, 0)) {
    for (let at = block.indexOf(NEWLINE); at >= 0; at = block.indexOf(NEWLINE, at + 1)) {
      starts.push(position + at + 1);
      lines++;
    }
    position += block.length;
    // One more than wanted: the last start may be the end.
    if (starts.length > 2 * wanted + 2) starts.splice(0, starts.length - wanted - 1);
  }
  if (starts.at(-1) === position) {
    starts.pop();
    lines--;
  }
  return { at: starts.at(-Math.min(wanted, starts.length)) ?? 0, lines };
}

/** Where the last bytes begin, counted from the end of the live file, at the start of their line. */
export function startOfBytes(snapshot: LogSnapshot, back: Bytes): Start {
  let left = back - snapshot.tail.length;
  for (const [index, piece] of snapshot.pieces.entries()) {
    if (left <= 0) return { piece: index, at: index === 0 ? piece.length : 0 };
    if (left <= piece.length) return { piece: index, at: lineStart(piece, piece.length - left) };
    left -= piece.length;
  }
  return beginningOf(snapshot);
}

function lineStart({ file, isGzip }: Piece, at: Bytes): Bytes {
  if (isGzip) return at;
  const from = Math.max(0, at - BLOCK);
  const newline = file.read(from, at - from).lastIndexOf(NEWLINE);
  return newline < 0 && from > 0 ? at : from + newline + 1;
}

/** Behind all files that have not been written since. */
export function startOfModified({ pieces }: Pick<LogSnapshot, "pieces">, wall: Millis): Start {
  const older = pieces.findIndex(({ modified }) => modified < wall);
  if (older < 0) return beginningOf({ pieces });
  return older === 0 ? endOf({ pieces }) : { piece: older - 1, at: 0 };
}

/** Where lines of a time begin, or a little before, in a log whose lines tell their time (null: this one does not). */
export async function startOfTime(
  snapshot: LogSnapshot,
  wall: Millis,
  timeOf: (line: Uint8Array) => Millis | null,
): Promise<Start> {
  const isOlder = (line: Uint8Array) => (timeOf(line) ?? Infinity) < wall;
  for (const [index, piece] of snapshot.pieces.entries()) {
    // Neither are those before it.
    if (piece.modified < wall) return startOfModified(snapshot, wall);
    const at = piece.isGzip ? await startInZipped(piece, isOlder) : await lastOlder(piece, isOlder);
    if (at !== null) return { piece: index, at };
  }
  return beginningOf(snapshot);
}

/** Start of the last block that begins with an older line. */
async function lastOlder(
  { file, length }: Piece,
  isOlder: (line: Uint8Array) => boolean,
): Promise<Bytes | null> {
  for (let end = length; end > 0;) {
    const from = Math.max(0, end - BLOCK);
    const block = file.read(from, end - from);
    const start = from === 0 ? 0 : block.indexOf(NEWLINE) + 1;
    const lineEnd = block.indexOf(NEWLINE, start);
    if (lineEnd >= 0 && isOlder(block.subarray(start, lineEnd))) return from + start;
    end = from;
    if (end > 0) await nextTurn();
  }
  return null;
}

async function startInZipped(
  piece: Piece,
  isOlder: (line: Uint8Array) => boolean,
): Promise<Bytes | null> {
  for await (const block of contentOf(piece, 0)) {
    const lineEnd = block.indexOf(NEWLINE);
    return lineEnd >= 0 && isOlder(block.subarray(0, lineEnd)) ? 0 : null;
  }
  return null;
}
