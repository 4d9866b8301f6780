// Jobs of a compiled runner: due by the second, run by hand, stopped when late, caught up after a downtime.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { CHILDREN, type RunnerProcess, Sandbox } from "../support/runner_process.ts";
import type { Said } from "../support/run_words.ts";
import { until } from "../support/wait.ts";

/** Never due while a test runs. */
const YEARLY = 'schedule = "@yearly"';

function stateOf(box: Sandbox): Record<string, string> {
  return { RUNNER_STATE_DIR: box.path("state") };
}

function runner(box: Sandbox, ...args: readonly string[]): Promise<Said> {
  return box.ask(args);
}

/** A pool whose control socket answers. */
async function pool(box: Sandbox, manifest: string, args: readonly string[] = []) {
  const started = box.start(manifest, { env: stateOf(box), args });
  await until("the runner answers", async () => (await runner(box, "pid")).code === 0);
  return started;
}

// deno-lint-ignore no-explicit-any
async function detail(box: Sandbox, name: string): Promise<any> {
  const { out, err } = await runner(box, "describe", name, "--json");
  const [only] = JSON.parse(out === "" ? "[]" : out);
  assertTrue(only !== undefined, err);
  return only;
}

Deno.test("a job runs whenever it is due, and status, describe and events tell of it", async () => {
  await using box = new Sandbox();
  const started = await pool(
    box,
    `
[program.tick]
command = "${CHILDREN}/says_and_exits.sh tick"
schedule = "* * * * * *"
`,
  );
  const events = box.run(["events", "tick", "--json"]);
  await started.said(/(job: tick ended after \S+ \(schedule\)[^]*){2}/);
  // Between two runs it is EXITED, and that is as it should be.
  const status = await until("the job waits", async () => {
    const said = await runner(box, "status");
    return /tick +EXITED/.test(said.out) ? said : null;
  });
  assertEquals(status.code, 0);
  assertTrue(/next \d\d:\d\d\S*, last ok/.test(status.out), status.out);
  const { job, runs } = await detail(box, "tick");
  assertEquals([job.schedule, job.last.result, runs[0].why], ["* * * * * *", "ok", "schedule"]);
  assertTrue(runs.length >= 2, "a history");
  const described = await runner(box, "describe", "tick");
  assertTrue(/runs\n +\d\d:\d\d\S* +ok after/.test(described.out), described.out);
  const kinds = await until("events of the job", async () => {
    const lines = (await events.stdout()).split("\n").slice(0, -1).map((line) => JSON.parse(line));
    const steps = lines.filter(({ kind }) => kind === "job").map((one) => one.detail.step);
    return steps.length >= 2 ? steps : null;
  });
  assertTrue(kinds.includes("begun") && kinds.includes("ended"), `${kinds}`);
  assertEquals(await events.stop("SIGINT"), 0);
  assertEquals(await started.stop(), 0);
});

Deno.test("runner run runs a job now: its output, its status, and what describe says of it", async () => {
  await using box = new Sandbox();
  await pool(
    box,
    `
[program.backup]
command = ["/bin/sh", "-c", "echo copied; echo slowly >&2; exit 3"]
${YEARLY}
retries = 5
[program.fine]
command = "${CHILDREN}/says_and_exits.sh all-well 7"
exitcodes = [0, 7]
${YEARLY}
[program.migrate]
command = "${CHILDREN}/says_and_exits.sh migrated"
autostart = false
startsecs = 0
autorestart = false
`,
  );
  const backup = await runner(box, "run", "backup");
  assertEquals([backup.code, backup.out], [3, "copied\n"]);
  assertTrue(backup.err.startsWith("slowly\n"), backup.err);
  assertTrue(/^runner: backup: failed after .*\(exit status 3\)$/m.test(backup.err), backup.err);
  const { runs, job } = await detail(box, "backup");
  assertEquals([runs.length, runs[0].why, runs[0].result, runs[0].code], [
    1,
    "manual",
    "failed",
    3,
  ]);
  // What a person starts is not tried again.
  assertEquals(job.waiting, null);
  assertEquals(await runner(box, "run", "fine"), { code: 7, out: "all-well\n", err: "" });
  assertEquals(await runner(box, "run", "migrate"), { code: 0, out: "migrated\n", err: "" });
  assertEquals((await runner(box, "run", "no-such")).code, 4);
});

