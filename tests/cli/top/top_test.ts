// `runner top` without a terminal: keys, decisions, pictures, and what is written to the screen.
import { readKeys } from "../../../src/cli/top/keys.ts";
import { difference, Screen } from "../../../src/cli/top/screen.ts";
import { topLines } from "../../../src/cli/top/top_lines.ts";
import { beginTop, layout, type Size, type TopState } from "../../../src/cli/top/top_state.ts";
import { type TopEvent, topStep, type TopWish } from "../../../src/cli/top/top_step.ts";
import { coloured, plain } from "../../../src/cli/paint.ts";
import type { LogLineView } from "../../../src/control/api/types.ts";
import { displayWidth } from "../../../src/core/display_width.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { listOf, viewOf } from "../../support/fake_control.ts";
import { jobView, processView, runningView } from "../../support/views.ts";

const SIZE: Size = { columns: 80, rows: 24 };
const POOL = listOf([
  viewOf("web:web_0", { cpu: 5 }),
  viewOf("web:web_1", { cpu: 6 }),
  viewOf("mail", { cpu: 50 }),
  viewOf("bad", {
    state: "FATAL",
    up: false,
    pid: null,
    uptime: null,
    cpu: null,
    memory: null,
    spawnError: "can't find command",
  }),
]);

interface Played {
  readonly state: TopState;
  readonly wishes: readonly TopWish[];
}

/** Plays events from the beginning; a text stands for the keys it is made of. */
function play(events: readonly (TopEvent | string)[], size = SIZE): Played {
  let state = beginTop(size, 0);
  const wishes: TopWish[] = [];
  const all = events.flatMap((event): readonly TopEvent[] =>
    typeof event === "string" ? readKeys(event).map((key) => ({ kind: "key", key })) : [event]
  );
  for (const event of all) {
    const step = topStep(state, event, 1000);
    state = step.state;
    if (step.wish !== null) wishes.push(step.wish);
  }
  return { state, wishes };
}

const LIST: TopEvent = { kind: "list", list: POOL };

