// Bytes of a log file by supervisord's rules of offset and length.
import { characterStart } from "../../base/lines.ts";
import type { Bytes } from "../../manifest/plan.ts";
import { openToRead } from "../../os/log_reader.ts";

/** Bytes one call gives at most: a log of the default size is whole, a huge one costs no more than this. */
const READ_MOST: Bytes = 64 << 20;

/** Names of supervisord's faults. */
export type LogFault = "BAD_ARGUMENTS" | "NO_FILE" | "FAILED";

/** Which part of a file. */
export interface Range {
  readonly from: Bytes;
  readonly length: Bytes;
}

/** What is asked for, in supervisord's terms. */
export interface Window {
  readonly offset: number;
  readonly length: number;
}

/** Bytes, or why there are none. */
export type ReadResult =
  | { readonly kind: "read"; readonly bytes: Uint8Array }
  | { readonly kind: "fault"; readonly fault: LogFault };

/** What the tail methods give: bytes, the size of the file, and whether some were left out. */
export interface TailResult {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly overflow: boolean;
}

/**
 * supervisord's readFile. Negative offset with length 0: the last bytes; length 0: up to the end. `path` null is a
 * log that is no file. Bytes are as they are; `wholeCharacters` cuts a window to characters.
 */
export function readRange(path: string | null, offset: number, length: number): ReadResult {
  if (path === null) return { kind: "fault", fault: "NO_FILE" };
  const file = openToRead(path);
  if ("fault" in file) {
    return { kind: "fault", fault: file.fault === "missing" ? "NO_FILE" : "FAILED" };
  }
  using open = file;
  const range = rangeOf({ offset, length }, open.size);
  if (range === null) return { kind: "fault", fault: "BAD_ARGUMENTS" };
  const { from, length: wanted } = range;
  const given = Math.min(wanted, READ_MOST);
  // Of the last bytes the last ones matter.
  const skipped = offset < 0 ? wanted - given : 0;
  return { kind: "read", bytes: open.read(from + skipped, given) };
}

/** Which bytes of a file readRange means; null: the arguments contradict each other. */
export function rangeOf({ offset, length }: Window, size: Bytes): Range | null {
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length)) return null;
  if (offset < 0) {
    if (length !== 0) return null;
    const wanted = Math.min(-offset, size);
    return { from: size - wanted, length: wanted };
  }
  if (length < 0) return null;
  const left = Math.max(0, size - offset);
  return { from: offset, length: Math.min(length === 0 ? left : length, left) };
}

/** supervisord's tailFile: a log that has grown beyond the window, or is missing, is no fault. */
export function tailRange(path: string | null, offset: number, length: number): TailResult {
  const nothing = new Uint8Array(0);
  if (path === null) return { bytes: nothing, offset: 0, overflow: false };
  const file = openToRead(path);
  if ("fault" in file) {
    return { bytes: nothing, offset: file.fault === "missing" ? 0 : offset, overflow: false };
  }
  using open = file;
  const { size } = open;
  const { from, length: wanted, overflow } = tailOf({ offset, length }, size);
  return { bytes: open.read(from, wanted), offset: size, overflow };
}

/** Which bytes of a file tailRange means: the last ones, as many as the window is long, if there is anything new. */
export function tailOf(
  { offset, length }: Window,
  size: Bytes,
): Range & { readonly overflow: boolean } {
  const overflow = size > offset + length;
  const start = overflow ? size - 1 : offset;
  const isBeyond = start + length > size;
  const wanted = isBeyond && start > size - 1 ? 0 : length;
  const from = Math.max(0, isBeyond ? size - wanted : start);
  const kept = Math.max(0, Math.min(wanted, size - from));
  const given = Math.min(kept, READ_MOST);
  return { from: from + kept - given, length: given, overflow };
}

/** The window without the halves of UTF-8 characters that its two ends have cut. */
export function wholeCharacters(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < Math.min(3, bytes.length) && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
  // More than three of them are no half of a character but bytes that are no text.
  if (((bytes[start] ?? 0) & 0xc0) === 0x80) start = 0;
  const rest = bytes.subarray(start);
  // In front of it a byte that is whole: a lone half of a character is cut, too.
  const end = rest.length > 3
    ? characterStart(rest, rest.length)
    : characterStart(Uint8Array.of(0, ...rest), rest.length + 1) - 1;
  return rest.subarray(0, end);
}
