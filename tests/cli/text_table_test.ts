// Tables that fit: what is cut, what is left out, what is kept whole.
import fc from "fast-check";
import { displayWidth } from "../../src/core/display_width.ts";
import { coloured, plain } from "../../src/cli/paint.ts";
import { type Column, cutToWidth, fitWidths, tableLines } from "../../src/cli/text_table.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

const COLUMNS: readonly Column[] = [
  { title: "NAME", least: 4 },
  { title: "PID", isRight: true, rank: 2 },
  { title: "CPU", isRight: true, rank: 1 },
  { title: "WHY", least: 6, rank: 3 },
];

const ROWS = [
  ["web", "12", "0.1%", "exit status 1"],
  ["a-long-name", "34567", "12%", "-"],
].map((cells) => cells.map((text) => ({ text })));

Deno.test("tableLines() lines columns up, without blanks at the ends of lines", () => {
  assertEquals(tableLines(COLUMNS, ROWS, { width: Infinity, paint: plain }), [
    "NAME           PID   CPU  WHY",
    "web             12  0.1%  exit status 1",
    "a-long-name  34567   12%  -",
  ]);
});

Deno.test("tableLines() cuts the last column first, then leaves columns out by rank", () => {
  const at = (width: number) => tableLines(COLUMNS, ROWS, { width, paint: plain })[1];
  assertEquals(at(39), "web             12  0.1%  exit status 1");
  assertEquals(at(38), "web             12  0.1%  exit status…");
  assertEquals(at(32), "web             12  0.1%  exit …");
  assertEquals(at(31), "web            12  0.1%  exit …");
  assertEquals(at(25), "web      12  0.1%  exit …");
  assertEquals(at(24), "web           12  exit …");
  assertEquals(at(20), "web       12  exit …");
  assertEquals(at(5), "web");
});

Deno.test("tableLines() puts the blanks of a cell into its colour, and colours nothing else", () => {
  const rows = [[{ text: "x", colour: "red" as const }, { text: "1" }]];
  const columns = COLUMNS.slice(0, 2);
  assertEquals(
    tableLines(columns, rows, { width: 80, paint: coloured })[1],
    "\x1b[31mx   \x1b[0m    1",
  );
});

Deno.test("tableLines() counts wide characters as two", () => {
  const rows = [["生産", "1"], ["e\u0301a", "2"]].map((cells) => cells.map((text) => ({ text })));
  assertEquals(tableLines(COLUMNS.slice(0, 2), rows, { width: 80, paint: plain }), [
    "NAME  PID",
    "生産    1",
    "e\u0301a      2",
  ]);
});

Deno.test("fitWidths() never exceeds the width while anything can give way, nor the natural widths", () => {
  const column = fc.record({
    title: fc.constant("T"),
    least: fc.integer({ min: 1, max: 10 }),
    rank: fc.integer({ min: 0, max: 9 }),
  });
  fc.assert(fc.property(
    fc.array(fc.tuple(column, fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 8 }),
    fc.integer({ min: 1, max: 200 }),
    (pairs, width) => {
      const columns = pairs.map(([column]) => column);
      const natural = pairs.map(([, width]) => width);
      const widths = fitWidths(columns, natural, width);
      const shown = widths.filter((one) => one > 0);
      const total = shown.reduce((sum, one) => sum + one, 0) + 2 * Math.max(0, shown.length - 1);
      assertTrue(total <= width, `${total} of ${width}`);
      assertTrue(widths.every((one, index) => one <= (natural[index] ?? 0)), "grew");
    },
  ));
});

Deno.test("cutToWidth() never takes more columns than there are", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), fc.nat(20), (text, width) => {
    // Control characters have no width: they are made visible before.
    const clean = text.replace(/\p{Cc}/gu, "");
    assertTrue(displayWidth(cutToWidth(clean, width)) <= width, clean);
  }));
});
