// What is understood of what programs say on NOTIFY_SOCKET, and what is passed over.
import { LONGEST_STATUS, type NotifyWord, parseNotify } from "../../src/core/notify_message.ts";
import { assertEquals } from "../support/assert.ts";

const CASES: readonly (readonly [string, NotifyWord])[] = [
  ["READY=1", { kind: "ready" }],
  ["WATCHDOG=1", { kind: "beat" }],
  ["WATCHDOG=trigger", { kind: "trigger" }],
  ["WATCHDOG_USEC=2500000", { kind: "watchdog", limit: 2_500 }],
  ["WATCHDOG_USEC=0", { kind: "watchdog", limit: 0 }],
  ["WATCHDOG_USEC=1", { kind: "watchdog", limit: 1 }],
  ["STATUS=Serving 3 requests = many", { kind: "status", text: "Serving 3 requests = many" }],
  ["RELOADING=1", { kind: "reloading" }],
  ["STOPPING=1", { kind: "stopping" }],
  ["EXTEND_TIMEOUT_USEC=5000000", { kind: "extend", wait: 5_000 }],
  ["EXTEND_TIMEOUT_USEC=99999999999999", { kind: "extend", wait: 86_400_000 }],
  ["ERRNO=2", { kind: "errno", number: 2 }],
  ["JOBS=3", { kind: "jobs", count: 3 }],
  ["X_RUNNER_JOB=1", { kind: "jobs", count: 1 }],
  ["RUNNER job", { kind: "jobs", count: 1 }],
  ["X_RUNNER_METRIC=queue_depth=-1.5e3", { kind: "metric", name: "queue_depth", value: -1500 }],
];

for (const [line, word] of CASES) {
  Deno.test(`parseNotify() understands ${line}`, () => {
    assertEquals(parseNotify(line), [word]);
    assertEquals(parseNotify(`\n${line}\n`), [word]);
  });
}

const PASSED_OVER = [
  "MAINPID=1",
  "FDSTORE=1",
  "BARRIER=1",
  "READY=0",
  "READY",
  "=1",
  "WATCHDOG=",
  "WATCHDOG_USEC=-1",
  "WATCHDOG_USEC=1e9",
  "EXTEND_TIMEOUT_USEC=99999999999999999999",
  "ERRNO=x",
  "JOBS=0",
  "JOBS=-1",
  "JOBS=1000001",
  "X_RUNNER_METRIC=a",
  "X_RUNNER_METRIC=a=",
  "X_RUNNER_METRIC=a=NaN",
  "X_RUNNER_METRIC=a=Infinity",
  'X_RUNNER_METRIC=a"} 1=1',
  `X_RUNNER_METRIC=${"a".repeat(65)}=1`,
  "runner JOB",
  "\0\u{fffd}",
];

for (const line of PASSED_OVER) {
  Deno.test(`parseNotify() passes over ${JSON.stringify(line).slice(0, 60)}`, () => {
    assertEquals(parseNotify(line), [{ kind: "passed-over", text: line.slice(0, 80) }]);
  });
}

Deno.test("parseNotify() takes the words of a datagram in their order, and not without end", () => {
  assertEquals(parseNotify("READY=1\nSTATUS=up\nWATCHDOG=1"), [
    { kind: "ready" },
    { kind: "status", text: "up" },
    { kind: "beat" },
  ]);
  assertEquals(parseNotify("WATCHDOG=1\n".repeat(400)).length, 64);
  const [long] = parseNotify(`STATUS=${"x".repeat(4000)}`);
  assertEquals(long, { kind: "status", text: "x".repeat(LONGEST_STATUS) });
  assertEquals(parseNotify(""), []);
});
