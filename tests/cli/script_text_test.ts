// What becomes of a script's text before it is loaded: no types, other specifiers, the same places.
import { init } from "es-module-lexer";
import { decode, type SourceMapSegment } from "sourcemap-codec";
import { RunnerError } from "../../src/base/errors.ts";
import { metricLine, scriptApi } from "../../src/cli/script_api.ts";
import { alignLines, identity } from "../../src/cli/script_align.ts";
import { mappingsOf } from "../../src/cli/script_mappings.ts";
import { rewrite } from "../../src/cli/script_rewrite.ts";
import { keep } from "../../src/cli/script_plain.ts";
import { strip } from "../../src/cli/script_strip.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

await init();

const OPTIONS = {
  url: "file:///w.ts",
  prefix: "setUp();",
  dynamic: "load()",
  resolve: (specifier: string) => `file:///memory/${specifier.length}`,
  foresee: () => {},
};

/** The place in the script, both from 1, that stands behind the first `word` of the loaded text. */
function placeBehind(text: string, word: string): string {
  const [, data = ""] = text.match(/base64,(.*)$/m) ?? [];
  const lines = decode(JSON.parse(atob(data)).mappings);
  const row = text.split("\n").findIndex((line) => line.includes(word));
  const column = text.split("\n")[row]?.indexOf(word) ?? -1;
  const segment = lines[row]?.findLast(([at]) => at <= column);
  return `${(segment?.[2] ?? -1) + 1}:${(segment?.[3] ?? -1) + 1}`;
}

function thrown(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return null;
}

Deno.test("rewrite() changes specifiers and keeps every place of the script", () => {
  const script = `import { a, b } from "./long/name.ts"; fail(a);
enum E { One }
function f<T extends string>(x: T, y?: number): void { throwing(x as string, y); } /* import("x") */
const p = import("./d.ts"), q: number = late(E.One, p, b);
`;
  for (const plain of [strip(script, "/w.ts"), keep(script)]) {
    const { text } = rewrite(plain, OPTIONS);
    assertEquals(text.startsWith(`setUp();import { a, b } from "file:///memory/14"; fail(`), true);
    assertEquals(text.includes(`const p = load()("./d.ts"), q`), true);
    assertEquals(text.includes(`/* import("x") */`), true);
    const places = ["fail(", "throwing(", "late("].map((word) => placeBehind(text, word));
    assertEquals(places, ["1:40", "3:56", "4:41"]);
  }
});

Deno.test("mappingsOf() writes lines that are as they were like all others", () => {
  const texts = [
    "a.b(c)",
    "",
    `a${" ".repeat(300)}b`,
    "  x = `é`;",
    "long_name  (1)",
    "changed",
    "z",
  ];
  const changed: SourceMapSegment[] = [[0, 0, 9, 3], [2]];
  const plain = texts.map((text) => text === "changed" ? changed : null);
  const all = texts.map((text, row) => plain[row] ?? identity(text, row));
  assertEquals(decode(mappingsOf(texts.join("\n"), plain)), all);
});

Deno.test("alignLines() finds the places of what is left of a line", () => {
  const cases: readonly (readonly [string, string, readonly number[]])[] = [
    ["const n: number = n;", "const n = n;", [0, 6, 16, 18, 19]],
    ["f(a as Map<string, b>, b);", "f(a , b);", [0, 1, 2, 21, 23, 24, 25]],
    ["f<T>(x as T, `${y}` as A, z)", "f(x , `${y}` , z)", [
      0,
      4,
      5,
      11,
      13,
      14,
      15,
      16,
      17,
      18,
      24,
      26,
      27,
    ]],
    ["enum E { A }", "var E;", [0, 5, 5]],
    ["type T = 1;", "", []],
  ];
  for (const [script, code, columns] of cases) {
    const [line] = alignLines(code, script);
    assertEquals(line?.map((segment) => segment[3]), columns, script);
  }
  const text = "const a = `x ${1}`;\nf(a as string, b());";
  assertEquals(strip(text, "/w.ts").lines[1]?.map((segment) => segment[3]), [
    0,
    1,
    2,
    13,
    15,
    16,
    17,
    18,
    19,
  ]);
});

Deno.test("strip() says file, line, column and the line of what it cannot read", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [
      "const a: number = 1;\nfunction f(: string) {}\n",
      "/w.ts:2:12",
      "function f(: string) {}\n             ^",
    ],
    ["\n  namespace N { export const a = 1; }\n", "/w.ts:2:3", "  namespace N { export"],
  ];
  for (const [text, place, line] of cases) {
    const error = thrown(() => strip(text, "/w.ts"));
    assertTrue(error instanceof RunnerError, `${error}`);
    assertEquals(error.message.startsWith(`Cannot load ${place}: `), true, error.message);
    assertEquals(error.hint.includes(line), true, error.hint);
  }
  // The words of a namespace in a text are only words.
  assertEquals(strip("const t = `\nnamespace N {\n}`;", "/w.ts").code.includes("namespace"), true);
});

Deno.test("the global `runner` says things in systemd's words, and nothing when nobody listens", () => {
  const said: string[] = [];
  const api = scriptApi({ say: (lines) => said.push(...lines) > 0 });
  api.ready();
  api.ready();
  api.heartbeat();
  api.jobDone();
  api.metric("queue_length", 2.5);
  const expected = ["READY=1", "WATCHDOG=1", "X_RUNNER_JOB=1", "X_RUNNER_METRIC=queue_length=2.5"];
  assertEquals(said, expected);
  scriptApi(null).ready();
  assertEquals(said, expected);
  for (const [name, value] of [["a b", 1], ["a", NaN]] as const) {
    assertTrue(thrown(() => metricLine(name, value)) instanceof TypeError, name);
  }
});
