// The protocol of event listeners, as supervisord 4.2.5 understands it, in any pieces.
import fc from "fast-check";
import { busy, hear, type Heard, SILENT, type Talk } from "../../src/core/listener_talk.ts";
import { assertEquals } from "../support/assert.ts";

const READY: Talk = { ...SILENT, state: "READY" };
const BUSY: Talk = busy(READY);

function said(talk: Talk, ...pieces: readonly string[]): { state: string; heard: string[] } {
  const heard: string[] = [];
  for (const piece of pieces) {
    const step = hear(talk, new TextEncoder().encode(piece));
    talk = step.talk;
    heard.push(...step.heard.map(shown));
  }
  return { state: talk.state, heard };
}

function shown(heard: Heard): string {
  switch (heard.kind) {
    case "ready":
      return "ready";
    case "answered":
      return heard.isOk ? "ok" : "fail";
    case "broken":
      return heard.line === null ? "broken" : `broken: ${heard.line}`;
  }
}

const CASES: readonly (readonly [string, Talk, readonly string[], string, readonly string[]])[] = [
  ["waits for the rest of READY", SILENT, ["REA"], "ACKNOWLEDGED", []],
  ["takes READY in pieces", SILENT, ["REA", "DY", "\n"], "READY", ["ready"]],
  ["is strict about anything else at the start", SILENT, ["hello\n"], "UNKNOWN", ["broken"]],
  ["is strict about anything while READY", READY, ["\n"], "UNKNOWN", ["broken"]],
  ["is strict about READY said twice", SILENT, ["READY\nREADY\n"], "UNKNOWN", ["ready", "broken"]],
  ["takes an answer", BUSY, ["RESULT 2\nOK"], "ACKNOWLEDGED", ["ok"]],
  ["takes an answer and READY", BUSY, ["RESULT 2\nOKREADY\n"], "READY", ["ok", "ready"]],
  ["takes an answer in pieces", BUSY, ["RES", "ULT 2", "\nO", "K"], "ACKNOWLEDGED", ["ok"]],
  ["takes FAIL", BUSY, ["RESULT 4\nFAIL"], "ACKNOWLEDGED", ["fail"]],
  ["takes any other result for a failure", BUSY, ["RESULT 3\nOK!"], "ACKNOWLEDGED", ["fail"]],
  ["takes an empty result for a failure", BUSY, ["RESULT 0\n"], "ACKNOWLEDGED", ["fail"]],
  ["does not mind a carriage return", BUSY, ["RESULT 2\r\nOK"], "ACKNOWLEDGED", ["ok"]],
  ["looks at the length only, as supervisord", BUSY, ["result:2\nOK"], "ACKNOWLEDGED", ["ok"]],
  ["refuses a length that is none", BUSY, ["RESULT x\n"], "UNKNOWN", ["broken: RESULT x"]],
  ["refuses a negative length", BUSY, ["RESULT -2\n"], "UNKNOWN", ["broken: RESULT -2"]],
  ["refuses READY for an answer", BUSY, ["READY\n"], "UNKNOWN", ["broken: READY"]],
  ["waits for the rest of a long result", BUSY, ["RESULT 9\nOK"], "BUSY", []],
  ["hears nothing more in UNKNOWN", { ...SILENT, state: "UNKNOWN" }, ["READY\n"], "UNKNOWN", []],
];

for (const [what, talk, pieces, state, heard] of CASES) {
  Deno.test(`hear() ${what}`, () => {
    assertEquals(said(talk, ...pieces), { state, heard: [...heard] });
  });
}

Deno.test("hear() keeps no more of a line than a line can be", () => {
  const step = hear(BUSY, new Uint8Array(5_000).fill(65));
  assertEquals(step.talk.state, "UNKNOWN");
  const waiting = hear(BUSY, new TextEncoder().encode(`RESULT 99999\n${"x".repeat(90_000)}`));
  assertEquals([waiting.talk.state, waiting.talk.held.length], ["BUSY", 0]);
});

Deno.test("hear() understands the same, however the bytes are cut", () => {
  const text = "RESULT 2\nOKREADY\n";
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: text.length })), (cuts) => {
    const at = [0, ...cuts.toSorted((a, b) => a - b), text.length];
    const pieces = at.slice(1).map((end, index) => text.slice(at[index], end));
    assertEquals(said(BUSY, ...pieces), { state: "READY", heard: ["ok", "ready"] });
  }));
});