Deno.test("runner run --detach only begins it; a second run beside it is refused; stop ends it", async () => {
  await using box = new Sandbox();
  const started = await pool(
    box,
    `
[program.long]
command = "${CHILDREN}/forever.sh"
${YEARLY}
`,
  );
  assertEquals(await runner(box, "run", "long", "-d"), { code: 0, out: "long: begun\n", err: "" });
  const pid = await started.spawnOf("long");
  const again = await runner(box, "run", "long");
  assertEquals([again.code, again.out], [1, ""]);
  assertTrue(again.err.includes(`Cannot run long: it is running, pid ${pid}`), again.err);
  assertEquals((await runner(box, "stop", "long")).code, 0);
  assertEquals((await detail(box, "long")).runs[0].result, "stopped");
});

Deno.test("runner run goes when Ctrl-C comes, and the run goes on", async () => {
  await using box = new Sandbox();
  const started = await pool(
    box,
    `
[program.long]
command = "${CHILDREN}/forever.sh"
${YEARLY}
`,
  );
  const following = box.run(["run", "long"]);
  await until("its output", async () => (await following.stdout()) === "ready\n");
  assertEquals(await following.stop("SIGINT"), 130);
  const said = await following.stderr();
  assertEquals(said, "runner: long goes on: runner stop long ends it\n");
  assertEquals((await detail(box, "long")).pid, await started.spawnOf("long"));
});

Deno.test("a run that takes longer than its timeout is stopped, and killed when it does not go", async () => {
  await using box = new Sandbox();
  const started = await pool(
    box,
    `
[program.stuck]
command = "${CHILDREN}/ignores_term.sh"
${YEARLY}
timeout = "300ms"
stopwaitsecs = "200ms"
`,
  );
  const run = await runner(box, "run", "stuck");
  assertEquals(run.code, 137);
  assertTrue(run.err.includes("stuck: timeout after"), run.err);
  await started.said("stopping: stuck with SIGTERM (timeout)");
  const { runs, lastExit } = await detail(box, "stuck");
  assertEquals([runs[0].result, runs[0].signal], ["timeout", "SIGKILL"]);
  assertTrue(lastExit.reason.includes("timeout"), lastExit.reason);
});

Deno.test("retries follow a run that failed by itself", async () => {
  await using box = new Sandbox();
  const started = await pool(
    box,
    `
[program.shaky]
command = "${CHILDREN}/exit_with.sh 5"
schedule = "* * * * * *"
overlap = "queue"
retries = 1
retry_delay = "10ms"
`,
  );
  await started.said(/job failed: shaky after \S+ \(schedule; exit status 5\); again in 10ms/);
  await started.said(/job failed: shaky after \S+ \(retry; exit status 5\)\n/);
});

Deno.test("after a downtime catch_up runs once for all that was missed", async () => {
  await using box = new Sandbox();
  const manifest = `
[program.report]
command = "${CHILDREN}/says_and_exits.sh reported"
schedule = "@yearly"
catch_up = "once"
`;
  const first = await pool(box, manifest);
  const files = () => [...Deno.readDirSync(box.path("state"))].map(({ name }) => name);
  const file = files().find((name) => name.endsWith(".jobs"));
  assertTrue(file !== undefined, "a file in the state folder");
  assertEquals((await detail(box, "report")).runs, []);
  assertEquals(await first.stop(), 0);
  // As if nobody had been there for years.
  const path = box.path(`state/${file}`);
  const kept = JSON.parse(Deno.readTextFileSync(path));
  kept.jobs[0].done = Date.parse("2020-06-01T00:00:00Z");
  Deno.writeTextFileSync(path, JSON.stringify(kept));
  const second = await pool(box, manifest);
  await second.said(/job missed: report was due \d+ times/);
  await second.said(/job: report ended after \S+ \(catch-up\)/);
  assertEquals((await detail(box, "report")).runs.length, 1);
  assertEquals(await second.stop(), 0);
  const third = await pool(box, manifest);
  assertEquals((await detail(box, "report")).runs.length, 1);
  assertTrue(!(await third.stderr()).includes("missed"), "nothing is caught up twice");
});

