// How words, options and numbers of a command line are told apart.
import assert from "node:assert/strict";
import { RunnerError } from "../../src/base/errors.ts";
import { type OptionSpec, readOptions } from "../../src/cli/options.ts";
import { assertEquals } from "../support/assert.ts";

const SPECS: readonly OptionSpec[] = [
  { name: "json", help: "" },
  { name: "no-wait", help: "" },
  { name: "timeout", letter: "t", value: "TIME", help: "" },
  { name: "nostream", help: "", isHidden: true },
];

interface Read {
  readonly words: readonly string[];
  readonly switches?: readonly string[];
  readonly timeout?: string;
}

const READABLE: readonly (readonly [string, Read])[] = [
  ["web -2", { words: ["web", "-2"] }],
  ["web +2", { words: ["web", "+2"] }],
  ["-2 --json -3", { words: ["-2", "-3"], switches: ["json"] }],
  ["-t -5 web", { words: ["web"], timeout: "-5" }],
  ["-t5", { words: [], timeout: "5" }],
  ["--timeout=5s web", { words: ["web"], timeout: "5s" }],
  ["--timeout 1 --timeout 2", { words: [], timeout: "2" }],
  ["web --json 007", { words: ["web", "007"], switches: ["json"] }],
  ["--json true --no-wait false", { words: ["true", "false"], switches: ["json", "no-wait"] }],
  ["--timeout true -- false", { words: ["false"], timeout: "true" }],
  ["--no-wait web", { words: ["web"], switches: ["no-wait"] }],
  ["web -- --json -t -2 --", { words: ["web", "--json", "-t", "-2", "--"] }],
  ["-", { words: ["-"] }],
  ["", { words: [] }],
];

for (const [typed, { words, switches = [], timeout }] of READABLE) {
  Deno.test(`readOptions() reads "${typed}"`, () => {
    const line = readOptions(typed.split(" ").filter((word) => word !== ""), SPECS);
    assertEquals(line.words, words);
    assertEquals(["json", "no-wait"].filter((name) => line.has(name)), switches);
    assertEquals(line.value("timeout"), timeout);
  });
}

const UNREADABLE: readonly (readonly [string, RegExp])[] = [
  ["--jsn", /"--jsn".*\nDid you mean --json\?/],
  ["-x", /"-x".*\nKnown options: --json, --no-wait, --timeout$/],
  ["--nostrem", /"--nostrem".*\nKnown options/],
  ["--timeout", /Cannot read --timeout: its value is missing/],
];

for (const [typed, message] of UNREADABLE) {
  Deno.test(`readOptions() refuses "${typed}"`, () => {
    assert.throws(() => readOptions(typed.split(" "), SPECS), (error: unknown) => {
      assert.ok(error instanceof RunnerError);
      assert.match(`${error.message}\n${error.hint}`, message);
      return error.exitStatus === 2;
    });
  });
}
