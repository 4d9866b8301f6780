// Reads the command line of dumb-init 1.2.
import { type ExecOption, faultLine, readExecOptions } from "./exec_options.ts";
import { type ExecLine, type ExecRequest, type ExecWords, inSession } from "./exec_request.ts";
import { PLAIN_REQUEST, rewritten, suspending } from "./exec_request.ts";

const OPTIONS: readonly ExecOption[] = [
  { letter: "h", name: "help", hasValue: false },
  { letter: "c", name: "single-child", hasValue: false },
  { letter: "r", name: "rewrite", hasValue: true },
  { letter: "v", name: "verbose", hasValue: false },
  { letter: "V", name: "version", hasValue: false },
];

/** What is said for the version: the one whose behaviour this is. */
const VERSION = "dumb-init v1.2.5";

/** The last signal that can be rewritten. */
const LAST = 31;

const QUIET = 1;
const VERBOSE = 3;

/** Reads the words, and the variables DUMB_INIT_*. */
export function readDumbInitLine({ name, args, env }: ExecWords): ExecLine {
  const read = readExecOptions(args, { known: OPTIONS, permutes: false });
  const rewrites = new Map<number, number>();
  let isSingle = false;
  let isVerbose = false;
  for (const { letter, value } of read.options) {
    if (letter === "h") return say(usage(name), 0);
    if (letter === "V") return say(VERSION, 0);
    if (letter === "c") isSingle = true;
    if (letter === "v") isVerbose = true;
    if (letter !== "r") continue;
    const rewrite = readRewrite(value);
    if (rewrite === null) return say(REWRITE_USAGE, 1);
    rewrites.set(rewrite[0], rewrite[1]);
  }
  if (read.fault !== null) return say(faultLine(name, read.fault), 1);
  if (read.words.length === 0) {
    return say(`Usage: ${name} [option] program [args]\nTry ${name} --help for full usage.`, 1);
  }
  const hasDebug = env("DUMB_INIT_DEBUG") === "1";
  const hasNoSession = env("DUMB_INIT_SETSID") === "0";
  const isSession = !isSingle && !hasNoSession;
  const verbosity = isVerbose || hasDebug ? VERBOSE : QUIET;
  const notes = [
    ...(hasDebug ? ["[dumb-init] Running in debug mode."] : []),
    ...(hasNoSession && verbosity === VERBOSE ? ["[dumb-init] Not running in setsid mode."] : []),
  ];
  const base: ExecRequest = { ...DUMB_INIT, command: read.words, verbosity, notes };
  const request = suspending(rewritten(base, rewrites));
  return { kind: "run", request: isSession ? inSession(request, rewrites) : request };
}

const DUMB_INIT: ExecRequest = {
  ...PLAIN_REQUEST,
  voice: "dumb-init",
  company: "none",
  followsStops: false,
  saysFarewell: true,
  subreaper: false,
  keepsSignalState: false,
  leavesFolder: true,
};

/** `15:3`, by numbers only. */
function readRewrite(text: string): readonly [number, number] | null {
  const match = /^\s*([+-]?\d+):\s*([+-]?\d+)/.exec(text);
  const [from, to] = [Number(match?.[1]), Number(match?.[2])];
  return from >= 1 && from <= LAST && to >= 0 && to <= LAST ? [from, to] : null;
}

const REWRITE_USAGE =
  `Usage: -r option takes <signum>:<signum>, where <signum> is between 1 and ${LAST}.
This option can be specified multiple times.
Use --help for full usage.`;

function usage(name: string): string {
  return `${VERSION}
Usage: ${name} [option] command [[arg] ...]

Runs a command in a session of its own, forwards signals to all of it and reaps what it leaves behind.

   -c, --single-child   Forward signals to the command alone; no session of its own.
   -r, --rewrite s:r    Forward signal s as signal r, by numbers; not at all when r is 0.
                        May be given several times.
   -v, --verbose        Tell on stderr what is done.
   -h, --help           Print this help.
   -V, --version        Print the version.
`;
}

/** It says everything on stderr, its help, too. */
function say(text: string, exitStatus: number): ExecLine {
  return { kind: "answer", stream: "stderr", text, exitStatus };
}