Deno.test("without a place for the state folder jobs run, and it is said once", async () => {
  await using box = new Sandbox();
  const started: RunnerProcess = box.start(
    `
[runner]
loglevel = "debug"
[program.tick]
command = "${CHILDREN}/says_and_exits.sh tick"
schedule = "* * * * * *"
catch_up = "once"
`,
    { env: { RUNNER_STATE_DIR: "/proc/no-such-folder" } },
  );
  await started.said(/DEBG? Cannot keep in \/proc\/no-such-folder\S* what is to be caught up/);
  await started.said(/(job: tick ended[^]*){2}/);
  const said = (await started.stderr()).match(
    /INFO Cannot keep the runs of jobs in \/proc\/\S+: ./g,
  );
  assertEquals(said?.length, 1);
});

Deno.test("SIGHUP with another schedule plans anew, and the run under way goes on", async () => {
  await using box = new Sandbox();
  const manifest = (schedule: string) => `
[program.long]
command = "${CHILDREN}/forever.sh"
schedule = "${schedule}"
`;
  const started = await pool(box, manifest("@yearly"));
  assertEquals((await runner(box, "run", "long", "-d")).code, 0);
  const pid = await started.spawnOf("long");
  box.write("runner.toml", manifest("@monthly"));
  started.signal("SIGHUP");
  await started.said("update: adjusted long:long");
  const { job, pid: still } = await detail(box, "long");
  assertEquals([job.schedule, still], ["@monthly", pid]);
});

Deno.test("start and restart of all leave jobs alone; their names do not", async () => {
  await using box = new Sandbox();
  const started = await pool(
    box,
    `
[program.backup]
command = "${CHILDREN}/says_and_exits.sh copied"
${YEARLY}
[program.web]
command = "${CHILDREN}/forever.sh"
startsecs = 0
`,
  );
  await started.said("success: web entered RUNNING state");
  const all = await runner(box, "restart", "all");
  assertEquals([all.code, all.out], [0, "web: restarted\n"]);
  assertTrue(all.err.includes("backup:backup: left alone, it is a job"), all.err);
  assertEquals(await started.pidsOf("backup"), []);
  assertEquals((await runner(box, "start", "backup")).code, 0);
  await started.said(/job: backup ended after \S+ \(manual\)/);
});

Deno.test("supervisorctl starts a job by its name and sees supervisord's states", async () => {
  await using box = new Sandbox();
  const socket = box.path("ctl.sock");
  const started = box.start(
    `
[unix_http_server]
file=${socket}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[program:backup]
command=${CHILDREN}/forever.sh
schedule=@yearly
`,
    { file: "pool.ini", env: stateOf(box) },
  );
  const ctl = async (...args: readonly string[]) =>
    await runner(box, "supervisorctl", "-s", `unix://${socket}`, ...args);
  await until("the runner answers", async () => (await ctl("pid")).code === 0);
  const before = await ctl("status");
  assertTrue(/^backup +STOPPED +next \d{4}-01-01 /m.test(before.out), before.out);
  assertEquals(before.code, 0);
  assertEquals((await ctl("start", "all")).out, "");
  assertEquals((await ctl("start", "backup")).out, "backup: started\n");
  await started.spawnOf("backup");
  assertTrue(/^backup +RUNNING/m.test((await ctl("status")).out), "it runs");
  assertEquals((await ctl("stop", "backup")).out, "backup: stopped\n");
});

Deno.test("a run and the history outlive an upgrade of the runner", async () => {
  await using box = new Sandbox();
  const started = await pool(
    box,
    `
[program.long]
command = "${CHILDREN}/forever.sh"
${YEARLY}
[program.done]
command = "${CHILDREN}/says_and_exits.sh done"
${YEARLY}
`,
  );
  assertEquals((await runner(box, "run", "done")).code, 0);
  assertEquals((await runner(box, "run", "long", "-d")).code, 0);
  const pid = await started.spawnOf("long");
  const before = (await detail(box, "long")).job;
  assertEquals((await runner(box, "upgrade", "--reexec")).code, 0);
  const after = await detail(box, "long");
  assertEquals([after.pid, after.job.running, after.job.next], [pid, 1, before.next]);
  assertEquals((await detail(box, "done")).runs.length, 1);
  assertEquals((await runner(box, "stop", "long")).code, 0);
  assertEquals((await detail(box, "long")).runs[0].result, "stopped");
});

