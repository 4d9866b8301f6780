// The test runner itself: what it counts, and that no failing run can look like a passing one.
import { deepStrictEqual } from "node:assert/strict";
import { grouped, readFailures, readTally, sum } from "../../tools/test.ts";

const OUTPUTS = [
  ["all pass", "ok | 12 passed | 0 failed (5ms)\n", 0, [12, 0, 0]],
  ["steps", "ok | 3 passed (7 steps) | 0 failed (1s)\n", 0, [3, 0, 0]],
  ["some ignored", "ok | 3 passed | 0 failed | 2 ignored (1s)\n", 0, [3, 0, 2]],
  ["some fail", "x\nFAILED | 4 passed | 2 failed (3ms)\n\nerror: Test failed\n", 1, [4, 2, 0]],
  ["failing steps", "FAILED | 0 passed (1 step) | 1 failed (2 steps) (9ms)", 1, [0, 1, 0]],
  ["a type error", "error: TS2322\n", 1, [0, 1, 0]],
  ["no closing line", "running 3 tests\n", 0, [0, 1, 0]],
  ["a failure it did not count", "ok | 3 passed | 0 failed (1s)\n", 1, [3, 1, 0]],
  [
    "a test that prints such a line",
    "ok | 9 passed | 0 failed (1ms)\nFAILED | 1 passed | 1 failed (2ms)\n",
    1,
    [1, 1, 0],
  ],
] as const;

for (const [name, output, code, [passed, failed, ignored]] of OUTPUTS) {
  Deno.test(`readTally() counts ${name}`, () => {
    deepStrictEqual(readTally(output, code), { passed, failed, ignored });
  });
}

Deno.test("readFailures() reads the list at the end, with steps and files", () => {
  const output = [
    " ERRORS ",
    "a => ./tests/a_test.ts:1:2",
    "error: no",
    "",
    " FAILURES ",
    "",
    "a ... inner => ./tests/a_test.ts:1:2",
    "b => c => ./tests/b_test.ts:3:4",
    "./tests/c_test.ts (uncaught error)",
    "",
    "FAILED | 1 passed | 2 failed (1ms)",
  ].join("\n");
  deepStrictEqual(readFailures(output), [
    { name: "a ... inner", file: "tests/a_test.ts" },
    { name: "b => c", file: "tests/b_test.ts" },
  ]);
  deepStrictEqual(readFailures("ok | 1 passed | 0 failed (1ms)"), []);
});

Deno.test("sum() adds every column", () => {
  const total = sum([{ passed: 1, failed: 2, ignored: 3 }, {
    passed: 10,
    failed: 20,
    ignored: 30,
  }]);
  deepStrictEqual(total, { passed: 11, failed: 22, ignored: 33 });
});

const FILES = [
  "tests/base/a_test.ts",
  "tests/core/a_test.ts",
  "tests/e2e/a_test.ts",
  "tests/os/a_test.ts",
];

Deno.test("grouped() runs the pure rooms without permission and the binary last", () => {
  deepStrictEqual(grouped(FILES, { paths: [], isUnit: false }), [
    {
      name: "pure",
      files: ["tests/base/a_test.ts", "tests/core/a_test.ts"],
      flags: ["--no-prompt"],
    },
    { name: "rest", files: ["tests/os/a_test.ts"], flags: ["-A"] },
    { name: "binary", files: ["tests/e2e/a_test.ts"], flags: ["-A", "--parallel"] },
  ]);
});

Deno.test("grouped() leaves out the binary for unit tests", () => {
  const names = grouped(FILES, { paths: [], isUnit: true }).map(({ name }) => name);
  deepStrictEqual(names, ["pure", "rest"]);
});

Deno.test("grouped() takes files and folders as a choice", () => {
  const files = (path: string) =>
    grouped(FILES, { paths: [path], isUnit: false }).flatMap((group) => group.files);
  deepStrictEqual(files("tests/os"), ["tests/os/a_test.ts"]);
  deepStrictEqual(files("./tests/e2e/a_test.ts"), ["tests/e2e/a_test.ts"]);
  deepStrictEqual(files("tests/o"), []);
});
