// getAllProcessInfo of what supervisord does not know: who is down as it should be raises no alarm.
import { loadCron } from "../../../src/manifest/cron.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { ApiRig, AT_ONCE } from "../../support/api_rig.ts";
import { jobOwn } from "../../support/jobs.ts";
import { SUPERVISORD } from "../../support/plans.ts";
import { callRpc } from "../../support/rpc_rig.ts";

const ONCE = {
  type: "oneshot",
  restart: { ...AT_ONCE, autorestart: "unexpected", earlyExitFails: false },
} as const;

async function rows(rig: ApiRig): Promise<readonly string[]> {
  const all = await callRpc(rig, "supervisor.getAllProcessInfo");
  assertTrue(Array.isArray(all), "no array");
  return all.map((info) => `${info.name} ${info.state} ${info.statename}`);
}

Deno.test("getAllProcessInfo gives a spare, a job at rest and a oneshot that is done a code that is no alarm", async () => {
  const dependsOn = [{
    target: "done",
    ids: ["done:done"],
    until: "done",
    restartsWith: false,
  }] as const;
  await loadCron();
  const rig = new ApiRig([
    { name: "web" },
    { name: "relief", own: { program: "web", recycle: { maxJobs: 10, spare: 1, isSpare: true } } },
    { name: "good", own: jobOwn() },
    { name: "bad", own: jobOwn() },
    { name: "new", own: jobOwn() },
    { name: "done", own: ONCE },
    { name: "plain", own: { restart: { ...AT_ONCE, autorestart: "never" } } },
    { name: "late", own: { dependsOn } },
    { name: "off", own: { autostart: false } },
  ]);
  const states = async () => Object.fromEntries((await rows(rig)).map((row) => row.split(/ (.*)/)));
  assertEquals((await states()).late, "0 STOPPED");
  rig.runner.order({ kind: "start", ids: ["good:good", "bad:bad"] });
  rig.clock.pass(2_000);
  for (const id of ["good:good", "done:done", "plain:plain"]) rig.end(id);
  rig.end("bad:bad", 3);
  assertEquals(await rows(rig), [
    "bad 100 EXITED",
    "done 101 EXITED",
    "good 101 EXITED",
    "late 20 RUNNING",
    "new 1 STOPPED",
    "off 0 STOPPED",
    "plain 100 EXITED",
    "relief 1 STOPPED",
    "web 20 RUNNING",
  ]);
  // Who asks for one gets the code of its state.
  const own = await Promise.all(
    ["done", "relief"].map((name) => callRpc(rig, "supervisor.getProcessInfo", name)),
  );
  assertEquals(own.map((info) => Object(info).state), [100, 0]);
});

Deno.test("getAllProcessInfo says what a process that is down stands by or waits for", async () => {
  const dependsOn = [{
    target: "web",
    ids: ["web:web"],
    until: "ready",
    restartsWith: false,
  }] as const;
  await loadCron();
  const rig = new ApiRig([
    { name: "web", own: { restart: SUPERVISORD } },
    { name: "late", own: { dependsOn } },
    { name: "relief", own: { program: "web", recycle: { maxJobs: 10, spare: 1, isSpare: true } } },
    { name: "job", own: jobOwn() },
  ]);
  const all = await callRpc(rig, "supervisor.getAllProcessInfo");
  assertTrue(Array.isArray(all), "no array");
  const told = Object.fromEntries(all.map(({ name, description }) => [name, description]));
  assertEquals([told.web, told.relief], ["", "stands by"]);
  assertTrue(/^waits for web: /.test(told.late), told.late);
  assertTrue(/^(next \d|never due)/.test(told.job), told.job);
});