Deno.test("the history outlives the runner, and a run that was cut off with it is lost", async () => {
  await using box = new Sandbox();
  const manifest = `
[program.long]
command = "${CHILDREN}/forever.sh"
${YEARLY}
[program.done]
command = "${CHILDREN}/exit_with.sh 3"
${YEARLY}
[program.brief]
command = "${CHILDREN}/says_and_exits.sh brief"
${YEARLY}
history = 0
`;
  const first = await pool(box, manifest);
  for (const name of ["done", "done", "brief"]) await runner(box, "run", name);
  assertEquals((await runner(box, "run", "long", "-d")).code, 0);
  await first.spawnOf("long");
  const before = (await detail(box, "done")).runs;
  first.signal("SIGKILL");
  await first.status;
  const second = await pool(box, manifest);
  await second.said(/job lost: long \(manual\): the runner ended/);
  assertEquals((await detail(box, "done")).runs, before);
  const { runs: [lost], state } = await detail(box, "long");
  assertEquals([lost.result, lost.reason, lost.duration], ["lost", "the runner ended", null]);
  assertEquals(state, "STOPPED");
  const described = await runner(box, "describe", "long");
  assertTrue(
    /\n +\d\d:\d\d\S* +lost: the runner ended \(manual\)/.test(described.out),
    described.out,
  );
  const brief = await detail(box, "brief");
  assertEquals([brief.runs, brief.job.last.result], [[], "ok"]);
  assertEquals(await second.stop(), 0);
  // Nobody can read it: it is said once, and begun anew.
  const [file] = [...Deno.readDirSync(box.path("state"))].map(({ name }) => name);
  Deno.writeTextFileSync(box.path(`state/${file}`), '{"version":1,"jobs":[{"key":"done:d');
  const third = await pool(box, manifest);
  await third.said(/WARN Cannot read \S+\.runs: it is no JSON: the history of jobs begins anew\n/);
  assertEquals((await detail(box, "done")).runs, []);
  assertEquals((await runner(box, "run", "brief")).code, 0);
});

Deno.test("a schedule that is paused begins nothing until it is resumed, over an update, an upgrade and a restart", async () => {
  await using box = new Sandbox();
  const manifest = (more = "") => `
[program.tick]
command = "${CHILDREN}/says_and_exits.sh tick"
schedule = "* * * * * *"
${more}
[program.web]
command = "${CHILDREN}/forever.sh"
startsecs = 0
[program.renewed]
command = "${CHILDREN}/forever.sh"
startsecs = 0
restart_schedule = "@yearly"
`;
  const started = await pool(box, manifest());
  await started.said(/job: tick ended/);
  const held = await runner(box, "pause", "all");
  assertEquals([held.code, held.out], [0, "renewed: paused\ntick: paused\n"]);
  await started.said(/paused: the schedule of tick\n/);
  const wrong = await runner(box, "pause", "web");
  assertEquals([wrong.code, wrong.err], [1, ""]);
  assertTrue(
    wrong.out.startsWith("web: has no schedule (schedule and restart_schedule"),
    wrong.out,
  );
  const none = await runner(box, "pause", "w*");
  assertTrue(none.err.includes('Cannot pause "w*": nothing there has a schedule'), none.err);
  assertEquals((await runner(box, "pause", "tick")).out, "tick: already paused\n");
  const isHeld = async () => {
    const { job, paused } = await detail(box, "tick");
    assertEquals([paused, job.next], [true, null]);
    const { out, code } = await runner(box, "status");
    assertTrue(/tick .* paused, last ok/.test(out), out);
    assertTrue(/renewed .* restart_schedule paused/.test(out), out);
    assertEquals(code, 0);
  };
  await isHeld();
  box.write("runner.toml", manifest("timeout = 60"));
  assertEquals((await runner(box, "update")).code, 0);
  await isHeld();
  assertEquals((await runner(box, "upgrade", "--reexec")).code, 0);
  await isHeld();
  // By hand it runs all the same.
  assertEquals(await runner(box, "run", "tick"), { code: 0, out: "tick\n", err: "" });
  const runs = (await detail(box, "tick")).runs.length;
  assertEquals(await started.stop(), 0);
  const again = await pool(box, manifest());
  await again.said(/WARN paused: the schedule of tick, as before: runner resume tick\n/);
  await isHeld();
  assertEquals((await detail(box, "tick")).runs.length, runs);
  assertEquals((await runner(box, "resume", "tick")).out, "tick: resumed\n");
  await again.said(/job: tick ended after \S+ \(schedule\)/);
  assertEquals((await runner(box, "resume", "tick")).out, "tick: not paused\n");
});
