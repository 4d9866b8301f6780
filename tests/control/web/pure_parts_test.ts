// What the page decides without a browser: figures, charts, lines, keys, addresses, the connection.
import { PLAIN } from "../../../src/core/ansi_spans.ts";
import {
  begin,
  type Connection,
  connectionStep,
  connectionText,
  SILENCE,
} from "../../../src/control/web/page/connection.ts";
import {
  counted,
  durationText,
  percentText,
  sizeText,
} from "../../../src/control/table/figures.ts";
import { JsonLines } from "../../../src/control/web/page/json_lines.ts";
import { paintLine } from "../../../src/control/web/page/painted_line.ts";
import { readRoute, routeHash } from "../../../src/control/web/page/route.ts";
import {
  deedOf,
  PAGE_KEYS,
  type Pressed,
  ROW_KEYS,
} from "../../../src/control/web/page/shortcuts.ts";
import { chartRange, sparkline } from "../../../src/control/web/page/sparkline.ts";
import {
  KEPT,
  NO_HISTORY,
  remember,
  together,
  type UsageHistory,
} from "../../../src/control/web/page/usage_history.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { viewOf } from "../../support/fake_control.ts";

Deno.test("sizeText(), percentText(), durationText() and counted() are short", () => {
  assertEquals([null, 0, 999, 1024, 1_048_575, 52_428_800, 1e12].map(sizeText), [
    "–",
    "0 B",
    "999 B",
    "1.0 KB",
    "1.0 MB",
    "50.0 MB",
    "931 GB",
  ]);
  assertEquals([null, 0, 1.26, 99.96, 250].map(percentText), [
    "–",
    "0.0 %",
    "1.3 %",
    "100 %",
    "250 %",
  ]);
  assertEquals([null, -1, 0, 9.9, 60, 312, 3600, 90_061, 864_000].map(durationText), [
    "–",
    "0s",
    "0s",
    "9s",
    "1m",
    "5m 12s",
    "1h",
    "1d 1h",
    "10d",
  ]);
  assertEquals([counted(1, "process"), counted(2, "process"), counted(0, "match")], [
    "1 process",
    "2 processes",
    "0 matches",
  ]);
});

const BOX = { width: 20, height: 12, slots: 3, least: 10, isFromZero: true };

Deno.test("sparkline() puts the newest sample at the right edge and breaks at gaps", () => {
  assertEquals(sparkline([], BOX), "");
  assertEquals(sparkline([0, 5, 10], BOX), "M0 11L10 6L20 1");
  assertEquals(sparkline([99, 0, 5, 10], BOX), "M0 11L10 6L20 1", "older ones have left");
  assertEquals(sparkline([10], BOX), "M20 1h0", "one sample is a dot");
  assertEquals(sparkline([10, null, 0], BOX), "M0 1h0M20 11h0");
  assertEquals(sparkline([7, 7, 7], { ...BOX, isFromZero: false }), "M0 11L10 11L20 11");
});

Deno.test("chartRange() never makes mountains out of noise", () => {
  assertEquals(chartRange([1, 2], BOX), { bottom: 0, top: 10 });
  assertEquals(chartRange([100, 101], { ...BOX, isFromZero: false }), { bottom: 100, top: 110 });
  assertEquals(chartRange([null], BOX), { bottom: 0, top: 10 });
});

Deno.test("remember() keeps a sample every two seconds, marks gaps, forgets who has gone", () => {
  const seen = (history: UsageHistory) => together(history, ["a:a"]).cpu;
  const at = (cpu: number) => [viewOf("a", { cpu })];
  let history = remember(NO_HISTORY, [...at(1), viewOf("b", { cpu: 10 })], 0);
  history = remember(history, [...at(9), viewOf("b")], 1000);
  assertEquals(seen(history), [1], "too early");
  history = remember(history, [...at(2), viewOf("b", { cpu: 20 })], 2000);
  assertEquals(seen(history), [1, 2]);
  assertEquals(together(history, ["a:a", "b:b"]).cpu, [11, 22]);
  history = remember(history, at(3), 60_000);
  assertEquals(seen(history), [1, 2, null, 3]);
  assertEquals([...history.series.keys()], ["a:a"]);
  for (let turn = 1; turn <= KEPT; turn++) {
    history = remember(history, at(turn), 60_000 + turn * 2000);
  }
  assertEquals(seen(history).length, KEPT);
});

Deno.test("together() adds up from the newest sample back", () => {
  const series = new Map([
    ["a", { cpu: [1, 2, 3], memory: [] }],
    ["b", { cpu: [10], memory: [] }],
    ["c", { cpu: [null], memory: [] }],
  ]);
  assertEquals(together({ at: 0, series }, ["a", "b", "c", "unknown"]).cpu, [1, 2, 13]);
  assertEquals(together({ at: 0, series }, ["c"]).cpu, [null]);
});

