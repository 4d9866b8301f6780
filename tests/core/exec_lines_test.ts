// The three command lines of `runner exec`, by tables.
import { RunnerError } from "../../src/base/errors.ts";
import { readDumbInitLine } from "../../src/core/exec_dumb_init.ts";
import { readExecLine } from "../../src/core/exec_line.ts";
import { commandPlaces } from "../../src/core/exec_path.ts";
import type { ExecLine, ExecRequest, ExecWords } from "../../src/core/exec_request.ts";
import { readTiniLine } from "../../src/core/exec_tini.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

type Read = (words: ExecWords) => ExecLine;

function line(read: Read, args: string, env: Readonly<Record<string, string>> = {}): ExecLine {
  const name = read === readTiniLine ? "tini" : "dumb-init";
  const words = args === "" ? [] : args.split(" ");
  return read({ name, args: words, env: (variable) => env[variable], pid: 7 });
}

function request(read: Read, args: string, env?: Readonly<Record<string, string>>): ExecRequest {
  const result = line(read, args, env);
  assertTrue(result.kind === "run", `"${args}" runs something`);
  return result.request;
}

type Expectation = readonly [
  read: Read,
  args: string,
  expected: Partial<ExecRequest>,
  env?: Readonly<Record<string, string>>,
];

const REQUESTS: readonly Expectation[] = [
  [readExecLine, "a", { command: [0], company: "group", signalsGoTo: "child", subreaper: true }],
  [readExecLine, "-g -- a -b", { command: [2, 3], signalsGoTo: "group", company: "group" }],
  [readExecLine, "--session a", { company: "session", signalsGoTo: "group", followsStops: false }],
  [readExecLine, "-c a", { company: "none", signalsGoTo: "child" }],
  [readExecLine, "--expect 143 -e 0 a", { expected: [143, 0] }],
  [readExecLine, "-p RTMIN+3 a", { parentDeathSignal: 37 }],
  [readExecLine, "--stop-timeout 1m30s a", { stopTimeout: 90_000 }],
  [readExecLine, "--no-subreaper a", { subreaper: false }],
  [readExecLine, "-vv -w a", { verbosity: 3, warnsOfOrphans: true }],
  [readExecLine, "-u nobody -C /tmp a", { user: "nobody", directory: "/tmp" }],
  [readExecLine, "a", { signalsGoTo: "group" }, { TINI_KILL_PROCESS_GROUP: "" }],
  [readExecLine, "a", { company: "none" }, { DUMB_INIT_SETSID: "0" }],
  [readExecLine, "-g a", { company: "group", signalsGoTo: "group" }, { DUMB_INIT_SETSID: "0" }],
  [readExecLine, "a", { verbosity: 3 }, { DUMB_INIT_DEBUG: "1" }],
  [readExecLine, "a", { verbosity: 2 }, { TINI_VERBOSITY: "2" }],
  [readTiniLine, "-s -- a -s", { command: [2, 3], subreaper: true, company: "group" }],
  [readTiniLine, "a -g -- -b", { command: [0, 3], signalsGoTo: "group" }],
  [readTiniLine, "a -g", { command: [0, 1], signalsGoTo: "child" }, { POSIXLY_CORRECT: "1" }],
  [readTiniLine, "-vve5 -e 09 a", { verbosity: 3, expected: [5, 9] }],
  [readTiniLine, "-p SIGKILL a", { parentDeathSignal: 9 }],
  [readTiniLine, "-s a", { verbosity: 0 }, { TINI_VERBOSITY: "x" }],
  [readTiniLine, "a", { subreaper: true, notes: [] }, { TINI_SUBREAPER: "" }],
  [readDumbInitLine, "a -v", {
    command: [0, 1],
    company: "session",
    saysFarewell: true,
    verbosity: 1,
  }],
  [readDumbInitLine, "-c a", { company: "none", signalsGoTo: "child" }],
  [readDumbInitLine, "--single a", { company: "none" }],
  [readDumbInitLine, "a", { company: "none" }, { DUMB_INIT_SETSID: "0" }],
  [readDumbInitLine, "a", { company: "session" }, { DUMB_INIT_SETSID: "no" }],
];

Deno.test("a command line is read as what it asks for", () => {
  for (const [read, args, expected, env] of REQUESTS) {
    const asked = request(read, args, env);
    for (const [key, value] of Object.entries(expected)) {
      assertEquals(
        Object.entries(asked).find(([name]) => name === key)?.[1],
        value,
        `${args}: ${key}`,
      );
    }
  }
});

/** What a signal is forwarded as. */
const FORWARDED: readonly (readonly [Read, string, number, number])[] = [
  [readExecLine, "a", 64, 64],
  [readExecLine, "a", 20, 20],
  [readExecLine, "a", 9, 0],
  [readExecLine, "a", 17, 0],
  [readExecLine, "-r TERM:QUIT -r 1:0 a", 15, 3],
  [readExecLine, "-r TERM:QUIT -r 1:0 a", 1, 0],
  [readExecLine, "--rewrite=RTMIN:USR1 a", 34, 10],
  [readExecLine, "--session a", 20, 19],
  [readExecLine, "--session -r TSTP:INT a", 20, 2],
  [readTiniLine, "a", 21, 0],
  [readTiniLine, "a", 20, 20],
  [readDumbInitLine, "a", 22, 19],
  [readDumbInitLine, "-c a", 22, 22],
  [readDumbInitLine, "-r 22:9 a", 22, 9],
  [readDumbInitLine, "-r15:3 --rewrite 1:0 a", 1, 0],
];

