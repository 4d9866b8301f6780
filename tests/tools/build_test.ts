// The parts of the build that decide: when a binary is out of date, and where a base runtime ends.
import { deepStrictEqual, throws } from "node:assert/strict";
import { checkLengths } from "../../tools/check_lengths.ts";
import { isStale } from "../../tools/compile.ts";
import { elfEnd } from "../../tools/denort.ts";

Deno.test("elfEnd() is where the section header table ends", async () => {
  // Deno's own program: written by the same linker, with nothing appended.
  const program = await Deno.readFile(Deno.execPath());
  deepStrictEqual(elfEnd(program), program.length);
});

Deno.test("elfEnd() refuses what is no 64-bit ELF file", () => {
  throws(() => elfEnd(new TextEncoder().encode("#!/bin/sh\n".repeat(10))), /not a 64-bit ELF/);
});

Deno.test("isStale() compares with the newest file of a folder", async () => {
  const root = await Deno.makeTempDir();
  try {
    const [source, output] = [`${root}/src/deep/a.ts`, `${root}/runner`];
    await Deno.mkdir(`${root}/src/deep`, { recursive: true });
    await Deno.writeTextFile(source, "");
    deepStrictEqual(isStale(output, [`${root}/src`]), true, "missing");
    await Deno.writeTextFile(output, "");
    await Deno.utime(output, 2_000_000_000, 2_000_000_000);
    deepStrictEqual(isStale(output, [`${root}/src`]), false, "newer");
    await Deno.utime(source, 2_000_000_001, 2_000_000_001);
    deepStrictEqual(isStale(output, [`${root}/src`]), true, "older");
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("checkLengths() lets only tables be long, and wants a first line", async () => {
  const root = await Deno.makeTempDir();
  try {
    const long = "a;\n".repeat(300);
    await Deno.writeTextFile(`${root}/long.ts`, `// Does much.\n${long}`);
    await Deno.writeTextFile(`${root}/table.ts`, `// The table of keys.\n${long}`);
    await Deno.writeTextFile(`${root}/short.ts`, "// Does little.\na;\n");
    await Deno.writeTextFile(`${root}/silent.ts`, "a;\n");
    deepStrictEqual(checkLengths(root).sort(), [
      `${root}/long.ts has 301 lines, 300 at most: split it`,
      `${root}/silent.ts: its first line does not say what it is for`,
    ]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
