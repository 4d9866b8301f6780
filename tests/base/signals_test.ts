// Every signal through a table, and the rules of supervisord's stopsignal.
import { parseAnySignal, parseSignal, SIGNAL_NAMES, signalName } from "../../src/base/signals.ts";
import { assertEquals } from "../support/assert.ts";

const NUMBERS = [
  "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP",
  "TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS",
].join(" ").split(" ");

Deno.test("parseSignal() and signalName() know every signal of Linux", () => {
  NUMBERS.forEach((name, index) => {
    for (const text of [name, `SIG${name}`, name.toLowerCase(), ` sig${name} `, `${index + 1}`]) {
      assertEquals(parseSignal(text), index + 1, text);
    }
    assertEquals(signalName(index + 1), `SIG${name}`);
  });
});

Deno.test("parseSignal() takes what supervisord takes", () => {
  const cases: readonly (readonly [string, number | null])[] = [
    ["CLD", 17],
    ["POLL", 29],
    ["IOT", 6],
    ["RTMIN", 34],
    ["rtmax", 64],
    ["34", 34],
    ["0", 0],
    ["+15", 15],
    ["35", null],
    ["RTMIN+1", null],
    ["99", null],
    ["-1", null],
    ["", null],
    ["KABOOM", null],
    ["15.0", null],
  ];
  for (const [text, number] of cases) assertEquals(parseSignal(text), number, text);
});

Deno.test("parseAnySignal() also takes real-time signals, but not 0", () => {
  const cases: readonly (readonly [string, number | null])[] = [
    ["RTMIN+1", 35],
    ["sigrtmax-1", 63],
    ["RTMIN+30", 64],
    ["RTMIN+31", null],
    ["35", 35],
    ["32", null],
    ["0", null],
    ["TERM", 15],
  ];
  for (const [text, number] of cases) assertEquals(parseAnySignal(text), number, text);
});

Deno.test("signalName() has a word for every number", () => {
  assertEquals(signalName(37), "SIGRTMIN+3");
  assertEquals(signalName(34), "SIGRTMIN");
  assertEquals(signalName(99), "signal 99");
  for (const name of SIGNAL_NAMES) assertEquals(typeof parseSignal(name), "number", name);
});