Deno.test("a command line says what a signal is forwarded as", () => {
  for (const [read, args, signal, as] of FORWARDED) {
    assertEquals(request(read, args).forwardedAs[signal], as, `${args}: ${signal}`);
  }
});

/** Stream, status, and what the text begins with: as the real ones answer. */
const ANSWERS: readonly (readonly [Read, string, "stdout" | "stderr", number, string])[] = [
  [readTiniLine, "", "stderr", 1, "tini (tini version 0.19.0)\nUsage: tini [OPTIONS] PROGRAM"],
  [readTiniLine, "-h", "stdout", 0, "tini (tini version 0.19.0)\n"],
  [readTiniLine, "--version", "stdout", 0, "tini version 0.19.0"],
  [readTiniLine, "--version a", "stderr", 1, "tini: invalid option -- '-'\ntini (tini version"],
  [readTiniLine, "-Z a", "stderr", 1, "tini: invalid option -- 'Z'\n"],
  [readTiniLine, "-p", "stderr", 1, "tini: option requires an argument -- 'p'\n"],
  [readTiniLine, "-p TERM a", "stderr", 1, "[FATAL tini (7)] Not a valid option for -p: TERM"],
  [readTiniLine, "-e 256 a", "stderr", 1, "[FATAL tini (7)] Not a valid option for -e: 256"],
  [readTiniLine, "-e 5x a", "stderr", 1, "[FATAL tini (7)] Not a valid option for -e: 5x"],
  [
    readDumbInitLine,
    "",
    "stderr",
    1,
    "Usage: dumb-init [option] program [args]\nTry dumb-init --help",
  ],
  [readDumbInitLine, "--help", "stderr", 0, "dumb-init v1.2.5\n"],
  [readDumbInitLine, "-V", "stderr", 0, "dumb-init v1.2.5"],
  [readDumbInitLine, "-Z", "stderr", 1, "dumb-init: invalid option -- 'Z'"],
  [readDumbInitLine, "--bogus a", "stderr", 1, "dumb-init: unrecognized option '--bogus'"],
  [
    readDumbInitLine,
    "--v a",
    "stderr",
    1,
    "dumb-init: option '--v' is ambiguous; possibilities: '--verbose' '--version'",
  ],
  [
    readDumbInitLine,
    "--help=x",
    "stderr",
    1,
    "dumb-init: option '--help' doesn't allow an argument",
  ],
  [
    readDumbInitLine,
    "--rewrite",
    "stderr",
    1,
    "dumb-init: option '--rewrite' requires an argument",
  ],
  [
    readDumbInitLine,
    "-r 32:1 a",
    "stderr",
    1,
    "Usage: -r option takes <signum>:<signum>, where <signum> is between 1 and 31.",
  ],
  [readDumbInitLine, "-r 1:-1 a", "stderr", 1, "Usage: -r option takes"],
];

Deno.test("tini and dumb-init answer what cannot be run as the real ones do", () => {
  for (const [read, args, stream, exitStatus, start] of ANSWERS) {
    const answer = line(read, args);
    assertTrue(answer.kind === "answer", `"${args}" is answered`);
    assertEquals([answer.stream, answer.exitStatus], [stream, exitStatus], args);
    assertEquals(answer.text.slice(0, start.length), start);
  }
});

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ["", /^Cannot run nothing/],
  ["--grop a", /^Cannot read option "--grop": there is no such option.*--group/s],
  ["-Z a", /^Cannot read option "-Z"/],
  ["--s a", /may be --session or/],
  ["-e 256 a", /^Cannot read --expect "256"/],
  ["-r TERM a", /^Cannot read --rewrite "TERM"/],
  ["-r TERM:FOO a", /there is no such signal/],
  ["--stop-timeout x a", /as a duration/],
  ["-c -g a", /^Cannot combine/],
  ["-p", /its value is missing/],
  ["--group=1 a", /takes no value/],
];

Deno.test("readExecLine() says what it cannot read, with status 2", () => {
  for (const [args, pattern] of REFUSED) {
    try {
      line(readExecLine, args);
      assertTrue(false, `"${args}" is refused`);
    } catch (error) {
      assertTrue(error instanceof RunnerError, `"${args}" is the user's fault: ${error}`);
      assertEquals(error.exitStatus, 2);
      assertTrue(pattern.test(`${error.message} ${error.hint}`), `${args}: ${error.message}`);
    }
  }
});

Deno.test("commandPlaces() looks where execvp does", () => {
  const table: readonly (readonly [string, string | undefined, readonly string[]])[] = [
    ["a", "/x:/y", ["/x/a", "/y/a"]],
    ["a", undefined, ["/bin/a", "/usr/bin/a"]],
    ["a", "/x::/x", ["/x/a", "a"]],
    ["a", "", ["a"]],
    ["./a", "/x", ["./a"]],
    ["", "/x", [""]],
  ];
  for (const [command, path, places] of table) {
    assertEquals(commandPlaces(command, path), places);
  }
});
