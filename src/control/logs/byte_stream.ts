// Bytes of one log as they are: a part of it, and, if wanted, everything that comes after it.
import { ByteBuilder } from "../../base/byte_builder.ts";
import type { Instant } from "../../base/instant.ts";
import { LineCutter } from "../../base/lines.ts";
import { jsonFormat, type LineFormat, textFormat } from "../../core/log_format.ts";
import type { Bytes } from "../../manifest/plan.ts";
import { openToRead } from "../../os/log_reader.ts";
import type { ReplyStream } from "../http/message.ts";
import { startOfLines } from "./find_start.ts";
import { lastLines } from "./last_lines.ts";
import { Follower, writeAll } from "./follower.ts";
import { logPlanOf, type StreamMemory } from "./log_memory.ts";
import { BLOCK, contentOf, LogSnapshot } from "./log_snapshot.ts";
import { rangeOf, type Window } from "./read_log.ts";

/** Where the bytes of the past begin. */
export type Head =
  /** Of the live file. */
  | { readonly kind: "window"; readonly window: Window }
  /** Of the log with its backups. */
  | { readonly kind: "lines"; readonly lines: number };

/** Makes portions fit for whoever reads them: as they are, or as text whose characters are never cut. */
export type Rewrite = (bytes: Uint8Array) => Uint8Array;

/** What is to be followed. */
export interface ByteSource {
  /** Null: no file; then `kept` is its past. */
  readonly path: string | null;
  readonly kept: Uint8Array;
  listen(listener: (bytes: Uint8Array) => void): Disposable;
}

/** Sends the past up to now, then what comes; the answer stops following. */
export function followBytes(
  source: ByteSource,
  { head, out, rewrite }: {
    readonly head: Head;
    readonly out: ReplyStream;
    readonly rewrite: Rewrite;
  },
): { readonly past: Promise<void>; readonly following: Disposable } {
  const follower = new Follower(
    out,
    (dropped) => `\n==> ${dropped} lines left out: they were read too slowly <==\n`,
  );
  // In one turn: the past ends where following begins.
  const { path } = source;
  const snapshot = path === null ? null : LogSnapshot.open(path, wantedOf(head));
  const following = source.listen((bytes) => {
    if (out.isClosed) return following[Symbol.dispose]();
    const text = rewrite(bytes);
    const all = { bytes: text, lines: countLines(text), missing: 0 };
    const { bytes: last, lines, missing } = follower.isFull ? lastLines(all) : all;
    const kept = new Uint8Array(last);
    follower.take({ size: kept.length, lines, missing, pieces: () => [kept] });
  });
  const send = async () => {
    if (snapshot === null) await writeAll(out, rewrite(windowOf(source.kept, head)));
    else {
      using held = snapshot;
      await sendPast(held, { head, out, rewrite });
    }
    follower.release();
  };
  return { past: send(), following };
}

/** Sends a part of a log. */
export async function sendPast(
  snapshot: LogSnapshot,
  { head, out, rewrite }: {
    readonly head: Head;
    readonly out: ReplyStream;
    readonly rewrite: Rewrite;
  },
): Promise<void> {
  const { pieces, tail } = snapshot;
  const { piece: first, at } = await startOf(snapshot, head);
  for (let index = Math.min(first, pieces.length - 1); index >= 0; index--) {
    const piece = pieces[index];
    if (piece === undefined) return;
    for await (const block of contentOf(piece, index === first ? at : 0)) {
      if (out.isClosed) return;
      await writeAll(out, rewrite(block));
    }
  }
  const skip = first === 0 ? Math.max(0, at - (pieces[0]?.length ?? 0)) : 0;
  if (tail.length > skip) await writeAll(out, rewrite(tail.subarray(skip)));
}

/** Sends a window of a file as it is now, a block at a time. */
export async function sendFile(
  path: string,
  { window, out }: { readonly window: Window; readonly out: ReplyStream },
): Promise<void> {
  const file = openToRead(path);
  if ("fault" in file) return out.end();
  using open = file;
  const range = rangeOf(window, open.size) ?? { from: 0, length: 0 };
  for (let at = range.from; at < range.from + range.length && !out.isClosed; at += BLOCK) {
    const length = Math.min(BLOCK, range.from + range.length - at);
    await writeAll(out, open.read(at, length));
  }
  out.end();
}

async function startOf(
  snapshot: LogSnapshot,
  head: Head,
): Promise<{ readonly piece: number; readonly at: Bytes }> {
  if (head.kind === "lines") return await startOfLines(snapshot, head.lines);
  const size = (snapshot.pieces[0]?.length ?? 0) + snapshot.tail.length;
  return { piece: 0, at: rangeOf(head.window, size)?.from ?? 0 };
}

function wantedOf(head: Head): "all" | "live" {
  return head.kind === "lines" ? "all" : "live";
}

function windowOf(bytes: Uint8Array, head: Head): Uint8Array {
  const window = head.kind === "window" ? head.window : { offset: 0, length: 0 };
  const range = rangeOf(window, bytes.length);
  return range === null ? bytes : bytes.subarray(range.from, range.from + range.length);
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++;
  return lines;
}

/** The bytes of a stream as they go into its file. */
export function sourceOf(memory: StreamMemory, now: () => Instant): ByteSource {
  const { path, kept, plan, stream } = memory;
  const { format } = logPlanOf(plan, stream);
  if (format === "raw") return { path, kept, listen: (listener) => memory.listen(listener) };
  const { program, name, id } = plan;
  const origin = { program, name, process: id, stream };
  const formatAt = format === "json" ? jsonFormat : textFormat;
  const cutter = new LineCutter();
  cutter.push(memory.head ?? new Uint8Array(0), () => {});
  const built = new ByteBuilder();
  return {
    path,
    kept,
    listen: (listener) =>
      memory.listen((bytes) => {
        const lineFormat: LineFormat = formatAt(origin, now().wall);
        cutter.push(bytes, (line) => lineFormat(line, built));
        if (built.length > 0) listener(built.bytes);
        built.clear();
      }),
  };
}

/** Text only: what is no UTF-8 is replaced, and a character never comes in two portions. */
export function textOnly(): Rewrite {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const encoder = new TextEncoder();
  let isFirst = true;
  return (bytes) => {
    // A window may begin within a character.
    let start = 0;
    while (isFirst && start < Math.min(3, bytes.length) && ((bytes[start] ?? 0) & 0xc0) === 0x80) {
      start++;
    }
    isFirst = false;
    return encoder.encode(decoder.decode(bytes.subarray(start), { stream: true }));
  };
}

/** Bytes as they are. */
export function asTheyAre(bytes: Uint8Array): Uint8Array {
  return bytes;
}
