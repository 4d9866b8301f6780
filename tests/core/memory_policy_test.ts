// How often a process with a memory cap is measured.
import fc from "fast-check";
import { nextSampleIn } from "../../src/core/memory_policy.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

const MB = 1024 * 1024;
const CAP = 200 * MB;

interface Row {
  readonly name: string;
  readonly before: readonly [at: number, bytes: number] | null;
  readonly now: readonly [at: number, bytes: number];
  readonly wait: number;
}

const ROWS: readonly Row[] = [
  { name: "seldom at rest far from the cap", before: null, now: [0, 0], wait: 1_000 },
  { name: "seldom while it shrinks", before: [0, 50 * MB], now: [1_000, 10 * MB], wait: 1_000 },
  { name: "more often at rest near the cap", before: null, now: [0, 180 * MB], wait: 200 },
  {
    name: "never faster than ten times a second at rest",
    before: null,
    now: [0, CAP - 1],
    wait: 100,
  },
  {
    name: "every 10 ms when the growth seen passes the cap soon",
    before: [0, 190 * MB],
    now: [
      100,
      199 * MB,
    ],
    wait: 10,
  },
  {
    name: "in half of the time that is left while it grows",
    before: [0, 0],
    now: [
      100,
      20 * MB,
    ],
    wait: 450,
  },
];

for (const { name, before, now, wait } of ROWS) {
  Deno.test(`nextSampleIn() waits ${wait} ms: ${name}`, () => {
    const previous = before === null ? null : { at: before[0], bytes: before[1] };
    const got = nextSampleIn(CAP, previous, { at: now[0], bytes: now[1] });
    assertEquals(Math.round(got), wait);
  });
}

Deno.test("nextSampleIn() overshoots steady growth by less than 15 %, up to half the cap a second", () => {
  const rate = fc.double({ min: 0, max: CAP / 2_000, noNaN: true });
  const first = fc.double({ min: 0, max: 0.9, noNaN: true });
  fc.assert(fc.property(rate, first, (perMilli, start) => {
    let previous = null;
    let current = { at: 0, bytes: CAP * start };
    for (let sample = 0; sample < 10_000 && current.bytes <= CAP; sample++) {
      const wait = nextSampleIn(CAP, previous, current);
      assertTrue(wait >= 10 && wait <= 1_000, `10 <= ${wait} <= 1000`);
      previous = current;
      current = { at: current.at + wait, bytes: current.bytes + perMilli * wait };
    }
    assertTrue(current.bytes <= CAP * 1.15, `${current.bytes / CAP} times the cap`);
  }));
});
