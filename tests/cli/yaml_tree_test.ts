// YAML with lines, and what is said of YAML that nobody can read.
import { plain } from "../../src/manifest/foreign_fields.ts";
import { readYaml } from "../../src/manifest/yaml_tree.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

Deno.test("readYaml() keeps lines, and merges what is merged in", () => {
  const reading = readYaml("base: &b\n  a: 1\n  b: 2\napps:\n  - <<: *b\n    b: 3\n    c: on\n");
  assertTrue(reading.ok && reading.tree.kind === "table", "a table");
  assertEquals(plain(reading.tree), {
    base: { a: 1, b: 2 },
    apps: [{ b: 3, c: "on", a: 1 }],
  });
  const apps = reading.tree.entries.get("apps");
  assertEquals(apps?.line, 4);
  const [first] = apps?.node.kind === "list" ? apps.node.items : [];
  assertTrue(first?.kind === "table", "a table");
  assertEquals(["a", "b", "c"].map((key) => first.entries.get(key)?.line), [2, 6, 7]);
});

Deno.test("readYaml() names a full-width colon in the line of the fault", () => {
  const reading = readYaml("apps:\n  - name： web\n    script: a.js\n");
  assertTrue(!reading.ok, "it cannot be read");
  assertTrue(reading.fault.what.startsWith("Cannot read as YAML: column "), reading.fault.what);
  assertEquals(
    reading.fault.allowed,
    '"：" in line 2, column 9, is a full-width colon: write ":"',
  );
});

Deno.test("readYaml() ends before a small text becomes a very large one", () => {
  const lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"];
  for (let at = 1; at < 9; at++) {
    const before = `*a${at - 1}`;
    lines.push(`a${at}: &a${at} [${Array(9).fill(before).join(",")}]`);
  }
  const reading = readYaml(lines.join("\n"));
  assertTrue(!reading.ok, "too large");
  assertEquals(reading.fault.what, "Cannot read as YAML: too large");
});

Deno.test("readYaml() says nothing itself, whatever LOG_STREAM is set for", () => {
  const said: unknown[] = [];
  const { dir, log } = console;
  Deno.env.set("LOG_STREAM", "shop");
  Deno.env.set("LOG_TOKENS", "1");
  Object.assign(console, {
    dir: (one: unknown) => said.push(one),
    log: (one: unknown) => said.push(one),
  });
  try {
    assertTrue(readYaml("a: 1\n").ok, "it can be read");
  } finally {
    Object.assign(console, { dir, log });
    Deno.env.delete("LOG_STREAM");
    Deno.env.delete("LOG_TOKENS");
  }
  assertEquals(said, []);
});
