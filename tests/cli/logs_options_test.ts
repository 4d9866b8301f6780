// What `runner logs` makes of its options.
import { RunnerError } from "../../src/base/errors.ts";
import { type LogsWish, readLogsWish } from "../../src/cli/logs_options.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { readOptions } from "../../src/cli/options.ts";
import { assertEquals } from "../support/assert.ts";

const NOW = Date.parse("2026-11-21T10:00:00");

function wish(...args: readonly string[]): LogsWish {
  const options = COMMANDS.find(({ name }) => name === "logs")?.options ?? [];
  return readLogsWish(readOptions(args, options), NOW);
}

const DEFAULTS: LogsWish = {
  names: [],
  self: false,
  follow: false,
  lines: null,
  stream: "both",
  within: null,
  grep: null,
  form: "pretty",
  withTime: false,
};

const WISHES: readonly (readonly [readonly string[], Partial<LogsWish>])[] = [
  [[], {}],
  [["web", "007"], { names: ["web", "007"] }],
  [["-f", "web"], { follow: true, names: ["web"] }],
  [["-f", "--nostream"], { follow: false }],
  [["-n", "5"], { lines: 5 }],
  [["--lines", "0"], { lines: 0 }],
  [["--lines=all"], { lines: "all" }],
  [["--err"], { stream: "stderr" }],
  [["--stderr"], { stream: "stderr" }],
  [["--out"], { stream: "stdout" }],
  [["--stdout", "--stderr"], { stream: "both" }],
  [["--since", "10m"], { within: 600_000 }],
  [["--since", "30"], { within: 30_000 }],
  [["--since", "2026-11-21 09:30"], { within: 1_800_000 }],
  [["--grep", "a|b"], { grep: /a|b/, lines: "all" }],
  [["--grep", "a", "-f"], { grep: /a/, follow: true }],
  [["--grep", "a", "--since", "1h"], { grep: /a/, within: 3_600_000 }],
  [["--grep", "a", "-n", "9"], { grep: /a/, lines: 9 }],
  [["--json"], { form: "json" }],
  [["--raw", "-t"], { form: "raw", withTime: true }],
  [["--self", "-n", "3"], { self: true, lines: 3 }],
];

Deno.test("readLogsWish() reads options, PM2's words among them", () => {
  for (const [args, expected] of WISHES) {
    assertEquals(wish(...args), { ...DEFAULTS, ...expected }, args.join(" "));
  }
});

const FAULTS: readonly (readonly [readonly string[], string])[] = [
  [["-n", "-3"], "use a number, or all"],
  [["-n", "many"], "use a number, or all"],
  [["--since", "soon"], "90s, 10m, 2h"],
  [["--since", "2027-01-01"], "90s, 10m, 2h"],
  [["--grep", "("], "Cannot read --grep"],
  [["--json", "--raw"], "one of --json and --raw"],
  [["--self", "web"], "together with web"],
  [["--self", "--since", "1m"], "--since together with --self"],
  [["--self", "--json"], "--json together with --self"],
];

Deno.test("readLogsWish() says what it cannot take, with status 2", () => {
  for (const [args, part] of FAULTS) {
    try {
      wish(...args);
    } catch (error) {
      if (!(error instanceof RunnerError)) throw error;
      assertEquals([error.exitStatus, error.message.includes(part)], [2, true], error.message);
      continue;
    }
    throw new Error(`${args.join(" ")} was taken`);
  }
});
