// POST /actions with pause and resume: who is meant, what came of each, and what lists and details show.
import { apiHandler } from "../../../src/control/api/handler.ts";
import type { ActionResult } from "../../../src/control/api/types.ts";
import { loadCron } from "../../../src/manifest/cron.ts";
import { ApiRig, ask, requestOf } from "../../support/api_rig.ts";
import { assertEquals } from "../../support/assert.ts";
import { jobOwn } from "../../support/jobs.ts";
import { OURS } from "../../support/plans.ts";

await loadCron();

const RENEWED = { restart: { ...OURS, restartAt: { expression: "@yearly", timeZone: null } } };

function rig(): ApiRig {
  return new ApiRig([
    { name: "backup", own: jobOwn() },
    { name: "many", count: 2, own: jobOwn({ overlap: "allow" }) },
    { name: "old", own: RENEWED },
    { name: "web" },
  ]);
}

async function act(rig: ApiRig, action: string, names: readonly string[]) {
  const body = { action, names };
  const answer = await ask(
    apiHandler(rig.runner),
    requestOf("/api/v1/actions", { method: "POST", body }),
  );
  if (answer.status !== 200) return [`${answer.status} ${answer.json.error}`];
  return answer.json.results.map(({ shown, ok, outcome }: ActionResult) =>
    `${shown} ${ok ? "ok" : "NOT"} ${outcome}`
  );
}

Deno.test("pause holds the schedules that names mean, and resume lets go of them", async () => {
  const made = rig();
  const all = [
    "backup ok paused",
    "many:many_0 ok paused",
    "many:many_1 ok paused",
    "old ok paused",
  ];
  assertEquals(await act(made, "pause", ["all"]), all);
  assertEquals(made.runner.pool.jobs.paused, ["backup:backup", "many:many", "old:old"]);
  assertEquals(await act(made, "pause", ["backup"]), ["backup ok already paused"]);
  // A program is one schedule, whichever of its processes is named.
  assertEquals(await act(made, "resume", ["many:many_1"]), ["many:many_1 ok resumed"]);
  assertEquals(await act(made, "resume", ["many"]), [
    "many:many_0 ok not paused",
    "many:many_1 ok not paused",
  ]);
  assertEquals(made.runner.pool.jobs.paused, ["backup:backup", "old:old"]);
});

Deno.test("pause says of a program that it has no schedule, and of a pattern that nothing there has one", async () => {
  const made = rig();
  assertEquals(await act(made, "pause", ["web", "backup"]), [
    "web NOT has no schedule",
    "backup ok paused",
  ]);
  assertEquals(await act(made, "resume", ["w*"]), [
    '409 Cannot resume "w*": nothing there has a schedule',
  ]);
  assertEquals(await act(made, "pause", ["no-such"]), [
    '404 Cannot find processes "no-such": no such name',
  ]);
});

Deno.test("lists tell who is paused, and of no next run then", async () => {
  const made = rig();
  await act(made, "pause", ["backup", "old"]);
  const { json } = await ask(apiHandler(made.runner), requestOf("/api/v1/processes"));
  const shown = json.processes.map((
    one: { shown: string; paused: boolean; job: { next: string } | null },
  ) => [one.shown, one.paused, one.job?.next ?? null]);
  assertEquals(shown.filter(([, paused]: readonly unknown[]) => paused), [
    ["backup", true, null],
    ["old", true, null],
  ]);
  assertEquals(
    typeof shown.find(([name]: readonly unknown[]) => name === "many:many_0")?.[2],
    "string",
  );
});
