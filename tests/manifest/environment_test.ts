// The tokeniser of environment= with all its habits, and env_file.
import fc from "fast-check";
import { readEnvFile } from "../../src/manifest/env_file.ts";
import { readEnvironment } from "../../src/manifest/environment.ts";
import recorded from "../fixtures/manifests/python_3.11.json" with { type: "json" };
import { assertEquals, assertTrue } from "../support/assert.ts";

function read(text: string): unknown {
  const result = readEnvironment(text);
  return result.ok ? Object.fromEntries(result.variables) : result.fault;
}

Deno.test("readEnvironment() reads as supervisord does", () => {
  for (const [text, result] of recorded.environment) {
    const expected = typeof result === "string" ? "fault" : result;
    const found = read(`${text}`);
    assertEquals(typeof found === "string" ? "fault" : found, expected, JSON.stringify(text));
  }
});

Deno.test("readEnvironment() has supervisord's surprises", () => {
  const END = "Unexpected end of key/value pairs";
  const cases: readonly (readonly [string, unknown])[] = [
    ["", {}],
    ["A=1,B=2", { A: "1", B: "2" }],
    [`A="x y",B='q'`, { A: "x y", B: "q" }],
    [`A="1",\n   B="2"`, { A: "1", B: "2" }],
    [`A="1",`, { A: "1" }],
    ["A=1;B=2", { A: "1", B: "2" }],
    ["A=~/x", { A: "~" }],
    ["A=100%", { A: "100" }],
    ["A=x y", { A: "x" }],
    ["A=/usr/bin:/bin", { A: "/usr/bin:/bin" }],
    ["A=1 # the rest", { A: "1" }],
    ["A=foo=bar", `${END} after A`],
    ["A=a,b", `${END} after A`],
    ["A=", END],
    ["A", END],
    [`A="open`, "No closing quotation"],
  ];
  for (const [text, result] of cases) assertEquals(read(text), result, text);
});

Deno.test("readEnvironment() names the variables whose values may end too early", () => {
  const result = readEnvironment(`B="2",A=~/x`);
  assertTrue(result.ok, "supervisord takes it");
  assertEquals(result.odd, ["A"]);
});

Deno.test("readEnvironment() takes any text", () => {
  fc.assert(fc.property(fc.string(), (text) => typeof readEnvironment(text).ok === "boolean"));
});

Deno.test("readEnvFile() reads what shells and containers write", () => {
  const text = [
    "\uFEFF# comment",
    "",
    "A=1",
    "export B = two words ",
    "C='single $HOME \\n' # why",
    `D="double \\"q\\" \\n \\$x \\q"`,
    "E=bare # cut",
    "F=a#b",
    "G=",
    `H="two`,
    `lines"`,
    "I.J-K=x=y",
    "G=again",
  ].join("\r\n");
  const { variables, faults } = readEnvFile(text);
  assertEquals(faults, []);
  assertEquals(Object.fromEntries(variables), {
    A: "1",
    B: "two words",
    C: "single $HOME \\n",
    D: `double "q" \n $x \\q`,
    E: "bare",
    F: "a#b",
    G: "again",
    H: "two\nlines",
    "I.J-K": "x=y",
  });
});

Deno.test("readEnvFile() names the line of a fault and nothing of its text", () => {
  const { faults } = readEnvFile(`A=1\nhush hush\n=x\nB="open\n`);
  assertEquals(faults.map(({ line }) => line), [2, 3, 4]);
  assertTrue(!JSON.stringify(faults).includes("hush"), "no text of the file");
});

Deno.test("readEnvFile() takes any text", () => {
  fc.assert(fc.property(fc.string(), (text) => readEnvFile(text).faults.length >= 0));
});
