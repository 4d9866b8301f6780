// The lint plugin, rule by rule: where each one speaks and where it is silent.
import { fileURLToPath } from "node:url";
import { deepStrictEqual } from "node:assert/strict";
import plugin from "../../tools/lint_plugin.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

interface Case {
  readonly file: string;
  readonly source: string;
  readonly rules: readonly string[];
}

const CASES: readonly Case[] = [
  { file: "src/core/a.ts", source: "Date.now();", rules: ["runner/no-ambient"] },
  { file: "src/cli/a.ts", source: "globalThis.Date.now();", rules: ["runner/no-ambient"] },
  { file: "src/engine/a.ts", source: "new Date();", rules: ["runner/no-ambient"] },
  { file: "src/engine/a.ts", source: "Date();", rules: ["runner/no-ambient"] },
  { file: "src/engine/a.ts", source: "new Date(5);", rules: [] },
  { file: "src/engine/a.ts", source: "performance.now();", rules: ["runner/no-ambient"] },
  { file: "src/control/a.ts", source: "setTimeout(f, 1);", rules: ["runner/no-ambient"] },
  { file: "src/control/a.ts", source: "setInterval(f, 1);", rules: ["runner/no-ambient"] },
  { file: "src/core/a.ts", source: "Math.random();", rules: ["runner/no-ambient"] },
  { file: "src/core/a.ts", source: "crypto.randomUUID();", rules: ["runner/no-ambient"] },
  {
    file: "src/core/a.ts",
    source: "crypto.getRandomValues(b);",
    rules: ["runner/no-ambient"],
  },
  { file: "src/cli/a.ts", source: "AbortSignal.timeout(5);", rules: ["runner/no-ambient"] },
  { file: "src/os/a.ts", source: "Date.now(); setTimeout(f, 1); Math.random();", rules: [] },
  { file: "src/core/a.ts", source: "clock.now(); Math.max(1, 2);", rules: [] },
  { file: "tests/core/a_test.ts", source: "Date.now(); Deno.exit(1);", rules: [] },
  { file: "bench/a.ts", source: "performance.now();", rules: [] },
  { file: "src/cli/a.ts", source: "Deno.exit(1);", rules: ["runner/no-exit"] },
  { file: "src/os/a.ts", source: "process.exit(1);", rules: ["runner/no-exit"] },
  { file: "src/main.ts", source: "Deno.exit(1);", rules: [] },
  { file: "src/base/a.ts", source: "Deno.cwd();", rules: ["runner/pure-rooms"] },
  { file: "src/manifest/a.ts", source: 'import "node:fs";', rules: ["runner/pure-rooms"] },
  {
    file: "src/core/a.ts",
    source: 'import { spawn } from "node:child_process"; spawn();',
    rules: ["runner/pure-rooms"],
  },
  { file: "src/core/a.ts", source: 'import "node:fs/promises";', rules: ["runner/pure-rooms"] },
  { file: "src/os/a.ts", source: 'import "node:fs"; Deno.cwd();', rules: [] },
  { file: "src/core/a.ts", source: "type A = Deno.Signal;", rules: [] },
  { file: "src/cli/a.ts", source: "f(a as any);", rules: ["runner/no-cast"] },
  { file: "src/cli/a.ts", source: "f(a as unknown as B);", rules: ["runner/no-cast"] },
  { file: "src/cli/a.ts", source: "f(<never> a);", rules: ["runner/no-cast"] },
  { file: "src/cli/a.ts", source: "f(a as const); f(a as Millis);", rules: [] },
];

for (const { file, source, rules } of CASES) {
  Deno.test(`lint says [${rules}] of ${source} in ${file}`, () => {
    const found = Deno.lint.runPlugin(plugin, ROOT + file, source);
    deepStrictEqual(found.map(({ id }) => id), rules);
  });
}
