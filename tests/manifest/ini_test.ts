// INI text as RawConfigParser reads it: recorded, by rules, and on any text.
import fc from "fast-check";
import type { Document } from "../../src/manifest/document.ts";
import { readIni } from "../../src/manifest/ini.ts";
import recorded from "../fixtures/manifests/python_3.11.json" with { type: "json" };
import { assertEquals, assertTrue } from "../support/assert.ts";
import { problemsOf } from "./fake_machine.ts";

const SOURCE = { file: "x.ini", here: "/etc" };

function read(text: string): Document {
  return readIni(text, SOURCE);
}

function sections(document: Document): unknown {
  return Object.fromEntries(document.sections.map(({ name, entries }) => [
    name,
    Object.fromEntries([...entries].map(([key, entry]) => [key, entry.value])),
  ]));
}

function errors(document: Document): readonly string[] {
  return document.problems.filter((problem) => problem.severity === "error")
    .map(({ line, what }) => `${line}: ${what}`);
}

Deno.test("readIni() reads as RawConfigParser does", () => {
  for (const one of recorded.ini) {
    const document = read(one.text);
    const where = JSON.stringify(one.text);
    assertEquals(errors(document).length > 0, "refused" in one, where);
    if ("refused" in one) continue;
    assertEquals(sections(document), one.sections, where);
    const defaults = [...document.defaults].map(([key, entry]) => [key, entry.value]);
    assertEquals(Object.fromEntries(defaults), one.defaults, where);
  }
});

const RULES: readonly (readonly [string, string, unknown])[] = [
  ["both delimiters", "[a]\nx=1\ny : 2\nz=a:b", { a: { x: "1", y: "2", z: "a:b" } }],
  ["keys are folded", "[A]\nKey=V", { A: { key: "V" } }],
  ["sections are not", "[A]\n[a]\n", { A: {}, a: {} }],
  ["continuation", "[a]\nx=1\n  2\n\t3\ny=4", { a: { x: "1\n2\n3", y: "4" } }],
  ["a comment line within a value is skipped", "[a]\nx=1\n;c\n  2", { a: { x: "1\n2" } }],
  ["an empty line within a value is kept", "[a]\nx=1\n\n  2\n\n", { a: { x: "1\n\n2" } }],
  ["inline comments need a blank", "[a]\nx=a;b#c ; d\ny=1 # 2", { a: { x: "a;b#c", y: "1" } }],
  ["quotes do not protect", `[a]\nx=sh -c "a ; b"`, { a: { x: `sh -c "a` } }],
  ["comment after a section", "[a] ; 说明\nx=1", { a: { x: "1" } }],
  ["Chinese comments", "[a]\nx = true     ; 在启动\n", { a: { x: "true" } }],
  ["CRLF", "[a]\r\nx=1\r\ny=2\r\n", { a: { x: "1", y: "2" } }],
  ["byte order mark", "\uFEFF[a]\nx=1", { a: { x: "1" } }],
  ["merged sections, last wins", "[a]\nx=1\n[b]\n[a]\nx=2\ny=3", { a: { x: "2", y: "3" }, b: {} }],
  ["empty value", "[a]\nx=\ny", { a: { x: "" } }],
  ["indented key after a section", "[a]\n  x=1\n  y=2", { a: { x: "1", y: "2" } }],
  ["ideographic space is a blank", "[a]\nx=1\u3000; c", { a: { x: "1" } }],
];

Deno.test("readIni() keeps the rules", () => {
  for (const [rule, text, expected] of RULES) assertEquals(sections(read(text)), expected, rule);
});

Deno.test("readIni() reports every line that is none, with its number", () => {
  assertEquals(errors(read("x=1\ny=2\n[a]\nnothing\n=v\nb=1\n")), [
    '1: No section before "x=1"',
    '4: Cannot read "nothing"',
    '5: No key before "="',
  ]);
});

Deno.test("readIni() says where a script belongs that is given for a manifest", () => {
  const { problems } = readIni("const a = 1;\n", { file: "w.js", here: "/etc" });
  assertEquals(problems.map(({ allowed }) => allowed), [
    'a script is no manifest: write one with [program.NAME] and script = "w.js"',
  ]);
});

Deno.test("readIni() remembers lines, and comments that took a quotation mark", () => {
  const document = read(`\n[a]\nx=1\n\ny=sh -c "a\n  b ; c"\nz=1 ; no quote\n`);
  const entries = document.sections[0]?.entries;
  assertEquals(entries?.get("y")?.place, { file: "x.ini", line: 5 });
  assertEquals(entries?.get("y")?.cut, { line: 6, sign: ";" });
  assertEquals(entries?.get("z")?.cut, null);
  assertEquals(entries?.get("x")?.here, "/etc");
});

Deno.test("readIni() warns of a key that is set twice", () => {
  const [problem] = read("[a]\nx=1\n\nx=2\n").problems;
  assertEquals(problem?.severity, "warning");
  assertEquals(problem?.line, 2);
  assertTrue(problem?.what.includes("line 4") ?? false, "names the line that counts");
});

Deno.test("readIni() takes any text", () => {
  const pieces = fc.constantFrom(
    "[",
    "]",
    "a",
    "=",
    ":",
    ";",
    "#",
    " ",
    "\n",
    "\r",
    "\t",
    '"',
    "文",
  );
  const text = fc.oneof(fc.string(), fc.array(pieces).map((parts) => parts.join("")));
  fc.assert(fc.property(text, (any) => read(any).sections.every(({ place }) => place.line > 0)));
});

Deno.test("readIni() takes a section that is not closed for no key of the one before", async () => {
  const said = await problemsOf(
    "[program:a]\ncommand=/bin/cat\n[program:b\ncommand=/bin/ls\nnope=1\n",
  );
  assertEquals(said, [
    'test.ini:3: [program:a] Cannot read "[program:b" as a section: close it with ]',
  ]);
});
