// A log with its backups as it is at one moment: held open, so that rotation meanwhile changes nothing.
import { LINE_BOUND } from "../../base/lines.ts";
import { backupName } from "../../core/log_policy.ts";
import type { Bytes, Millis } from "../../manifest/plan.ts";
import { listBackups } from "../../os/log_backups.ts";
import { diskDriver } from "../../os/log_driver.ts";
import { openToRead, type ReadFile } from "../../os/log_reader.ts";
import { nextTurn } from "../../os/next_turn.ts";

const NEWLINE = 10;
/** Read at a time; between two of them everything else has its turn. */
export const BLOCK: Bytes = 128 << 10;
/** A gzip file ends with the size of its content. */
const TRAILER = 4;

/** One file of a log. */
export interface Piece {
  readonly file: ReadFile;
  readonly isGzip: boolean;
  /** Bytes of its content. */
  readonly length: Bytes;
  /** When it was last written, wall time. */
  readonly modified: Millis;
}

export class LogSnapshot implements Disposable {
  /** The newest first: the live file, then its backups. */
  readonly pieces: readonly Piece[];
  /** The unfinished line at the end of the live file; it is in no piece. */
  readonly tail: Uint8Array;

  private constructor(pieces: readonly Piece[], tail: Uint8Array) {
    this.pieces = pieces;
    this.tail = tail;
  }

  /** Opens what there is; no pieces when there is nothing that can be read. */
  static open(path: string, wanted: "all" | "live" = "all"): LogSnapshot {
    const pieces: Piece[] = [];
    let tail: Uint8Array = new Uint8Array(0);
    const live = openToRead(path);
    if (!("fault" in live)) {
      // Rotation takes the head of a line along to the next file: it is read now or never.
      const { size, modified } = live;
      tail = unfinished(live, size);
      pieces.push({ file: live, isGzip: false, length: size - tail.length, modified });
    }
    if (wanted === "all") pieces.push(...openBackups(path));
    return new LogSnapshot(pieces, tail);
  }

  /** Lets go of the files after this many. */
  keep(count: number): LogSnapshot {
    for (const { file } of this.pieces.slice(count)) file[Symbol.dispose]();
    return new LogSnapshot(this.pieces.slice(0, count), this.tail);
  }

  [Symbol.dispose](): void {
    for (const { file } of this.pieces) file[Symbol.dispose]();
  }
}

function openBackups(path: string): Piece[] {
  const pieces: Piece[] = [];
  const numbers = new Set<number>();
  for (const backup of listBackups({ driver: diskDriver(), path, mode: 0 })) {
    // Plain and compressed under one number are the same lines: the compression was cut short.
    if (numbers.has(backup.number)) continue;
    const file = openToRead(backupName(path, backup));
    if ("fault" in file) continue;
    numbers.add(backup.number);
    const length = backup.isGzip ? contentLength(file) : file.size;
    pieces.push({ file, isGzip: backup.isGzip, length, modified: file.modified });
  }
  return pieces;
}

/** The content of a piece from a position on; each block is valid until the next. */
export async function* contentOf(piece: Piece, from: Bytes): AsyncGenerator<Uint8Array> {
  if (piece.isGzip) return yield* unzipped(piece, from);
  for (let at = from; at < piece.length; at += BLOCK) {
    if (at > from) await nextTurn();
    yield piece.file.read(at, Math.min(BLOCK, piece.length - at));
  }
}

async function* unzipped({ file }: Piece, from: Bytes): AsyncGenerator<Uint8Array> {
  let at = 0;
  const source = new ReadableStream<BufferSource>({
    pull: (controller) => {
      const bytes = new Uint8Array(file.read(at, BLOCK));
      at += bytes.length;
      if (bytes.length === 0) controller.close();
      else controller.enqueue(bytes);
    },
  });
  let skipped = 0;
  try {
    for await (const bytes of source.pipeThrough(new DecompressionStream("gzip"))) {
      const skip = Math.min(bytes.length, from - skipped);
      skipped += skip;
      if (skip < bytes.length) yield bytes.subarray(skip);
      await nextTurn();
    }
  } catch (error) {
    // A broken file ends where it is broken: the other pieces can still be read.
    if (!(error instanceof TypeError)) throw error;
  }
}

/** The last bytes after the last line end; of a line beyond all bounds only its end. */
function unfinished(file: ReadFile, size: Bytes): Uint8Array {
  // Nearly always a line end is near.
  for (const look of [4096, LINE_BOUND]) {
    const length = Math.min(size, look);
    const end = file.read(size - length, length);
    const newline = end.lastIndexOf(NEWLINE);
    if (newline >= 0) return end.slice(newline + 1);
    if (length === size) return end.slice();
  }
  return new Uint8Array(0);
}

function contentLength(file: ReadFile): Bytes {
  const { size } = file;
  const bytes = file.read(Math.max(0, size - TRAILER), TRAILER);
  if (bytes.length < TRAILER) return 0;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}
