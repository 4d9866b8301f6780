// Sizes and durations: what is read, what is refused, what is written.
import { formatDuration, formatSize, parseDuration, parseSize } from "../../src/base/units.ts";
import { assertEquals } from "../support/assert.ts";

const SIZES: readonly (readonly [string, number | null])[] = [
  ["0", 0],
  ["4096", 4096],
  ["64B", 64],
  ["1K", 1024],
  ["1 kb", 1024],
  ["1KiB", 1024],
  ["200M", 200 * 1024 ** 2],
  ["1.5GB", 1.5 * 1024 ** 3],
  [" 2 TB ", 2 * 1024 ** 4],
  ["0.5K", 512],
  ["", null],
  ["64XB", null],
  ["-1", null],
  ["1,5MB", null],
  ["MB", null],
  ["9".repeat(30), null],
];

Deno.test("parseSize() reads units of 1024 in any case, and nothing else", () => {
  for (const [text, bytes] of SIZES) assertEquals(parseSize(text), bytes, text);
});

Deno.test("formatSize() takes the largest unit that leaves at least 1", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "0B"],
    [1023, "1023B"],
    [1024, "1KB"],
    [52428800, "50MB"],
    [1.5 * 1024 ** 3, "1.5GB"],
    [3 * 1024 ** 4, "3TB"],
  ];
  for (const [bytes, text] of cases) assertEquals(formatSize(bytes), text);
});

const DURATIONS: readonly (readonly [string, number | null])[] = [
  ["0", 0],
  ["10", 10_000],
  ["1.5", 1500],
  ["500ms", 500],
  ["10s", 10_000],
  ["5 m", 300_000],
  ["1h30m", 5_400_000],
  ["1h 30m", 5_400_000],
  ["2D", 172_800_000],
  ["1w", 604_800_000],
  ["", null],
  ["s", null],
  ["10x", null],
  ["-5s", null],
  ["1h 30", null],
];

Deno.test("parseDuration() reads units and bare seconds, and nothing else", () => {
  for (const [text, millis] of DURATIONS) assertEquals(parseDuration(text), millis, text);
});

Deno.test("formatDuration() writes what parseDuration() reads", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "0s"],
    [500, "500ms"],
    [1500, "1s500ms"],
    [5_400_000, "1h30m"],
    [86_400_000, "1d"],
    [-1000, "-1s"],
  ];
  for (const [millis, text] of cases) {
    assertEquals(formatDuration(millis), text);
    if (millis >= 0) assertEquals(parseDuration(text), millis);
  }
});

Deno.test("formatDuration() writes something for less than a millisecond", () => {
  assertEquals(formatDuration(0.001), "0s");
});