function bare(line: string): string {
  // deno-lint-ignore no-control-regex -- looks for control sequences
  return line.replace(/\x1b\[[0-9;]*m/g, "").trimEnd();
}

function shown(state: TopState): readonly string[] {
  return topLines(state, plain).map(bare);
}

function line(text: string, change: Partial<LogLineView> = {}): LogLineView {
  return { id: "mail:mail", shown: "mail", stream: "stdout", time: null, line: text, ...change };
}

Deno.test("readKeys() knows keys by what terminals send", () => {
  assertEquals(readKeys("a\x1b[A\x1bOB\x1b[5~ü日\r\x7f\x03"), [
    "a",
    "up",
    "down",
    "page-up",
    "ü",
    "日",
    "enter",
    "backspace",
    "ctrl-c",
  ]);
  assertEquals(readKeys("\x1b"), ["escape"]);
  assertEquals(readKeys("\x1b[1;5C\x1b[200~\x01"), [], "what means nothing is no text");
});

Deno.test("topLines() fills the screen exactly, at every size, and never wraps", () => {
  const states = [
    play([LIST, "l", { kind: "lines", lines: [line("日本".repeat(90)), line("x\ty\x1b[31mz")] }]),
    play([LIST, "?"]),
    play([LIST, "x"]),
    play([LIST, "/abc"]),
    play([LIST, { kind: "lost" }]),
    play([]),
  ];
  for (const { state } of states) {
    for (const columns of [20, 39, 40, 60, 80, 110, 200]) {
      for (const rows of [3, 8, 24, 60]) {
        const lines = topLines({ ...state, size: { columns, rows } }, coloured);
        assertEquals(lines.length, rows);
        for (const text of lines) {
          assertTrue(displayWidth(bare(text)) <= columns, `${columns}: ${JSON.stringify(text)}`);
        }
      }
    }
  }
});

Deno.test("topLines() shows programs, their processes and the keys", () => {
  const lines = shown(play([LIST]).state);
  assertEquals(lines.slice(0, 7), [
    "shop  1 FATAL, 3 RUNNING  up 1h, 21.0 MB  /etc/runner/shop.toml",
    "NAME▲                              STATE        UPTIME RESTARTS     CPU   MEMORY",
    "  bad                              FATAL             –        0       –        –",
    "  mail                             RUNNING       1m 5s        0  50.0 %  30.0 MB",
    "▾ web (2 processes)                RUNNING       1m 5s        0  11.0 %  60.0 MB",
    "    web:web_0                      RUNNING       1m 5s        0   5.0 %  30.0 MB",
    "    web:web_1                      RUNNING       1m 5s        0   6.0 %  30.0 MB",
  ]);
  assertEquals(
    lines.at(-1),
    "q quit  / filter  s start  x stop  r restart  R reload  enter log  <> sort  ? h…",
  );
  const wide = shown(play([LIST], { columns: 120, rows: 24 }).state);
  assertTrue((wide[2] ?? "").endsWith("can't find command"), wide[2] ?? "");
});

Deno.test("topStep() sorts, filters and folds", () => {
  const names = (keys: string) =>
    shown(play([LIST, keys]).state).slice(2, 7).flatMap((text) =>
      /^[▾▸ ]\s*(\S+)/.exec(text)?.[1] ?? []
    );
  assertEquals(names(""), ["bad", "mail", "web", "web:web_0", "web:web_1"]);
  assertEquals(names("P"), ["mail", "web", "web:web_1", "web:web_0", "bad"]);
  assertEquals(names("PP"), ["bad", "web", "web:web_0", "web:web_1", "mail"]);
  assertEquals(names("N"), ["web", "web:web_1", "web:web_0", "mail", "bad"]);
  assertEquals(names("/MAI\r"), ["mail"]);
  assertEquals(names("/mail\x1b"), names(""));
  assertEquals(names("/mailx\x7f"), ["mail"]);
  assertEquals(names("jj "), ["bad", "mail", "web"]);
  assertEquals(names("jj  "), names(""));
});

Deno.test("topStep() asks before it acts, and takes only a plain yes", () => {
  const stop = { kind: "order", order: { action: "stop", ids: ["mail:mail"], title: "mail" } };
  const asked = play([LIST, "jx"]);
  assertEquals(asked.wishes, []);
  assertEquals(shown(asked.state).at(-1), "stop mail? y/n");
  assertEquals(play([LIST, "jxy"]).wishes, [stop]);
  for (const no of ["n", "\r", "\x1b", "x", "q"]) {
    const { wishes, state } = play([LIST, `jx${no}`]);
    assertEquals(wishes, [], JSON.stringify(no));
    assertEquals(state.mode.kind, "table");
  }
  const both = play([LIST, "jjry"]).wishes[0];
  assertEquals(both?.kind === "order" ? both.order.ids : [], ["web:web_0", "web:web_1"]);
  assertEquals(shown(play([LIST, "x"]).state).at(-1), "bad: nothing to stop");
});

const WORK: TopEvent = {
  kind: "list",
  list: listOf([
    processView("later", { job: jobView({ next: "2026-11-21T10:30:00Z" }) }),
    processView("once", { state: "EXITED", done: true }),
    processView("reads", { waitingFor: ["once: \x1b[2J"] }),
    runningView("web:web_0"),
    processView("web:web_1", { spare: true }),
  ]),
};

Deno.test("topLines() tells apart who waits, is due, is done and stands by", () => {
  const lines = shown(play([WORK], { columns: 130, rows: 12 }).state);
  assertTrue(
    (lines[0] ?? "").startsWith("shop  1 waiting, 1 RUNNING, 1 due, 1 spare, 1 done  "),
    lines[0] ?? "",
  );
  const states = lines.slice(2, 8).map((text) =>
    text.trim().split(/ {2,}/).slice(0, 2).join(" | ")
  );
  assertEquals(states, [
    "later | due",
    "once | done",
    "reads | waiting",
    "▾ web (2 processes, 1 spare) | RUNNING",
    "web:web_0 | RUNNING",
    "web:web_1 | spare",
  ]);
  assertTrue(/ next \d\d:30$/.test(lines[2] ?? ""), lines[2] ?? "");
  assertTrue((lines[4] ?? "").endsWith("  waits for once: ␛[2J"), JSON.stringify(lines[4]));
  assertTrue((lines[7] ?? "").endsWith("  stands by"), lines[7] ?? "");
});

Deno.test("topStep() runs a job after a question, and nothing else", () => {
  const { state, wishes } = play([WORK, "g"]);
  assertEquals(wishes, []);
  assertEquals(shown(state).at(-1), "run later? y/n");
  const order = { action: "run", ids: ["later:later"], title: "later" };
  assertEquals(play([WORK, "gy"]).wishes, [{ kind: "order", order }]);
  assertEquals(shown(play([WORK, "jg"]).state).at(-1), "once: nothing to run");
  assertEquals(
    shown(play([WORK]).state).at(-1),
    "q quit  / filter  g run now  x stop  r restart  enter log  <> sort  ? help",
  );
  const several = (ids: readonly string[]): TopEvent => ({
    kind: "list",
    list: listOf(ids.map((id) => processView(id, { job: jobView() }))),
  });
  const [wish] = play([several(["job:job_0", "job:job_1"]), "gy"]).wishes;
  assertEquals(wish?.kind === "order" ? wish.order.ids : [], ["job:job_0"]);
});

Deno.test("topStep() quits, suspends and draws anew", () => {
  for (
    const [keys, kind] of [["q", "quit"], ["\x03", "quit"], ["\x1a", "suspend"], [
      "\x0c",
      "redraw",
    ]] as const
  ) assertEquals(play([LIST, keys]).wishes, [{ kind }]);
  assertEquals(play([LIST, "/q"]).wishes, [], "in the filter q is a letter");
});

Deno.test("topStep() keeps the chosen process while rows come, go and move", () => {
  const { state } = play([LIST, "j"]);
  assertEquals(state.chosen, "mail:mail");
  const more = listOf([viewOf("aaa"), ...POOL.processes]);
  assertEquals(topStep(state, { kind: "list", list: more }, 0).state.chosen, "mail:mail");
  const fewer = listOf(POOL.processes.filter(({ id }) => id !== "mail:mail"));
  assertEquals(topStep(state, { kind: "list", list: fewer }, 0).state.chosen, "bad:bad");
  assertEquals(topStep(state, { kind: "list", list: listOf([]) }, 0).state.chosen, null);
});

Deno.test("topStep() keeps the chosen row in view", () => {
  const many: TopEvent = {
    kind: "list",
    list: listOf(Array.from({ length: 100 }, (_, at) => viewOf(`p${at}`))),
  };
  const end = play([many, "\x1b[F"]).state;
  assertTrue(shown(end).some((text) => text.startsWith("  p99 ")), "the last row");
  const back = play([many, "\x1b[F\x1b[H"]).state;
  assertTrue((shown(back)[2] ?? "").startsWith("  p0 "), "the first row");
  const small = topStep(end, { kind: "size", size: { columns: 80, rows: 8 } }, 0).state;
  assertTrue(shown(small).some((text) => text.startsWith("  p99 ")), "after a resize, too");
});

Deno.test("topStep() shows the log of what is chosen, follows it, and scrolls back", () => {
  const opened = play([LIST, "jl"]).state;
  assertEquals(opened.log?.ids, ["mail:mail"]);
  const lines = Array.from({ length: 50 }, (_, at) => line(`line ${at}`));
  const full = topStep(opened, { kind: "lines", lines }, 0).state;
  assertEquals(shown(full).at(-2), "line 49");
  const scrolled = topStep(full, { kind: "key", key: "page-up" }, 0).state;
  const height = layout(full).log;
  assertEquals(shown(scrolled).at(-2), `line ${49 - height}`);
  const later = topStep(scrolled, { kind: "lines", lines: [line("fresh")] }, 0).state;
  assertEquals(shown(later).at(-2), `line ${49 - height}`, "who reads is not moved");
  const moved = topStep(full, { kind: "key", key: "down" }, 0).state;
  assertEquals(moved.log, {
    ids: ["web:web_0", "web:web_1"],
    title: "web",
    lines: [],
    back: 0,
  });
  assertEquals(topStep(full, { kind: "key", key: "escape" }, 0).state.log, null);
});

Deno.test("topLines() marks stderr, keeps the programs' colours, and shows hidden characters", () => {
  const lines = [
    line("\x1b[31mred\x1b[2J\x1b[0m", { stream: "stderr" }),
    line("\x1b]0;title\x07a\u202eb\x9b"),
  ];
  const { state } = play([LIST, "jl", { kind: "lines", lines }]);
  const drawn = topLines(state, coloured);
  assertTrue(drawn.some((text) => text.includes("\x1b[31m! \x1b[0m\x1b[31mred\x1b[0m")), "colours");
  const without = topLines(state, plain);
  assertTrue(without.includes("! red"), without.join("\n"));
  assertTrue(without.includes("a<202E>b<009B>"), without.join("\n"));
});

Deno.test("topLines() says for how long there has been no connection", () => {
  const { state } = play([LIST, { kind: "lost" }]);
  const [head] = shown(topStep(state, { kind: "tick" }, 8000).state);
  assertEquals(head, "No connection for 7s: this is how it was. Trying again …");
  assertEquals(topStep(state, LIST, 9000).state.lostAt, null);
});

Deno.test("difference() writes only lines that differ", () => {
  assertEquals(difference(["a", "b"], ["a", "b"]), "");
  assertEquals(difference(["a", "b"], ["a", "c"]), "\x1b[2;1H\x1b[Kc\x1b[0m");
  assertEquals(difference(["a", "b"], ["a"]), "\x1b[2;1H\x1b[K");
});

Deno.test("Screen gives the terminal back once, however often it is asked", () => {
  const written: string[] = [];
  const raw: boolean[] = [];
  const screen = new Screen({
    write: (text) => written.push(text),
    setRaw: (isRaw) => raw.push(isRaw),
  });
  screen.draw(["x"]);
  screen.leave();
  screen.draw(["y"]);
  screen[Symbol.dispose]();
  assertEquals(raw, [true, false]);
  assertEquals(written.length, 3);
  assertTrue(written[2]?.endsWith("\x1b[?1049l") === true, "the other screen is back");
});
