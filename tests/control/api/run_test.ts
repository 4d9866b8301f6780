// POST /run: what it follows, what it refuses, and what a slow reader is told; jobs in lists, details and actions.
import { apiHandler } from "../../../src/control/api/handler.ts";
import type { RunLine } from "../../../src/control/api/job_types.ts";
import { loadCron } from "../../../src/manifest/cron.ts";
import type { ProcessPlan } from "../../../src/manifest/plan.ts";
import { ApiRig, ask, FakeReader, requestOf } from "../../support/api_rig.ts";
import { assertEquals } from "../../support/assert.ts";
import { jobOwn, jobPlan } from "../../support/jobs.ts";

await loadCron();

/** What looks on at logs. The log handler has taps of its own. */
class Taps {
  readonly #taps = new Set<{ readonly key: string; readonly tap: (bytes: Uint8Array) => void }>();
  readonly logs = {
    tap: (plan: ProcessPlan, stream: string, tap: (bytes: Uint8Array) => void) => {
      const own = { key: `${plan.id} ${stream}`, tap };
      this.#taps.add(own);
      return { [Symbol.dispose]: () => void this.#taps.delete(own) };
    },
  };

  say(wanted: string, text: string): void {
    for (const { key, tap } of this.#taps) if (key === wanted) tap(new TextEncoder().encode(text));
  }
}

function post(path: string, body: unknown, onGone?: (callback: () => void) => void) {
  const gone = onGone === undefined ? {} : { onGone };
  return requestOf(`/api/v1${path}`, { method: "POST", body, ...gone });
}

function linesOf({ text }: FakeReader): RunLine[] {
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

async function follow(rig: ApiRig, name: string) {
  return new FakeReader(await apiHandler(rig.runner)(post("/run", { name })));
}

Deno.test("POST /run follows a run from its first byte to its end", async () => {
  const taps = new Taps();
  const rig = new ApiRig([{ name: "backup", own: jobOwn() }], { logs: taps.logs });
  const handler = apiHandler(rig.runner);
  const reader = new FakeReader(await handler(post("/run", { name: "backup" })));
  assertEquals(rig.stateOf("backup:backup"), "RUNNING");
  taps.say("backup:backup stdout", "copied\n");
  taps.say("backup:backup stderr", "slowly\n");
  rig.clock.pass(1_500);
  rig.end("backup:backup", 3);
  assertEquals(linesOf(reader), [
    { kind: "begun", id: "backup:backup", shown: "backup" },
    { kind: "output", stream: "stdout", text: "copied\n" },
    { kind: "output", stream: "stderr", text: "slowly\n" },
    {
      kind: "ended",
      result: "failed",
      status: 3,
      duration: 1.5,
      reason: "exit status 3",
      code: 3,
      signal: null,
    },
  ]);
  assertEquals(reader.isComplete, true);
});

Deno.test("POST /run of an end that is expected gives its status; of a stop never 0", async () => {
  const own = jobOwn();
  const restart = { ...jobPlan().restart, exitCodes: [0, 7] };
  const rig = new ApiRig([{ name: "fine", own: { ...own, restart } }, { name: "long", own }]);
  const fine = await follow(rig, "fine");
  rig.end("fine:fine", 7);
  const [, end] = linesOf(fine);
  assertEquals(end?.kind === "ended" && [end.result, end.status], ["ok", 7]);
  const long = await follow(rig, "long");
  rig.runner.order({ kind: "stop", ids: ["long:long"] });
  rig.end("long:long", 0);
  const [, stopped] = linesOf(long);
  assertEquals(stopped?.kind === "ended" && [stopped.result, stopped.status], ["stopped", 1]);
});

Deno.test("POST /run goes on without whoever looked on", async () => {
  let leave = () => {};
  const taps = new Taps();
  const rig = new ApiRig([{ name: "long", own: jobOwn() }], { logs: taps.logs });
  const handler = apiHandler(rig.runner);
  const timers = rig.clock.waiting;
  const request = post("/run", { name: "long" }, (callback) => leave = callback);
  const reader = new FakeReader(await handler(request));
  leave();
  taps.say("long:long stdout", "nobody listens");
  assertEquals(linesOf(reader).map(({ kind }) => kind), ["begun"]);
  assertEquals(rig.clock.waiting, timers);
  assertEquals(rig.stateOf("long:long"), "RUNNING");
});

Deno.test("POST /run tells a slow reader how much it has missed", async () => {
  const taps = new Taps();
  const rig = new ApiRig([{ name: "loud", own: jobOwn() }], { logs: taps.logs });
  const reader = await follow(rig, "loud");
  reader.isReading = false;
  taps.say("loud:loud stdout", "one");
  taps.say("loud:loud stdout", "two");
  assertEquals(reader.pushed, 0);
  reader.read();
  taps.say("loud:loud stdout", "three");
  assertEquals(linesOf(reader).slice(1), [
    { kind: "output", stream: "stdout", text: "one" },
    { kind: "dropped", bytes: 3 },
    { kind: "output", stream: "stdout", text: "three" },
  ]);
});

Deno.test("POST /run with follow: false only begins, and refuses a second run beside it", async () => {
  const rig = new ApiRig([{ name: "backup", own: jobOwn() }]);
  const handler = apiHandler(rig.runner);
  const begun = await ask(handler, post("/run", { name: "backup", follow: false }));
  assertEquals([begun.status, begun.json], [202, { id: "backup:backup", shown: "backup" }]);
  const again = await ask(handler, post("/run", { name: "backup" }));
  assertEquals([again.status, again.json.error], [
    409,
    "Cannot run backup: it is running, pid 100",
  ]);
});

Deno.test("POST /run takes a free process where overlap allows it", async () => {
  const rig = new ApiRig([{ name: "many", count: 2, own: jobOwn({ overlap: "allow" }) }]);
  const handler = apiHandler(rig.runner);
  const ids = [];
  for (let times = 0; times < 3; times++) {
    const { json } = await ask(handler, post("/run", { name: "many", follow: false }));
    ids.push(json.id ?? json.error);
  }
  assertEquals(ids, [
    "many:many_0",
    "many:many_1",
    "Cannot run many:many_0: it is running, pid 100",
  ]);
});

Deno.test("POST /run refuses what is up, what is many, and what is not there", async () => {
  const rig = new ApiRig([{ name: "web" }, { name: "mail", count: 2, own: { autostart: false } }]);
  const handler = apiHandler(rig.runner);
  const statuses = [];
  for (const name of ["web", "mail", "wbe"]) {
    const { status, json } = await ask(handler, post("/run", { name }));
    statuses.push([status, json.error]);
  }
  assertEquals(statuses, [
    [409, "Cannot run web: it is running, pid 100"],
    [409, 'Cannot run "mail": it means 2 processes'],
    [404, 'Cannot find a program "wbe" (did you mean "web"?): no such name'],
  ]);
});

Deno.test("a list and a detail show the job and its runs", async () => {
  const rig = new ApiRig([{ name: "backup", own: jobOwn() }, { name: "web" }]);
  await follow(rig, "backup");
  rig.end("backup:backup", 0);
  const handler = apiHandler(rig.runner);
  const { json: list } = await ask(handler, requestOf("/api/v1/processes"));
  const [backup, web] = list.processes;
  assertEquals(web.job, null);
  assertEquals([backup.job.next, backup.job.last.result], ["1971-01-01T00:00:00.000Z", "ok"]);
  const { json } = await ask(handler, requestOf("/api/v1/processes/backup"));
  assertEquals(json.runs.length, 1);
  assertEquals(json.runs[0].why, "manual");
  // A run is not a restart.
  assertEquals(json.restartsBy, {});
});

Deno.test("actions on all and on patterns leave jobs alone, and say so; their names do not", async () => {
  const rig = new ApiRig([{ name: "backup", own: jobOwn() }, { name: "web" }]);
  const handler = apiHandler(rig.runner);
  const asked = async (action: string, ...names: readonly string[]) => {
    const { json } = await ask(handler, post("/actions", { action, names, wait: false }));
    return [json.results.map(({ id }: { id: string }) => id), json.notes.length];
  };
  assertEquals(await asked("restart", "all"), [["web:web"], 1]);
  assertEquals(await asked("start", "back*"), [[], 1]);
  assertEquals(await asked("reload", "backup"), [[], 1]);
  assertEquals(rig.stateOf("backup:backup"), "STOPPED");
  assertEquals(await asked("start", "backup"), [["backup:backup"], 0]);
  assertEquals(rig.stateOf("backup:backup"), "RUNNING");
  assertEquals(await asked("stop", "all"), [["backup:backup", "web:web"], 0]);
});
