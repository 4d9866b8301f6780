// The table of keys agrees with itself: names, defaults, what is shown of them.
import fc from "fast-check";
import type { ReadContext } from "../../src/manifest/value_type.ts";
import { SECTIONS } from "../../src/manifest/settings.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { fakeMachine, loadText } from "./fake_machine.ts";

const AT: Omit<ReadContext, "dialect"> = { machine: fakeMachine(), here: "/srv", cut: null };

const SETTINGS = SECTIONS.flatMap((section) =>
  section.settings.map((setting) => ({ section: section.name, setting }))
);

Deno.test("no section has a key twice", () => {
  for (const { name, settings, keys } of SECTIONS) {
    const written = settings.flatMap(({ key, aliases }) => [key, ...aliases]);
    assertEquals(written.length, keys.size, name);
    for (const key of written) assertEquals(key, key.toLowerCase(), "INI folds keys");
  }
});

Deno.test("the default that is shown is the default that is taken", () => {
  for (const { section, setting } of SETTINGS) {
    for (const dialect of ["ini", "toml"] as const) {
      const shown = setting.shown[dialect];
      // Words and names instead of a value.
      if (shown === "" || setting.defaults[dialect] === null || shown.includes("%(")) continue;
      const reading = setting.type.read(shown, { ...AT, dialect });
      const where = `[${section}] ${setting.key} ${dialect}`;
      assertTrue(reading.ok, where);
      assertEquals(reading.value, setting.defaults[dialect], where);
    }
  }
});

Deno.test("every key has one sentence of help", () => {
  for (const { section, setting } of SETTINGS) {
    const where = `[${section}] ${setting.key}`;
    assertTrue(/^[A-Z][^]*\.$/.test(setting.help), where);
    assertTrue(setting.type.allowed.length > 0, where);
  }
});

Deno.test("readers never throw, whatever they are given", () => {
  const odd = ["", "x", "%", "\0", -1, 1.5, NaN, Infinity, true, [], [[]], ["x"], {}, { x: 1 }, {
    signal: {},
  }];
  for (const { setting } of SETTINGS) {
    for (const raw of odd) {
      for (const dialect of ["ini", "toml"] as const) {
        assertEquals(typeof setting.type.read(raw, { ...AT, dialect }).ok, "boolean");
      }
    }
  }
});

Deno.test("loadPlan() takes any manifest and never throws", async () => {
  const line = fc.constantFrom(...SETTINGS.map(({ setting }) => setting.key)).chain((key) =>
    fc.oneof(fc.string(), fc.constantFrom("1", "TERM 5s", "a,b", "%(here)s", "%(nope)s", '"', "-1"))
      .map((value) => `${key} = ${value}`)
  );
  const section = fc.constantFrom(
    ...SECTIONS.map(({ name, named }) => named === "never" ? `[${name}]` : `[${name}:x]`),
  );
  const text = fc.array(fc.oneof(line, section)).map((lines) => lines.join("\n"));
  await fc.assert(
    fc.asyncProperty(text, fc.constantFrom("x.ini", "x.toml"), async (any, name) => {
      const { plan, problems } = await loadText(any, { name });
      assertEquals(plan === null, problems.some(({ severity }) => severity === "error"));
    }),
    { numRuns: 300 },
  );
});
