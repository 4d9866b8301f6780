// Colours of a line: what is text, what looks how, and what is taken away.
import { type AnsiStyle, PLAIN, readAnsi } from "../../src/core/ansi_spans.ts";
import { assertEquals } from "../support/assert.ts";

type Part = readonly [text: string, style: Partial<AnsiStyle>];

const RED = { front: { kind: "named", number: 1 } } as const;

const LINES: readonly (readonly [line: string, parts: readonly Part[]])[] = [
  ["plain", [["plain", {}]]],
  ["", []],
  ["\x1b[31mred\x1b[0m not", [["red", RED], [" not", {}]]],
  ["\x1b[1;31mx\x1b[22my\x1b[39mz", [["x", { ...RED, isBold: true }], ["y", RED], ["z", {}]]],
  ["\x1b[mx", [["x", {}]]],
  ["\x1b[91;103mx", [["x", {
    front: { kind: "named", number: 9 },
    back: { kind: "named", number: 11 },
  }]]],
  ["\x1b[38;5;1mx", [["x", RED]]],
  ["\x1b[38;5;208mx", [["x", { front: { kind: "rgb", red: 255, green: 135, blue: 0 } }]]],
  ["\x1b[48;5;232mx", [["x", { back: { kind: "rgb", red: 8, green: 8, blue: 8 } }]]],
  ["\x1b[38;2;1;2;300;4mx", [["x", {
    front: { kind: "rgb", red: 1, green: 2, blue: 255 },
    isUnderlined: true,
  }]]],
  ["\x1b[38:2::9:8:7mx", [["x", { front: { kind: "rgb", red: 9, green: 8, blue: 7 } }]]],
  ["\x1b[38:2:9:8:7mx", [["x", { front: { kind: "rgb", red: 9, green: 8, blue: 7 } }]]],
  ["\x1b[38;5;999mx", [["x", {}]]],
  ["\x1b[38mx", [["x", {}]]],
  ["\x1b[2;3;7;9mx\x1b[27m", [["x", {
    isDim: true,
    isItalic: true,
    isInverse: true,
    isStruck: true,
  }]]],
  // Neither cursor movements, titles, links nor the halves of sequences are text.
  ["a\x1b[2Kb\x1b[10;20Hc", [["abc", {}]]],
  ["\x1b]0;title\x07a\x1b]8;;http://x\x1b\\b", [["ab", {}]]],
  ["a\x1b]0;never ends", [["a", {}]]],
  ["a\x1b[31", [["a", {}]]],
  ["a\x1b", [["a", {}]]],
  ["a\x1b(Bb\x1bcd", [["abd", {}]]],
];

for (const [line, parts] of LINES) {
  Deno.test(`readAnsi() reads ${JSON.stringify(line)}`, () => {
    const spans = parts.map(([text, style]) => ({ text, style: { ...PLAIN, ...style } }));
    assertEquals(readAnsi(line).spans, spans);
  });
}

Deno.test("readAnsi() goes on in the colour that the line before has left", () => {
  const { after } = readAnsi("\x1b[31mbegins");
  assertEquals(readAnsi("goes on\x1b[0m.", after), {
    spans: [
      { text: "goes on", style: { ...PLAIN, ...RED } },
      { text: ".", style: PLAIN },
    ],
    after: PLAIN,
  });
});

Deno.test("readAnsi() takes time in proportion to the line, whatever is in it", () => {
  const hostile = "\x1b]".repeat(100_000) + "\x1b[".repeat(100_000) + "\x1b[38;5".repeat(50_000);
  const { spans } = readAnsi(hostile);
  assertEquals(spans.map(({ text }) => text).join("").includes("\x1b"), false);
});
