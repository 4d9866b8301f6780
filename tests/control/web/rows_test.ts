// The rows of the page's table and what their buttons ask for.
import {
  actionNotice,
  actionOrder,
  commandsOf,
  isCount,
  isPossible,
  runNotice,
  runOrder,
  scaleNotice,
  scaleOrder,
} from "../../../src/control/table/row_commands.ts";
import { arrange, type Choice, EVERYTHING, type Row } from "../../../src/control/table/rows.ts";
import { standingCounts } from "../../../src/control/table/standing.ts";
import type { ActionResult, ProcessView } from "../../../src/control/api/types.ts";
import { assertEquals } from "../../support/assert.ts";
import { viewOf } from "../../support/fake_control.ts";
import { jobView } from "../../support/views.ts";

const DOWN = {
  state: "STOPPED",
  up: false,
  pid: null,
  uptime: null,
  cpu: null,
  memory: null,
} as const;
const POOL = [
  viewOf("web:web_0", { cpu: 1, memory: 10, restarts: 1, uptime: 5 }),
  viewOf("web:web_10", { cpu: 2, memory: 20 }),
  viewOf("web:web_2", { cpu: 3, memory: 30, restarts: 2 }),
  viewOf("mail", { cpu: 50, memory: 5 }),
  viewOf("bad", { ...DOWN, state: "FATAL" }),
  viewOf("batch:one", { program: "one", cpu: 0 }),
  viewOf("batch:two", { program: "two", cpu: 0 }),
];

function titles(choice: Partial<Choice>): string[] {
  return arrange({ processes: POOL, drift: [] }, { ...EVERYTHING, ...choice }).map(({ title }) =>
    title
  );
}

Deno.test("arrange() gives a program with several processes a row of its own", () => {
  assertEquals(titles({}), [
    "bad",
    "batch:one",
    "batch:two",
    "mail",
    "web",
    "web:web_0",
    "web:web_2",
    "web:web_10",
  ]);
});

Deno.test("arrange() sums a program up", () => {
  const [row] = arrange({
    processes: POOL,
    drift: [{ program: "web", running: 3, manifest: 2 }],
  }, { ...EVERYTHING, filter: "web" });
  assertEquals(
    [row?.cpu, row?.memory, row?.restarts, row?.uptime, row?.ids.length, row?.drift?.manifest],
    [6, 60, 3, 65, 3, 2],
  );
});

Deno.test("arrange() filters by words and states, hides closed programs, sorts", () => {
  assertEquals(titles({ filter: "WEB 1" }), ["web", "web:web_10"]);
  assertEquals(titles({ filter: "nothing" }), []);
  assertEquals(titles({ standings: new Set(["FATAL"]) }), ["bad"]);
  assertEquals(titles({ filter: "web", closed: new Set(["web:*web"]) }), ["web"]);
  assertEquals(titles({ sort: { key: "cpu", isDown: true } }).slice(0, 5), [
    "mail",
    "web",
    "web:web_2",
    "web:web_10",
    "web:web_0",
  ]);
  assertEquals(titles({ sort: { key: "state", isDown: false } })[0], "bad");
});

Deno.test("arrange() knows the group of a program inside another group", () => {
  const processes = ["a", "b"].map((name) => viewOf(`shop:${name}`, { program: "web" }));
  const [row] = arrange({ processes, drift: [] }, EVERYTHING);
  assertEquals([row?.kind, row?.title, row?.key], ["program", "shop:web", "shop:*web"]);
});

Deno.test("standingCounts() counts, worst first", () => {
  assertEquals(standingCounts(POOL), [["FATAL", 1], ["RUNNING", 6]]);
});

Deno.test("commandsOf() offers to a process of several what concerns it alone", () => {
  const rows = arrange({ processes: POOL, drift: [] }, EVERYTHING);
  const names = (title: string) => {
    const row: Row | undefined = rows.find((one) => one.title === title);
    return row === undefined ? [] : commandsOf(row).map(({ name }) => name);
  };
  assertEquals(names("web"), ["start", "stop", "restart", "reload", "scale"]);
  assertEquals(names("mail"), ["start", "stop", "restart", "reload", "scale"]);
  assertEquals(names("web:web_0"), ["start", "stop", "restart"]);
});

Deno.test("isPossible() knows what a command would do in each state", () => {
  const states = [
    "RUNNING",
    "STARTING",
    "BACKOFF",
    "STOPPING",
    "STOPPED",
    "EXITED",
    "FATAL",
  ] as const;
  const possible = (name: "start" | "stop") =>
    states.filter((state) =>
      isPossible(name, [viewOf("x", { state, up: states.indexOf(state) < 4 })])
    );
  assertEquals(possible("start"), ["BACKOFF", "STOPPED", "EXITED", "FATAL"]);
  assertEquals(possible("stop"), ["RUNNING", "STARTING", "BACKOFF"]);
});

