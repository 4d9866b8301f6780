// What is counted and noted of each process.
import type { Fact } from "../../src/core/events.ts";
import { Ledger } from "../../src/control/ledger.ts";
import { assertEquals } from "../support/assert.ts";

const id = "web:web";
const code = (value: number) => ({ kind: "code", code: value }) as const;
const KILLED = { kind: "signal", signal: 9, coreDumped: false } as const;

function ledgerOf(facts: readonly (readonly [number, Fact])[]): Ledger {
  const ledger = new Ledger();
  for (const [at, fact] of facts) ledger.note({ at: { mono: at, wall: at }, fact });
  return ledger;
}

function spawned(run: number): Fact {
  return { kind: "spawned", id, pid: 100 + run, run };
}

function exited(exit: Extract<Fact, { kind: "exited" }>["exit"], uptime = 10): Fact {
  return { kind: "exited", id, exit, expected: false, uptime, restartIn: 0 };
}

function state(to: Extract<Fact, { kind: "state" }>["to"]): Fact {
  return { kind: "state", id, from: "STARTING", to, pid: 1, run: 1, tries: 0, expected: false };
}

const stopping = (cause: Extract<Fact, { kind: "stopping" }>["cause"]) =>
  ({ kind: "stopping", id, cause, signal: 15 }) as const;

Deno.test("Ledger counts restarts by what ended the run before, and none for the first start", () => {
  const ledger = ledgerOf([
    [0, spawned(1)],
    [10, exited(code(1))],
    [20, spawned(2)],
    [30, exited(KILLED)],
    [40, spawned(3)],
    [50, stopping("command")],
    [60, { kind: "stopped", id, exit: code(0), killed: false }],
    [70, spawned(4)],
  ]);
  const { restarts, exits } = ledger.counts(id, { mono: 99, wall: 99 });
  assertEquals([...restarts], [["exit", 1], ["signal", 1], ["command", 1]]);
  assertEquals([...exits], [["1", 1], ["SIGKILL", 1], ["0", 1]]);
});

Deno.test("Ledger keeps the latest twenty ends, newest first, with their reasons", () => {
  const many = Array.from({ length: 25 }, (_, index): [number, Fact] => [
    index,
    exited(code(index), index),
  ]);
  const ends = ledgerOf(many).ends(id);
  assertEquals(ends.length, 20);
  assertEquals([ends[0]?.reason, ends[0]?.uptime], ["exit status 24", 24]);
});

Deno.test("Ledger says why a process was stopped, and that it had to be killed", () => {
  const over = { kind: "over-cap", id, bytes: 70 << 20, cap: 64 << 20, action: "restart" } as const;
  const ledger = ledgerOf([
    [0, spawned(1)],
    [5, over],
    [5, stopping("memory")],
    [9, { kind: "stopped", id, exit: KILLED, killed: true }],
    [9, spawned(2)],
    [11, stopping("command")],
    [12, { kind: "stopped", id, exit: code(0), killed: false }],
  ]);
  assertEquals(ledger.ends(id).map(({ reason, uptime }) => [reason, uptime]), [
    ["stopped (exit status 0)", 3],
    ["memory: 70MB, over 64MB (terminated by SIGKILL, had to be killed)", 9],
  ]);
  assertEquals(ledger.counts(id, { mono: 12, wall: 12 }).capHits, 1);
  assertEquals([...ledger.counts(id, { mono: 12, wall: 12 }).restarts], [["memory", 1]]);
});

Deno.test("Ledger counts a process that was of no use by what was wrong with it, and not as planned", () => {
  const unwell = {
    kind: "unwell",
    id,
    run: 1,
    cause: "watchdog",
    detail: "no WATCHDOG=1",
  } as const;
  const ledger = ledgerOf([
    [0, spawned(1)],
    [5, unwell],
    [5, stopping("watchdog")],
    [6, exited(code(0), 6)],
    [6, spawned(2)],
    [7, stopping("not-ready")],
    [8, exited(KILLED, 2)],
    [9, spawned(3)],
  ]);
  assertEquals(ledger.ends(id).map(({ reason, planned }) => [reason, planned]), [
    ["not-ready (terminated by SIGKILL)", false],
    ["watchdog: no WATCHDOG=1 (exit status 0)", false],
  ]);
  const { restarts } = ledger.counts(id, { mono: 12, wall: 12 });
  assertEquals([...restarts], [["watchdog", 1], ["not-ready", 1]]);
});

Deno.test("Ledger adds up the time in BACKOFF, the present wait included", () => {
  const ledger = ledgerOf([[100, state("BACKOFF")], [600, state("STARTING")], [
    900,
    state("BACKOFF"),
  ]]);
  assertEquals(ledger.counts(id, { mono: 1_000, wall: 0 }).backoff, 600);
  assertEquals(ledger.since(id)?.mono, 900);
  assertEquals(ledger.counts("nobody:nobody", { mono: 0, wall: 0 }).backoff, 0);
});
