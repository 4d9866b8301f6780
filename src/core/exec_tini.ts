// Reads the command line of tini 0.19.
import { parseSignal } from "../base/signals.ts";
import { type ExecOption, faultLine, readExecOptions } from "./exec_options.ts";
import { type ExecLine, type ExecRequest, type ExecWords, PLAIN_REQUEST } from "./exec_request.ts";

const OPTIONS: readonly ExecOption[] = [..."hvwgls"].map((letter) => ({ letter, hasValue: false }))
  .concat([..."pe"].map((letter) => ({ letter, hasValue: true })));

/** What is said for the version: the one whose behaviour this is. */
const VERSION = "tini version 0.19.0";

/** Signals that tini leaves alone: it ignores them itself. */
const IGNORED: readonly number[] = [21, 22];

const DEFAULT_VERBOSITY = 1;

/** Reads the words, and the variables TINI_*. */
export function readTiniLine(words: ExecWords): ExecLine {
  const { args, env, name } = words;
  if (args.length === 1 && args[0] === "--version") return answer(VERSION);
  const permutes = env("POSIXLY_CORRECT") === undefined;
  const read = readExecOptions(args, { known: OPTIONS, permutes });
  let request: ExecRequest = {
    ...PLAIN_REQUEST,
    voice: "tini",
    followsStops: false,
    subreaper: false,
    forwardedAs: PLAIN_REQUEST.forwardedAs.map((as) => IGNORED.includes(as) ? 0 : as),
    verbosity: DEFAULT_VERBOSITY,
  };
  for (const { letter, value } of read.options) {
    if (letter === "h") return answer(usage(name));
    if (letter === "l") return { kind: "license" };
    const changed = applied(request, letter, value);
    if (changed === null) {
      return failure(`[FATAL tini (${words.pid})] Not a valid option for -${letter}: ${value}`);
    }
    request = changed;
  }
  if (read.fault !== null) return failure(`${faultLine(name, read.fault)}\n${usage(name)}`);
  if (read.words.length === 0) return failure(usage(name));
  return { kind: "run", request: withEnvironment({ ...request, command: read.words }, words) };
}

/** Null for a value that cannot be read. */
function applied(request: ExecRequest, letter: string, value: string): ExecRequest | null {
  switch (letter) {
    case "s":
      return { ...request, subreaper: true };
    case "g":
      return { ...request, signalsGoTo: "group" };
    case "w":
      return { ...request, warnsOfOrphans: true };
    case "v":
      return { ...request, verbosity: request.verbosity + 1 };
    case "p": {
      const signal = value.startsWith("SIG") ? parseSignal(value) : null;
      return signal === null ? null : { ...request, parentDeathSignal: signal };
    }
    default: {
      const code = /^\s*[+-]?\d*$/.test(value) ? Number(value) : NaN;
      const isCode = code >= 0 && code <= 255;
      return isCode ? { ...request, expected: [...request.expected, code] } : null;
    }
  }
}

function withEnvironment(request: ExecRequest, { env, pid }: ExecWords): ExecRequest {
  const verbosity = env("TINI_VERBOSITY");
  const isGroup = env("TINI_KILL_PROCESS_GROUP") !== undefined;
  const changed: ExecRequest = {
    ...request,
    subreaper: request.subreaper || env("TINI_SUBREAPER") !== undefined,
    signalsGoTo: isGroup ? "group" : request.signalsGoTo,
    verbosity: verbosity === undefined
      ? request.verbosity
      : Number(/^\s*[+-]?\d+/.exec(verbosity)?.[0] ?? 0),
  };
  const isBlind = pid !== 1 && !changed.subreaper && changed.verbosity > 0;
  return isBlind ? { ...changed, notes: [blindness(pid)] } : changed;
}

function blindness(pid: number): string {
  return `[WARN  tini (${pid})] Tini is not running as PID 1 and isn't registered as a child subreaper.\n` +
    "Orphans go to somebody else, so they will not be reaped here. Use -s, or set TINI_SUBREAPER.";
}

function usage(name: string): string {
  const base = name.slice(name.lastIndexOf("/") + 1);
  return `${base} (${VERSION})
Usage: ${base} [OPTIONS] PROGRAM -- [ARGS] | --version

Runs PROGRAM, forwards signals to it and reaps what it leaves behind.

  --version: Print the version.
  -h: Print this help.
  -s: Become a subreaper: reap orphans without being PID 1.
  -p SIGNAL: Get SIGNAL when the parent dies, e.g. "-p SIGKILL".
  -v: Say more. Up to three times.
  -w: Warn when an orphan is reaped.
  -g: Send signals to the process group of the child.
  -e EXIT_CODE: Take EXIT_CODE (0 to 255) for 0.
  -l: Print the licence.

Environment:

  TINI_SUBREAPER: as -s.
  TINI_VERBOSITY: how much to say (default: ${DEFAULT_VERBOSITY}).
  TINI_KILL_PROCESS_GROUP: as -g.
`;
}

function answer(text: string): ExecLine {
  return { kind: "answer", stream: "stdout", text, exitStatus: 0 };
}

function failure(text: string): ExecLine {
  return { kind: "answer", stream: "stderr", text, exitStatus: 1 };
}
