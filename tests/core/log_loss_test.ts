// What was lost is counted to the byte, told once, and leaves no half line.
import { describeLogFact, type LogFact, LogGap, LogLedger } from "../../src/core/log_loss.ts";
import { LINE_BOUND } from "../../src/core/log_policy.ts";
import { assertEquals } from "../support/assert.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

const RESTS: readonly (readonly [string, string, string, number])[] = [
  ["whole\n", "next\n", "next\n", 6],
  ["ha", "lf\nnext\n", "next\n", 5],
  ["ha", "lf\n", "", 5],
  ["ha", "lf", "", 4],
];

for (const [lost, next, rest, bytes] of RESTS) {
  Deno.test(`LogGap goes on with ${JSON.stringify(rest)} of ${JSON.stringify(next)}`, () => {
    const gap = new LogGap(0);
    gap.add(encode(lost));
    assertEquals([decode(gap.rest(encode(next))), gap.bytes], [rest, bytes]);
  });
}

Deno.test("LogGap does not wait for ever for a line end that never comes", () => {
  const gap = new LogGap(0);
  gap.add(encode("x"));
  const piece = new Uint8Array(LINE_BOUND / 2).fill(120);
  assertEquals([gap.rest(piece), gap.rest(piece)].map(({ length }) => length), [0, 0]);
  assertEquals(gap.rest(piece).length, piece.length);
});

Deno.test("LogLedger tells the beginning and the end of a gap, once each, with what was lost", () => {
  const facts: LogFact[] = [];
  const ledger = new LogLedger("a.log", (fact) => facts.push(fact));
  ledger.lose(encode("one\ntw"), { reason: "ENOSPC", mono: 5 });
  ledger.lose(encode("o\n"), { reason: "EIO", mono: 6 });
  assertEquals(ledger.counters, { bytes: 0, rotations: 0, bytesLost: 8, linesLost: 2 });
  ledger.resume();
  ledger.resume();
  assertEquals(facts, [
    { kind: "log-lost", log: "a.log", reason: "ENOSPC" },
    { kind: "log-resumed", log: "a.log", bytes: 8, lines: 2 },
  ]);
  assertEquals(ledger.counters, { bytes: 0, rotations: 0, bytesLost: 8, linesLost: 2 });
});

Deno.test("describeLogFact() names the log, the reason and the numbers", () => {
  const texts = [
    { kind: "log-lost", log: "a.log", reason: "ENOSPC" },
    { kind: "log-resumed", log: "a.log", bytes: 8, lines: 2 },
  ] as const;
  assertEquals(texts.map(describeLogFact), [
    "Cannot write log a.log: ENOSPC; output is lost until it can be written again",
    "Log a.log is written again: 8 bytes, 2 lines lost",
  ]);
});
