// The floor check: on graphs written by hand, and on a small tree on disk.
import { deepStrictEqual } from "node:assert/strict";
import {
  checkCycles,
  checkDirections,
  checkRooms,
  type Imports,
  readImports,
} from "../../tools/check_floors.ts";

const ALLOWED: readonly (readonly [string, string])[] = [
  ["src/core/a.ts", "src/base/b.ts"],
  ["src/core/a.ts", "src/core/b.ts"],
  ["src/os/a.ts", "src/ports/b.ts"],
  ["src/cli/start.ts", "src/engine/engine.ts"],
  ["src/cli/start.ts", "src/os/libc.ts"],
  ["src/control/web/page.ts", "src/control/routes.ts"],
  ["src/main.ts", "src/cli/commands.ts"],
  ["mod.ts", "src/main.ts"],
  ["src/cli/version.ts", "deno.json"],
];

const REFUSED: readonly (readonly [string, string, string])[] = [
  ["src/base/a.ts", "src/core/b.ts", "src/core is above src/base"],
  ["src/core/a.ts", "src/os/b.ts", "src/os is above src/core"],
  ["src/engine/a.ts", "src/os/b.ts", "src/engine and src/os are rooms of one floor"],
  ["src/os/a.ts", "src/engine/b.ts", "src/os and src/engine are rooms of one floor"],
  ["src/main.ts", "mod.ts", "src/main.ts and mod.ts are rooms of one floor"],
  ["src/cli/a.ts", "src/main.ts", "src/main.ts is above src/cli"],
  ["src/cli/a.ts", "tests/support/b.ts", "tests/support/b.ts is no part of the product"],
];

for (const [from, to] of ALLOWED) {
  Deno.test(`checkDirections() lets ${from} import ${to}`, () => {
    deepStrictEqual(checkDirections(new Map([[from, [to]]])), []);
  });
}

for (const [from, to, why] of REFUSED) {
  Deno.test(`checkDirections() refuses that ${from} imports ${to}`, () => {
    deepStrictEqual(checkDirections(new Map([[from, [to]]])), [`${from} imports ${to}: ${why}`]);
  });
}

Deno.test("checkRooms() refuses a file in no room", () => {
  const [fault, ...others] = checkRooms(new Map([["src/utils/a.ts", []], ["src/os/a.ts", []]]));
  deepStrictEqual(others, []);
  deepStrictEqual(fault?.startsWith("src/utils/a.ts is in no room"), true);
});

Deno.test("checkCycles() names the chain of a cycle once", () => {
  const imports: Imports = new Map([
    ["a", ["b"]],
    ["b", ["c"]],
    ["c", ["b"]],
    ["d", ["a", "c"]],
  ]);
  deepStrictEqual(checkCycles(imports), ["cycle: b -> c -> b"]);
});

Deno.test("checkCycles() takes a diamond for none", () => {
  deepStrictEqual(checkCycles(new Map([["a", ["b", "c"]], ["b", ["d"]], ["c", ["d"]]])), []);
});

Deno.test("readImports() sees static, dynamic and type imports, and files nobody imports", async () => {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${root}/src/core`, { recursive: true });
    await Deno.writeTextFile(`${root}/deno.json`, "{}");
    await Deno.writeTextFile(
      `${root}/src/main.ts`,
      'import "./core/a.ts"; await import("./core/b.ts"); import "node:fs";',
    );
    await Deno.writeTextFile(`${root}/src/core/a.ts`, 'import type { B } from "./b.ts"; void 0;');
    await Deno.writeTextFile(`${root}/src/core/b.ts`, "export interface B {}");
    await Deno.writeTextFile(`${root}/src/alone.ts`, 'import "./gone.ts";');
    deepStrictEqual(
      Object.fromEntries(await readImports(root)),
      {
        "src/main.ts": ["src/core/a.ts", "src/core/b.ts"],
        "src/core/a.ts": ["src/core/b.ts"],
        "src/core/b.ts": [],
        "src/alone.ts": ["src/gone.ts"],
      },
    );
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