Deno.test("commandsOf() runs a job instead of starting it, and lets spares stand by", () => {
  const job = viewOf("job", { ...DOWN, job: jobView() });
  const spare = viewOf("w:w_1", { ...DOWN, spare: true });
  const possible = (processes: readonly ProcessView[]) =>
    arrange({ processes, drift: [] }, EVERYTHING).map((row) =>
      commandsOf(row).filter((command) => command.isPossible).map(({ name }) => name).join(" ")
    );
  assertEquals(possible([job]), ["run restart scale"]);
  assertEquals(possible([{ ...job, ...viewOf("job"), job: job.job }]), [
    "stop restart reload scale",
  ]);
  assertEquals(possible([viewOf("w:w_0"), spare]), [
    "stop restart reload scale",
    "stop restart",
    "",
  ]);
  const waits = viewOf("reads", { ...DOWN, waitingFor: ["db: ready"] });
  assertEquals(possible([waits]), ["stop restart scale"]);
  assertEquals(isPossible("run", [viewOf("mail", DOWN)]), false, "no job");
});

Deno.test("runOrder() asks for a process that is free", () => {
  const busy = viewOf("job:job_0", { job: jobView() });
  const free = viewOf("job:job_1", { ...DOWN, job: jobView() });
  const order = (name: string) => ({ path: "api/v1/run", body: { name, follow: false } });
  assertEquals(runOrder([busy, free]), order("job:job_1"));
  assertEquals(runOrder([busy]), order("job:job_0"));
  assertEquals(runNotice({ id: "job:job", shown: "job" }), { isGood: true, text: "job: begun" });
});

Deno.test("arrange() takes who waits, is due or done for what it stands for", () => {
  const processes = [
    viewOf("fine"),
    viewOf("once", { ...DOWN, state: "EXITED", done: true }),
    viewOf("broken", { ...DOWN, state: "EXITED" }),
    viewOf("later", { ...DOWN, job: jobView() }),
    viewOf("held", { ...DOWN, waitingFor: ["fine: ready"] }),
  ];
  const by = (choice: Partial<Choice>) =>
    arrange({ processes, drift: [] }, { ...EVERYTHING, ...choice }).map(({ title }) => title);
  assertEquals(by({ sort: { key: "state", isDown: false } }), [
    "broken",
    "held",
    "fine",
    "later",
    "once",
  ]);
  assertEquals(by({ standings: new Set(["EXITED"]) }), ["broken"]);
  assertEquals(by({ standings: new Set(["done", "waiting"]) }), ["held", "once"]);
});

Deno.test("orders have relative addresses and name processes by their ids", () => {
  assertEquals(actionOrder("stop", ["web:web_0"]), {
    path: "api/v1/actions",
    body: { action: "stop", names: ["web:web_0"] },
  });
  assertEquals(scaleOrder("web", "+2"), {
    path: "api/v1/scale",
    body: { program: "web", count: "+2" },
  });
  assertEquals(["5", "+2", "-1", "", "x", "1.5", "99999"].map(isCount), [
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

function result(shown: string, change: Partial<ActionResult> = {}): ActionResult {
  return {
    id: shown,
    shown,
    ok: true,
    outcome: "started",
    detail: "",
    state: "RUNNING",
    ...change,
  };
}

Deno.test("actionNotice() says what became of it", () => {
  const common = { unknown: [], notes: [], timedOut: false };
  const bad = result("a", { ok: false, outcome: "failed", detail: "exit status 1" });
  assertEquals(actionNotice("start", { ...common, results: [] }), {
    isGood: true,
    text: "start: there was nothing to do",
  });
  assertEquals(actionNotice("start", { ...common, results: [result("a")] }), {
    isGood: true,
    text: "a: started",
  });
  assertEquals(
    actionNotice("start", { ...common, results: [result("a"), result("b")] }).text,
    "start: 2 processes done",
  );
  assertEquals(actionNotice("start", { ...common, results: [result("b"), bad] }), {
    isGood: false,
    text: "start: a: failed (exit status 1)",
  });
  const many = { ...common, results: [bad, bad, bad, bad, bad], timedOut: true };
  assertEquals(actionNotice("start", many).text.split("; ").slice(-2), [
    "and 2 more",
    "it takes longer, the table shows how it goes on",
  ]);
});

Deno.test("scaleNotice() says when the manifest says otherwise", () => {
  const reply = { program: "web", from: 3, to: 5, manifest: 3, results: [], timedOut: false };
  assertEquals(scaleNotice(reply).text, "web: 3 → 5 processes (the manifest says 3)");
  assertEquals(scaleNotice({ ...reply, manifest: 5 }).text, "web: 3 → 5 processes");
});
