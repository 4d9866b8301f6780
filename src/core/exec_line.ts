// Reads the command line of `runner exec`: the options of tini and of dumb-init by letters and by names, and our own.
import { EXIT, RunnerError } from "../base/errors.ts";
import { parseAnySignal } from "../base/signals.ts";
import { suggest } from "../base/suggest.ts";
import { parseDuration } from "../base/units.ts";
import { EXEC_OPTIONS, NO_LETTER } from "./exec_option_table.ts";
import { type OptionFault, readExecOptions } from "./exec_options.ts";
import { type ExecLine, type ExecRequest, type ExecWords, inSession } from "./exec_request.ts";
import { PLAIN_REQUEST, rewritten, suspending } from "./exec_request.ts";

const DEFAULT_VERBOSITY = 1;
const VERBOSE = 3;

/** What options say before it is one request. */
interface Wish {
  readonly request: ExecRequest;
  readonly company: ReadonlySet<"group" | "session" | "single">;
  readonly rewrites: ReadonlyMap<number, number>;
}

/** Reads the words. Throws RunnerError (status 2) for what cannot be read. */
export function readExecLine({ args, env }: ExecWords): ExecLine {
  const read = readExecOptions(args, { known: EXEC_OPTIONS, permutes: false });
  let wish: Wish = { request: environmentRequest(env), company: new Set(), rewrites: new Map() };
  for (const { letter, value } of read.options) {
    if (letter === "h") return { kind: "help" };
    if (letter === "l") return { kind: "license" };
    wish = granted(wish, letter, value);
  }
  if (read.fault !== null) throw optionError(read.fault);
  if (read.words.length === 0) {
    throw usageError(
      "Cannot run nothing: the command is missing",
      "runner exec [OPTIONS] [--] COMMAND [ARGUMENT…]",
    );
  }
  return {
    kind: "run",
    request: requestOf({ ...wish, company: companyOf(wish, env) }, read.words),
  };
}

/** What the variables of tini and dumb-init ask for. */
function environmentRequest(env: ExecWords["env"]): ExecRequest {
  const level = Number(/^\s*[+-]?\d+/.exec(env("TINI_VERBOSITY") ?? "")?.[0] ?? DEFAULT_VERBOSITY);
  return { ...PLAIN_REQUEST, verbosity: env("DUMB_INIT_DEBUG") === "1" ? VERBOSE : level };
}

/** What is not said by an option may be said by a variable. */
function companyOf(wish: Wish, env: ExecWords["env"]): Wish["company"] {
  if (wish.company.size > 0) return wish.company;
  if (env("TINI_KILL_PROCESS_GROUP") !== undefined) return new Set(["group"]);
  return env("DUMB_INIT_SETSID") === "0" ? new Set(["single"]) : wish.company;
}

function requestOf(wish: Wish, command: readonly number[]): ExecRequest {
  const { company, rewrites } = wish;
  if (company.has("single") && company.size > 1) {
    const hint = "Leave one of them out";
    throw usageError("Cannot combine --single-child with --group or --session", hint);
  }
  const request = rewritten({ ...wish.request, command }, rewrites);
  if (company.has("session")) return suspending(inSession(request, rewrites));
  if (company.has("single")) {
    return suspending({ ...request, company: "none", followsStops: false });
  }
  return company.has("group") ? { ...request, signalsGoTo: "group" } : request;
}

function granted(wish: Wish, letter: string, value: string): Wish {
  switch (letter) {
    case "g":
      return { ...wish, company: new Set([...wish.company, "group"]) };
    case NO_LETTER.session:
      return { ...wish, company: new Set([...wish.company, "session"]) };
    case "c":
      return { ...wish, company: new Set([...wish.company, "single"]) };
    case "r":
      return { ...wish, rewrites: new Map([...wish.rewrites, readRewrite(value)]) };
    default:
      return { ...wish, request: changed(wish.request, letter, value) };
  }
}

function changed(request: ExecRequest, letter: string, value: string): ExecRequest {
  switch (letter) {
    case "s":
      return { ...request, subreaper: true };
    case NO_LETTER.noSubreaper:
      return { ...request, subreaper: false };
    case "w":
      return { ...request, warnsOfOrphans: true };
    case "v":
      return { ...request, verbosity: request.verbosity + 1 };
    case "u":
      return { ...request, user: value };
    case "C":
      return { ...request, directory: value };
    case "e":
      return { ...request, expected: [...request.expected, readCode(value)] };
    case "p":
      return { ...request, parentDeathSignal: readSignal("--parent-death-signal", value) };
    default:
      return { ...request, stopTimeout: readTime(value) };
  }
}

function readCode(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) <= 255) return Number(text);
  throw usageError(`Cannot read --expect "${text}": an exit status is 0 to 255`, "");
}

function readTime(text: string): number {
  const millis = parseDuration(text);
  if (millis !== null) return millis;
  throw usageError(
    `Cannot read --stop-timeout "${text}" as a duration`,
    "For instance 10s or 500ms",
  );
}

function readSignal(option: string, text: string): number {
  const signal = parseAnySignal(text);
  if (signal !== null) return signal;
  throw usageError(
    `Cannot read ${option} "${text}": there is no such signal`,
    "For instance TERM or 15",
  );
}

/** `TERM:QUIT`, `15:3`, `HUP:0`. */
function readRewrite(text: string): [number, number] {
  const [from, to, ...more] = text.split(":");
  if (from === undefined || to === undefined || more.length > 0) {
    throw usageError(
      `Cannot read --rewrite "${text}": it takes two signals`,
      "For instance TERM:QUIT",
    );
  }
  return [readSignal("--rewrite", from), to === "0" ? 0 : readSignal("--rewrite", to)];
}

function optionError({ kind, option, candidates }: OptionFault): RunnerError {
  const shown = option.startsWith("--") ? option : `-${option}`;
  switch (kind) {
    case "unknown letter":
    case "unknown name": {
      const bare = option.replace(/^-+/, "").replace(/=.*$/s, "");
      const near = suggest(bare, EXEC_OPTIONS.map(({ name }) => name));
      const known = EXEC_OPTIONS.map(({ name }) => `--${name}`).join(", ");
      const hint = near === null ? `Known options: ${known}` : `Did you mean --${near}?`;
      return usageError(`Cannot read option "${shown}": there is no such option`, hint);
    }
    case "ambiguous":
      return usageError(`Cannot read option "${shown}": it may be ${candidates.join(" or ")}`, "");
    case "no value":
      return usageError(`Cannot read ${shown}: its value is missing`, "");
    case "unwanted value":
      return usageError(`Cannot read ${shown}: it takes no value`, "");
  }
}

function usageError(message: string, hint: string): RunnerError {
  return new RunnerError(message, { hint, exitStatus: EXIT.usage });
}
