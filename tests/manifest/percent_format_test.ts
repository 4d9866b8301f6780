// Python's % operator: recorded, by hand, and on any text.
import fc from "fast-check";
import { formatPercent } from "../../src/manifest/percent_format.ts";
import recorded from "../fixtures/manifests/python_3.11.json" with { type: "json" };
import { assertEquals } from "../support/assert.ts";

function format(text: string, names: Readonly<Record<string, string | number>>): string | null {
  const result = formatPercent(text, (name) => names[name]);
  return result.ok ? result.text : null;
}

Deno.test("formatPercent() formats as Python does", () => {
  for (const [text, number, result] of recorded.percent) {
    const names = { n: typeof number === "number" ? number : 0, s: "str" };
    const where = `${JSON.stringify(text)} with ${number}`;
    assertEquals(format(`${text}`, names), result ?? null, where);
  }
});

Deno.test("formatPercent() knows the forms that manifests use", () => {
  const names = { process_num: 7, program_name: "web", "a(b)c": "nested" };
  const cases: readonly (readonly [string, string | null])[] = [
    ["plain", "plain"],
    ["%(program_name)s_%(process_num)02d", "web_07"],
    ["%(process_num)d", "7"],
    ["%(process_num)5.2f|", " 7.00|"],
    ["%(process_num)-4d|", "7   |"],
    ["%(process_num)+d", "+7"],
    ["%(process_num)s", "7"],
    ["%(program_name).2s", "we"],
    ["%(program_name)6s", "   web"],
    ["%(a(b)c)s", "nested"],
    ["100%%", "100%"],
    ["%%%%", "%%"],
    ["%(program_name)d", null],
    ["%(nope)s", null],
    ["%s", null],
    ["%", null],
    ["%(program_name", null],
    ["%(program_name)z", null],
    ["%(process_num)*d", null],
    ["%(process_num)99999999d", null],
  ];
  for (const [text, result] of cases) assertEquals(format(text, names), result, text);
});

Deno.test("formatPercent() says what is wrong, and shows only the piece that is", () => {
  const fault = formatPercent("secret %(nope)s secret", () => undefined);
  assertEquals(fault, {
    ok: false,
    fault: { kind: "unknown-name", name: "nope", directive: "%(nope)s" },
  });
  const bad = formatPercent("date +%s", () => undefined);
  assertEquals(bad, {
    ok: false,
    fault: {
      kind: "bad-format",
      reason: "no name in parentheses after the percent sign",
      directive: "%s",
    },
  });
});

Deno.test("formatPercent() takes any text", () => {
  const pieces = fc.constantFrom(
    "%",
    "(",
    ")",
    "(n)",
    "s",
    "d",
    "0",
    "5",
    ".",
    "*",
    "#",
    "x",
    "文",
  );
  fc.assert(fc.property(fc.array(pieces), (parts) => {
    const text = parts.join("");
    const result = formatPercent(text, (name) => name === "n" ? 3 : undefined);
    return !text.includes("%") ? result.ok && result.text === text : true;
  }));
});
