// The runner's own log: levels, forms, where it goes, and what logs say about themselves.
import { formatOwnLine, OwnLog, type OwnLogOptions } from "../../src/engine/own_log.ts";
import type { LogFact, LogStore, LogTarget } from "../../src/ports/logs.ts";
import { assertEquals } from "../support/assert.ts";
import { FakeClock } from "../support/fake_host.ts";

const WALL = new Date(2026, 10, 21, 9, 43, 0, 5).getTime();

const LINES: readonly (readonly [Parameters<typeof formatOwnLine>[1]["level"], string])[] = [
  ["critical", "CRIT"],
  ["error", "ERRO"],
  ["warn", "WARN"],
  ["info", "INFO"],
  ["debug", "DEBG"],
  ["trace", "TRAC"],
  ["blather", "BLAT"],
];

for (const [level, letters] of LINES) {
  Deno.test(`formatOwnLine() writes ${level} as supervisord does`, () => {
    const line = { level, message: "spawned: 'web' with pid 7", wall: WALL };
    const text = `2026-11-21 09:43:00,005 ${letters} spawned: 'web' with pid 7\n`;
    assertEquals(formatOwnLine("text", line), text);
    assertEquals(formatOwnLine("bare", line), `${letters} spawned: 'web' with pid 7\n`);
    const time = new Date(WALL).toISOString();
    assertEquals(JSON.parse(formatOwnLine("json", line)), { time, level, message: line.message });
  });
}

Deno.test("formatOwnLine() lets no sequence of the terminal through", () => {
  const line = { level: "warn", message: "a\x1b[31mb\r\nc\x9bd", wall: WALL } as const;
  assertEquals(formatOwnLine("bare", line), "WARN a\u241b[31mb\u240d\nc<009B>d\n");
  assertEquals(JSON.parse(formatOwnLine("json", line)).message, line.message);
});

function rig(own: Partial<OwnLogOptions["plan"]> = {}, foreground = false) {
  const texts: Record<string, string[]> = {};
  const maxBytes: number[] = [];
  let report = (_fact: LogFact): void => {};
  const store: LogStore = {
    listen: (listener) => void (report = listener),
    open: (target: LogTarget, limits) => {
      const name = target.kind === "file" ? target.path : target.kind;
      const lines = texts[name] = [] as string[];
      maxBytes.push(limits.maxBytes);
      return {
        path: target.kind === "file" ? target.path : null,
        counters: { bytes: 0, bytesLost: 0, linesLost: 0, rotations: 0 },
        source: () => ({
          write: (bytes) => lines.push(new TextDecoder().decode(bytes).slice(24)) > 0,
          close: () => {},
        }),
        adjust: () => {},
        clear: () => true,
        close: () => {},
      };
    },
    reopen: () => {},
    close: () => Promise.resolve(),
  };
  const log = new OwnLog({
    store,
    clock: new FakeClock(),
    plan: {
      logfile: { kind: "file", path: "own.log" },
      logfileMaxBytes: 99,
      logfileBackups: 3,
      logLevel: "info",
      logFormat: "text",
      ...own,
    },
    foreground,
  });
  return { log, texts, maxBytes, report: (fact: LogFact) => report(fact) };
}

Deno.test("OwnLog writes what is grave enough, to its rotated file", () => {
  const { log, texts, maxBytes } = rig({ logLevel: "warn" });
  log.write("error", "one");
  log.write("info", "two");
  assertEquals([texts, maxBytes], [{ "own.log": ["ERRO one\n"] }, [99]]);
  assertEquals([log.isOn("warn"), log.isOn("info"), log.path], [true, false, "own.log"]);
});

const PLACES: readonly (readonly [string, Partial<OwnLogOptions["plan"]>, boolean, string[]])[] = [
  ["its file", {}, false, ["own.log"]],
  ["its file and stderr in the foreground", {}, true, ["own.log", "stderr"]],
  ["stdout when told so", { logfile: { kind: "stdout" } }, true, ["stdout"]],
  ["stderr once", { logfile: { kind: "stderr" } }, true, ["stderr"]],
  ["syslog", { logfile: { kind: "syslog" } }, false, ["syslog"]],
  ["nothing", { logfile: { kind: "none" } }, false, []],
];

for (const [name, plan, foreground, places] of PLACES) {
  Deno.test(`OwnLog goes to ${name}`, () => {
    const { log, texts } = rig(plan, foreground);
    log.write("info", "x");
    assertEquals(Object.keys(texts), places);
  });
}

Deno.test("OwnLog tells what logs say about themselves", () => {
  const { texts, report } = rig();
  report({ kind: "log-lost", log: "a.log", reason: "ENOSPC" });
  report({ kind: "log-resumed", log: "a.log", bytes: 8, lines: 2 });
  assertEquals(texts["own.log"], [
    "ERRO Cannot write log a.log: ENOSPC; output is lost until it can be written again\n",
    "WARN Log a.log is written again: 8 bytes, 2 lines lost\n",
  ]);
});
