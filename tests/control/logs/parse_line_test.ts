// Formatted lines taken apart again.
import { ByteBuilder } from "../../../src/base/byte_builder.ts";
import { jsonFormat, textFormat } from "../../../src/core/log_format.ts";
import { parseLine, timeOf } from "../../../src/control/logs/parse_line.ts";
import { assertEquals } from "../../support/assert.ts";
import { processPlan } from "../../support/plans.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const WALL = Date.parse("2026-11-21T09:30:00.123Z");
const MESSAGES = [
  "the line",
  "",
  "a: b: c",
  '{"time":"x"}',
  "2026-01-01 00:00:00,000 x",
  "你好 😀",
];

Deno.test("parseLine() gives back what the formats have made, and only to whom it belongs", () => {
  const plan = processPlan("web");
  const origin = { program: "web", name: "web", process: "web:web", stream: "stderr" } as const;
  for (const [format, make] of [["text", textFormat], ["json", jsonFormat]] as const) {
    for (const message of MESSAGES) {
      const built = new ByteBuilder();
      make(origin, WALL)(encode(message), built);
      const line = built.bytes.subarray(0, -1);
      const found = parseLine(line, { plan, stream: "stderr", format });
      assertEquals(found, { time: WALL, line: message }, `${format} ${message}`);
      assertEquals(timeOf(line, format), WALL);
      assertEquals(parseLine(line, { plan, stream: "stdout", format }), null);
      const other = processPlan("api");
      assertEquals(parseLine(line, { plan: other, stream: "stderr", format }), null);
    }
  }
});

Deno.test("parseLine() shows lines that nobody has formatted as they are", () => {
  const plan = processPlan("web");
  const odd = [
    "plain",
    "2026-11-21 nonsense",
    '{"time":1}',
    '{"time":"2026',
    "[1]",
    "null",
    "\xff",
  ];
  for (const format of ["raw", "text", "json"] as const) {
    for (const text of odd) {
      const found = parseLine(encode(text), { plan, stream: "stdout", format });
      assertEquals(found, { time: null, line: text }, `${format} ${text}`);
    }
  }
  assertEquals(parseLine(encode("x\r"), { plan, stream: "stdout", format: "raw" })?.line, "x");
});
