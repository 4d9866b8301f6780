// Takes apart again what a formatted log has put around a line: its time, and who wrote it.
import type { LogPlan, Millis, ProcessPlan } from "../../manifest/plan.ts";
import type { StreamName } from "../../ports/logs.ts";

/** A line of a log. */
export interface ParsedLine {
  /** Wall time; null: the log does not tell. */
  readonly time: Millis | null;
  readonly line: string;
}

const DECODER = new TextDecoder();
const STAMP = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d),(\d{3}) /;

/** Reads a line of a stream's log; null: another process or stream has written it. */
export function parseLine(
  bytes: Uint8Array,
  { plan, stream, format }: {
    readonly plan: Pick<ProcessPlan, "id" | "name">;
    readonly stream: StreamName;
    readonly format: LogPlan["format"];
  },
): ParsedLine | null {
  const text = DECODER.decode(bytes[bytes.length - 1] === 13 ? bytes.subarray(0, -1) : bytes);
  switch (format) {
    case "raw":
      return { time: null, line: text };
    case "text":
      return parseText(text, `${plan.name} ${stream}: `);
    case "json":
      return parseJson(text, { id: plan.id, stream });
  }
}

/** The time that a formatted line begins with. */
export function timeOf(bytes: Uint8Array, format: LogPlan["format"]): Millis | null {
  const text = DECODER.decode(bytes.subarray(0, 64));
  if (format === "json") {
    return parseTime(/^\{"time":"([^"]+)"/.exec(text)?.[1] ?? "");
  }
  return format === "text" ? stampOf(text) : null;
}

function parseText(text: string, origin: string): ParsedLine | null {
  const time = stampOf(text);
  // Written before the format was chosen, or by somebody else: shown as it is.
  if (time === null) return { time: null, line: text };
  const rest = text.slice("0000-00-00 00:00:00,000 ".length);
  if (rest.startsWith(origin)) return { time, line: rest.slice(origin.length) };
  return rest === origin.trimEnd() ? { time, line: "" } : null;
}

function stampOf(text: string): Millis | null {
  const match = STAMP.exec(text);
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, milli = 0] = match.slice(1)
    .map(Number);
  return new Date(year, month - 1, day, hour, minute, second, milli).getTime();
}

function parseJson(
  text: string,
  { id, stream }: { readonly id: string; readonly stream: StreamName },
): ParsedLine | null {
  if (!text.startsWith('{"time":')) return { time: null, line: text };
  const fields = objectOf(text);
  if (fields === null || typeof fields["message"] !== "string") return { time: null, line: text };
  if (fields["process"] !== id || fields["stream"] !== stream) return null;
  const { time } = fields;
  return { time: typeof time === "string" ? parseTime(time) : null, line: fields["message"] };
}

function objectOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : null;
  } catch (error) {
    // A line cut by a full disk.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function parseTime(text: string): Millis | null {
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
}
