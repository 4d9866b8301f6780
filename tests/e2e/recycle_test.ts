// Planned replacement by the compiled binary: one at a time, a spare first, and no crash counted.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { CHILDREN, type RunnerProcess, Sandbox } from "../support/runner_process.ts";
import { until } from "../support/wait.ts";

const JOBS = `
[program.web]
command = "${CHILDREN}/does_jobs.pl"
ready = "log:^ready"
startsecs = 0
max_jobs = 3
`;
const TWO = `${JOBS}numprocs = 2\nprocess_name = "web_%(process_num)d"\n`;

interface View {
  readonly name: string;
  readonly state: string;
  readonly spare: boolean;
  readonly pid: number | null;
}

async function views(box: Sandbox): Promise<readonly View[]> {
  const { out } = await box.ask(["status", "--json"]);
  const { processes }: { processes: readonly View[] } = JSON.parse(out);
  return processes;
}

/** The process does so many jobs, one after the other. */
async function work(box: Sandbox, name: string, jobs: number): Promise<void> {
  for (let job = 0; job < jobs; job++) {
    assertEquals((await box.ask(["signal", "USR1", name])).code, 0);
  }
}

/** The smallest number of RUNNING processes after all have come up, by the runner's own log. */
async function fewestRunning(runner: RunnerProcess, all: number): Promise<number> {
  const running = new Set<string>();
  let fewest = Infinity;
  let hasBegun = false;
  for (const line of (await runner.stderr()).split("\n")) {
    if (line.includes("stopping everything")) break;
    const up = /success: (\S+) entered RUNNING/.exec(line)?.[1];
    const down = /stopping: (\S+) with/.exec(line)?.[1] ?? /exited: (\S+) /.exec(line)?.[1];
    if (up !== undefined) running.add(up);
    if (down !== undefined) running.delete(down);
    hasBegun ||= running.size === all;
    if (hasBegun) fewest = Math.min(fewest, running.size);
  }
  return fewest;
}

Deno.test("max_jobs replaces one process at a time, and no end counts as a crash", async () => {
  await using box = new Sandbox();
  const runner = box.start(TWO);
  for (const name of ["web_0", "web_1"]) await runner.said(`success: ${name} entered RUNNING`);
  await Promise.all([work(box, "web:web_0", 3), work(box, "web:web_1", 3)]);
  for (const name of ["web_0", "web_1"]) {
    await runner.said(`max_jobs: ${name} has done 3 jobs`);
    await runner.spawnOf(name, 2);
  }
  await until("both to be RUNNING again", async () => {
    return (await views(box)).every(({ state }) => state === "RUNNING");
  });
  assertEquals(await fewestRunning(runner, 2), 1);
  const { out } = await box.ask(["describe", "web:web_0", "--json"]);
  assertTrue(/"max-jobs": 1/.test(out), out);
  assertTrue(!/BACKOFF|exited:/.test(await runner.stderr()), await runner.stderr());
  assertEquals(await runner.stop(), 0);
});

Deno.test("a spare stands by, takes over when it is ready, and roles rotate", async () => {
  await using box = new Sandbox();
  const runner = box.start(`${JOBS}spare = 1\n[runner]\nshutdown_when = "all-exited"\n`);
  await runner.said("success: web entered RUNNING");
  const table = await box.ask(["status"]);
  assertEquals(table.code, 0);
  assertTrue(/web:web_1 +STOPPED.*stands by/.test(table.out), table.out);
  // Nobody starts it by hand.
  assertTrue(/it stands by/.test((await box.ask(["start", "all"])).out), "spare is named");
  assertEquals((await runner.pidsOf("web_1")).length, 0);
  await work(box, "web:web", 3);
  await runner.said("spare: web_1 has taken over from web, which stands by");
  await runner.said("stopped: web ");
  const after = (await views(box)).map(({ name, state, spare }) => [name, state, spare]);
  assertEquals(after, [["web", "STOPPED", true], ["web_1", "RUNNING", false]]);
  // A reload brings it back, and this time the other way round.
  assertEquals((await box.ask(["reload", "web:*"])).code, 0);
  await runner.said("spare: web has taken over from web_1, which stands by");
  assertEquals(await fewestRunning(runner, 1), 1);
  assertEquals((await box.ask(["status"])).code, 0);
  assertEquals(await runner.stop(), 0);
});

Deno.test("a program that is scaled keeps its spare besides", async () => {
  await using box = new Sandbox();
  const runner = box.start(`${TWO}spare = 1\n`);
  await runner.said("success: web_1 entered RUNNING");
  const scaled = await box.ask(["scale", "web", "3", "--json"]);
  const { from, to }: { from: number; to: number } = JSON.parse(scaled.out);
  assertEquals([scaled.code, from, to], [0, 2, 3]);
  const states = (await views(box)).map(({ state, spare }) => spare ? "spare" : state);
  assertEquals(states.toSorted(), ["RUNNING", "RUNNING", "RUNNING", "spare"]);
  assertEquals(await runner.stop(), 0);
});

Deno.test("a worker that ends after each job is started again at once, without back-off", async () => {
  await using box = new Sandbox();
  const runner = box.start(`
[program.queue]
command = ["/bin/sh", "-c", "sleep 1.1"]
autorestart = true
startsecs = 0
`);
  await runner.spawnOf("queue", 4);
  const said = await runner.stderr();
  assertTrue(!/again in|BACKOFF|gave up/.test(said), said);
  assertTrue(/exited: queue \(exit status 0; expected\)/.test(said), said);
  assertEquals(await runner.stop(), 0);
});
