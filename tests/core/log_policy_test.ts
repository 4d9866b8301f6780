// Where a file is rotated, how backups move, and which of them go.
import {
  type Backup,
  backupsToPrune,
  firstExpiry,
  LINE_BOUND,
  nextMidnight,
  nextStep,
  NO_LIMITS,
  rotationSize,
  shiftSteps,
} from "../../src/core/log_policy.ts";
import { assertEquals } from "../support/assert.ts";

const encode = (text: string) => new TextEncoder().encode(text);

const SIZES: readonly (readonly [number, number | null, number])[] = [
  [0, null, 0],
  [100, null, 100],
  [-1, null, 0],
  [100, 30, 30],
  [100, 300, 100],
  [0, 300, 150],
];

for (const [maxBytes, totalMax, size] of SIZES) {
  Deno.test(`rotationSize() is ${size} for maxBytes ${maxBytes} under a cap of ${totalMax}`, () => {
    assertEquals(rotationSize({ ...NO_LIMITS, maxBytes, totalMax }), size);
  });
}

interface StepCase {
  readonly name: string;
  readonly bytes: string;
  readonly size: number;
  readonly tail: number;
  readonly step: string;
}

/** All with a limit of 10. */
const STEPS: readonly StepCase[] = [
  { name: "bytes that fit exactly", bytes: "12345\n", size: 4, tail: 0, step: "write 6" },
  { name: "bytes that fit, unfinished", bytes: "12345", size: 5, tail: 0, step: "write 5" },
  { name: "lines of which one fits", bytes: "1234\n5678\n", size: 4, tail: 0, step: "write 5" },
  { name: "the rest of a line that fits", bytes: "4\nabcdefgh", size: 8, tail: 3, step: "write 2" },
  { name: "a line that does not fit", bytes: "1234567\n", size: 4, tail: 0, step: "rotate 0" },
  { name: "the end of a line that does not fit", bytes: "5\n", size: 9, tail: 4, step: "rotate 4" },
  {
    name: "a line longer than the limit",
    bytes: "12345678901\n2\n",
    size: 0,
    tail: 0,
    step: "write 12",
  },
  {
    name: "more of a line alone in its file",
    bytes: "1\n2\n",
    size: 10,
    tail: 10,
    step: "write 2",
  },
  { name: "a file over its limit", bytes: "1\n", size: 11, tail: 0, step: "rotate 0" },
  {
    name: "more of a line over LINE_BOUND",
    bytes: "abc",
    size: 10,
    tail: Infinity,
    step: "rotate 0",
  },
];

for (const { name, bytes, size, tail, step } of STEPS) {
  Deno.test(`nextStep() says ${step} for ${name}`, () => {
    const answer = nextStep(encode(bytes), { size, limit: 10, tail });
    const amount = answer.kind === "write" ? answer.length : answer.moved;
    assertEquals(`${answer.kind} ${amount}`, step);
  });
}

Deno.test("nextStep() cuts a line at LINE_BOUND, after the character it is in", () => {
  const bytes = new Uint8Array(100).fill(97);
  bytes.set(encode("日"), 9);
  const size = LINE_BOUND - 10;
  assertEquals(nextStep(bytes, { size, limit: 10, tail: size }), { kind: "write", length: 12 });
  const full = { size: LINE_BOUND + 2, limit: 10, tail: Infinity };
  assertEquals(nextStep(bytes.subarray(12), full), { kind: "rotate", moved: 0 });
});

function backup(number: number, own: Partial<Backup> = {}): Backup {
  return { number, isGzip: false, size: 10, modified: 0, ...own };
}

Deno.test("shiftSteps() moves from the top, removes what is too many, keeps .gz", () => {
  const backups = [backup(1), backup(2, { isGzip: true }), backup(3), backup(4)];
  assertEquals(shiftSteps("a", backups, 3), [
    { kind: "remove", name: "a.4" },
    { kind: "remove", name: "a.3" },
    { kind: "rename", from: "a.2.gz", to: "a.3.gz" },
    { kind: "rename", from: "a.1", to: "a.2" },
  ]);
});

Deno.test("backupsToPrune() takes the old ones and those over the total cap, the newest last", () => {
  const backups = [backup(1, { modified: 900 }), backup(2, { modified: 500 }), backup(3)];
  const numbers = (limits: Partial<typeof NO_LIMITS>) =>
    backupsToPrune(backups, { limits: { ...NO_LIMITS, ...limits }, wall: 1000 })
      .map(({ number }) => number);
  assertEquals(numbers({}), []);
  assertEquals(numbers({ maxAge: 500 }), [2, 3]);
  assertEquals(numbers({ maxBytes: 10, totalMax: 30 }), [3]);
  assertEquals(numbers({ maxBytes: 10, totalMax: 10 }), [1, 2, 3]);
});

Deno.test("firstExpiry() is when the oldest backup is too old", () => {
  assertEquals(
    firstExpiry([backup(1, { modified: 70 }), backup(2, { modified: 50 })], {
      ...NO_LIMITS,
      maxAge: 100,
    }),
    150,
  );
  assertEquals(firstExpiry([backup(1)], NO_LIMITS), null);
  assertEquals(firstExpiry([], { ...NO_LIMITS, maxAge: 100 }), null);
});

Deno.test("nextMidnight() is the start of the next local day, from any time of the day", () => {
  const day = (date: number, hour = 0) => new Date(2026, 10, date, hour).getTime();
  assertEquals(nextMidnight(day(21)), day(22));
  assertEquals(nextMidnight(day(21, 23)), day(22));
  assertEquals(nextMidnight(day(30, 12)), new Date(2026, 11, 1).getTime());
});
