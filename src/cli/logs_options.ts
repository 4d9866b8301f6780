// What `runner logs` is asked for, read from its options; PM2's words for the same are understood, too.
import { parseDuration } from "../base/units.ts";
import type { Millis } from "../manifest/plan.ts";
import type { CommandLine } from "./options.ts";
import { usageError } from "./usage_error.ts";

export interface LogsWish {
  readonly names: readonly string[];
  /** The runner's own log instead of programs'. */
  readonly self: boolean;
  readonly follow: boolean;
  /** Null: what the runner gives when nobody says how many. */
  readonly lines: number | "all" | null;
  readonly stream: "stdout" | "stderr" | "both";
  /** Only lines of so long ago; null: all. */
  readonly within: Millis | null;
  readonly grep: RegExp | null;
  readonly form: "pretty" | "raw" | "json";
  readonly withTime: boolean;
}

/** Reads the options. Throws RunnerError (status 2) on what contradicts itself. `wall` is the time now. */
export function readLogsWish(line: CommandLine, wall: Millis): LogsWish {
  const self = line.has("self");
  if (self) refuseForSelf(line);
  const [json, raw] = [line.has("json"), line.has("raw")];
  if (json && raw) {
    throw usageError("Cannot print both JSON and raw lines: use one of --json and --raw");
  }
  const grep = readPattern(line.value("grep"));
  const within = readSince(line.value("since"), wall);
  const follow = line.has("follow") && !line.has("nostream");
  const lines = readLines(line.value("lines"));
  return {
    names: line.words,
    self,
    follow,
    // Who searches means everything, unless told how much.
    lines: lines ?? (grep !== null && within === null && !follow ? "all" : null),
    stream: readStream(line),
    within,
    grep,
    form: json ? "json" : raw ? "raw" : "pretty",
    withTime: line.has("time"),
  };
}

function readLines(text: string | undefined): number | "all" | null {
  if (text === undefined) return null;
  if (text === "all") return "all";
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw usageError(`Cannot read --lines "${text}": use a number, or all`);
}

function readStream(line: CommandLine): LogsWish["stream"] {
  const [out, err] = [line.has("stdout") || line.has("out"), line.has("stderr") || line.has("err")];
  return out === err ? "both" : out ? "stdout" : "stderr";
}

/** A duration, or a moment of the past. */
function readSince(text: string | undefined, wall: Millis): Millis | null {
  if (text === undefined) return null;
  const duration = parseDuration(text);
  if (duration !== null) return duration;
  const moment = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text.replace(" ", "T")) : NaN;
  if (!Number.isNaN(moment) && moment <= wall) return wall - moment;
  throw usageError(
    `Cannot read --since "${text}": use a time such as 90s, 10m, 2h, or 2026-11-21 09:30`,
  );
}

function readPattern(text: string | undefined): RegExp | null {
  if (text === undefined) return null;
  try {
    return new RegExp(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const why = error.message.replace(/^Invalid regular expression: /, "");
    throw usageError(
      `Cannot read --grep: ${why}`,
      "Put a backslash before ( [ { * + ? . | that are meant as they are",
    );
  }
}

function refuseForSelf(line: CommandLine): void {
  if (line.words.length > 0) {
    throw usageError(`Cannot show the runner's own log together with ${line.words.join(", ")}`);
  }
  const refused = ["since", "json", "stdout", "stderr", "out", "err"].find((name) =>
    line.has(name) || line.value(name) !== undefined
  );
  if (refused !== undefined) throw usageError(`Cannot take --${refused} together with --self`);
}