Deno.test("connectionStep() tries again, later each time, until there is data", () => {
  let connection: Connection = begin(0);
  const waits: number[] = [];
  for (let turn = 0; turn < 7; turn++) {
    connection = connectionStep(connection, { kind: "lost" }, 1000);
    if (connection.kind === "waiting") waits.push(connection.retryAt - 1000);
    connection = connectionStep(connection, { kind: "retry" }, 1000);
  }
  assertEquals(waits, [500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
  connection = connectionStep(connection, { kind: "data" }, 2000);
  assertEquals(connection, { kind: "live" });
  connection = connectionStep(connection, { kind: "lost" }, 3000);
  assertEquals(connection, { kind: "waiting", attempt: 1, retryAt: 3500 });
  assertTrue(SILENCE > 4000, "longer than the runner may be silent");
});

Deno.test("connectionStep() rests while nobody looks", () => {
  const paused = connectionStep({ kind: "live" }, { kind: "hidden" }, 0);
  assertEquals(paused, { kind: "paused" });
  for (const kind of ["data", "lost", "retry"] as const) {
    assertEquals(connectionStep(paused, { kind }, 1), paused);
  }
  assertEquals(connectionStep(paused, { kind: "shown" }, 7), begin(7));
  assertEquals(connectionStep({ kind: "live" }, { kind: "shown" }, 7), { kind: "live" });
});

Deno.test("connectionText() says how old the data is and when the next try comes", () => {
  const waiting: Connection = { kind: "waiting", attempt: 3, retryAt: 14_000 };
  assertEquals(connectionText({ kind: "live" }, { dataAt: 0, now: 9000 }), "");
  assertEquals(connectionText(begin(0), { dataAt: null, now: 9000 }), "");
  assertEquals(
    connectionText(waiting, { dataAt: 0, now: 12_000 }),
    "No connection to the runner, shown is what was true 12s ago. Next try in 2s",
  );
  assertEquals(
    connectionText({ ...waiting, kind: "connecting", since: 0 }, { dataAt: null, now: 0 }),
    "No connection to the runner. Trying again …",
  );
});

Deno.test("JsonLines puts lines together again, wherever they were cut", () => {
  const text = '{"a":1}\n\n{"b":"ü"}\n{"c"';
  for (let at = 0; at <= text.length; at++) {
    const lines = new JsonLines<unknown>();
    const values = [...lines.push(text.slice(0, at)), ...lines.push(text.slice(at))];
    assertEquals(values, [{ a: 1 }, { b: "ü" }], `cut at ${at}`);
    assertEquals(lines.push(":3}\n"), [{ c: 3 }]);
  }
});

Deno.test("paintLine() marks matches over the borders of colours", () => {
  const { parts, matches } = paintLine("ab\x1b[31mcd\x1b[0mef ABCD", { query: "bcd" });
  assertEquals(parts.map(({ text, isMatch, style }) => [text, isMatch, style === PLAIN]), [
    ["a", false, true],
    ["b", true, true],
    ["cd", true, false],
    ["ef A", false, true],
    ["BCD", true, true],
  ]);
  assertEquals(matches, 2);
});

Deno.test("paintLine() takes what is searched for as it is, not as an expression", () => {
  assertEquals(paintLine("a.b a+b", { query: "a+b" }).matches, 1);
  assertEquals(paintLine("(x", { query: "(" }).matches, 1);
  assertEquals(paintLine("x", { query: "" }).matches, 0);
});

Deno.test("paintLine() cuts a huge line and says by how much", () => {
  const { parts, left } = paintLine("x".repeat(50_000));
  assertEquals(parts.map(({ text }) => text.length), [10_000]);
  assertEquals(left, 40_000);
});

Deno.test("paintLine() shows hidden characters and only the last of rewritten lines", () => {
  const { parts } = paintLine("10%\r99%\u202e<b>\r");
  assertEquals(parts.map(({ text }) => text), ["99%<202E><b>"]);
});

Deno.test("routeHash() and readRoute() are each other's inverse", () => {
  for (const open of ["web:web_0", "a b&c=d#e", "<img>", "\u202e"]) {
    const route = { open, tab: "details" as const };
    assertEquals(readRoute(routeHash(route)), route);
  }
  assertEquals(readRoute(""), { open: null, tab: "log" });
  assertEquals(readRoute("#p=x&tab=nonsense"), { open: "x", tab: "log" });
  assertEquals(routeHash({ open: null, tab: "log" }), "#");
});

const NO_MODIFIER: Omit<Pressed, "key" | "place"> = {
  ctrlKey: false,
  altKey: false,
  metaKey: false,
};

Deno.test("deedOf() takes keys for text in fields and for rows only in the table", () => {
  const deed = (key: string, place: Pressed["place"]) => deedOf({ ...NO_MODIFIER, key, place });
  assertEquals(deed("x", "row"), { kind: "row", command: "stop" });
  assertEquals(deed("x", "row-button"), { kind: "row", command: "stop" });
  assertEquals(deed("g", "row"), { kind: "row", command: "run" });
  assertEquals(deed("x", "elsewhere"), null);
  assertEquals(deed("x", "button"), null);
  assertEquals(deed("x", "field"), null);
  assertEquals(deed("Escape", "field"), { kind: "close" });
  assertEquals(deed("Enter", "row"), { kind: "open" });
  assertEquals(deed("Enter", "row-button"), null);
  assertEquals(deed("/", "elsewhere"), { kind: "search" });
  assertEquals(deedOf({ ...NO_MODIFIER, key: "r", place: "row", ctrlKey: true }), null);
});

Deno.test("no key means two things", () => {
  const keys = [...ROW_KEYS, ...PAGE_KEYS].flatMap((shortcut) => shortcut.keys);
  assertEquals(keys.length, new Set(keys).size);
});
