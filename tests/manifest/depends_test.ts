// depends_on, restart_with and type: what they mean in both dialects, and every refusal.
import { withoutProcesses, withProgram } from "../../src/manifest/plan_compose.ts";
import type { Plan, ProcessPlan } from "../../src/manifest/plan.ts";
import { planAsText } from "../../src/manifest/plan_view.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { loadText, planOfText, problemsOf } from "./fake_machine.ts";

const COMMAND = 'command = "/bin/cat"';

function load(text: string): Promise<Plan> {
  return planOfText(text, { name: "test.toml" });
}

function find(plan: Plan, id: string): ProcessPlan {
  const found = plan.groups.flatMap(({ processes }) => processes).find((one) => one.id === id);
  assertTrue(found !== undefined, id);
  return found;
}

/** The complaints without their places. */
async function complaints(text: string): Promise<readonly string[]> {
  const { problems } = await loadText(text, { name: "test.toml" });
  return problems.map(({ section, key, what }) => `[${section}] ${key}: ${what}`);
}

const SITE = `
[program.redis]
${COMMAND}
[program.worker]
${COMMAND}
numprocs = 2
process_name = "w_%(process_num)d"
[program.migrate]
type = "oneshot"
${COMMAND}
[group.jobs]
programs = ["worker"]
`;

Deno.test("depends_on finds groups, programs and processes, with what is wanted of them", async () => {
  const plan = await load(`${SITE}
[program.web]
${COMMAND}
depends_on = ["redis", "migrate:done", "jobs:started", "worker", "jobs:w_1:ready", "jobs:*"]
restart_with = ["redis", "jobs:*"]
`);
  const workers = ["jobs:w_0", "jobs:w_1"];
  assertEquals(find(plan, "web:web").dependsOn, [
    { target: "redis", ids: ["redis:redis"], until: "ready", restartsWith: true },
    { target: "migrate", ids: ["migrate:migrate"], until: "done", restartsWith: false },
    { target: "jobs", ids: workers, until: "started", restartsWith: false },
    { target: "worker", ids: workers, until: "ready", restartsWith: false },
    { target: "jobs:w_1", ids: ["jobs:w_1"], until: "ready", restartsWith: false },
    { target: "jobs:*", ids: workers, until: "ready", restartsWith: true },
  ]);
});

Deno.test("depends_on and restart_with are read in INI, too", async () => {
  const { plan } = await loadText(`[program:db]
command=/bin/cat
[program:web]
command=/bin/cat
depends_on=db:started, db
restart_with=true
`);
  assertTrue(plan !== null, "it can be read");
  assertEquals(
    find(plan, "web:web").dependsOn.map((one) => [one.target, one.until, one.restartsWith]),
    [["db", "started", true], ["db", "ready", true]],
  );
});

Deno.test("a oneshot needs not stay up, and is not started again unless it says so", async () => {
  const plan = await load(`
[program.plain]
type = "oneshot"
${COMMAND}
[program.own]
type = "oneshot"
${COMMAND}
startsecs = 3
autorestart = "unexpected"
`);
  const values = ["plain", "own"].map((name) => {
    const { type, restart } = find(plan, `${name}:${name}`);
    return [type, restart.startSeconds, restart.autorestart];
  });
  assertEquals(values, [["oneshot", 0, "never"], ["oneshot", 3_000, "unexpected"]]);
});

Deno.test("dependencies are told in the words of the manifest", async () => {
  const plan = await load(`${SITE}
[program.web]
${COMMAND}
depends_on = ["redis", "migrate:done"]
restart_with = true
`);
  const text = planAsText(plan);
  assertTrue(/type +oneshot/.test(text), text);
  assertTrue(/depends on +redis, migrate:done/.test(text), text);
  assertTrue(/restart with +redis, migrate/.test(text), text);
});

Deno.test("an unknown target is refused, with what may be meant", async () => {
  const text =
    `${SITE}[program.web]\n${COMMAND}\ndepends_on = ["redsi", "migrate:doen", "jobs:w_9"]\n`;
  assertEquals(await complaints(text), [
    '[program:web] depends_on: There is no program or group "redsi" (did you mean "redis"?)',
    '[program:web] depends_on: There is no program or group "migrate:doen" (did you mean "migrate:done"?)',
    '[program:web] depends_on: There is no program or group "jobs:w_9" (did you mean "jobs:w_0"?)',
  ]);
});

Deno.test("a program without processes is known", async () => {
  const text =
    `[program.none]\n${COMMAND}\nnumprocs = 0\n[program.web]\n${COMMAND}\ndepends_on = "none"\n`;
  assertEquals(find(await load(text), "web:web").dependsOn[0]?.ids, []);
});

Deno.test("what waits for itself is refused, the whole circle by name", async () => {
  const self = `[program.a]\n${COMMAND}\ndepends_on = "a"\n`;
  assertEquals(await complaints(self), [
    "[program:a] depends_on: a waits for itself, so it would never start",
  ]);
  const group = `[group.g]\nprograms = ["a", "b"]\n[program.b]\n${COMMAND}\n` +
    `[program.a]\n${COMMAND}\ndepends_on = "g"\n`;
  assertEquals(await complaints(group), [
    "[program:a] depends_on: a waits for itself, so it would never start",
  ]);
  const circle = ["a b", "b c", "c a", "d a"].map((pair) => {
    const [name, target] = pair.split(" ");
    return `[program.${name}]\n${COMMAND}\ndepends_on = "${target}"\n`;
  });
  assertEquals(await complaints(circle.join("")), [
    "[program:a] depends_on: a -> b -> c -> a: each waits for the next, so none of them would ever start",
  ]);
});

Deno.test("waiting for the end of what never ends is refused", async () => {
  const text = `[program.a]\n${COMMAND}\nautorestart = true\n` +
    `[program.b]\n${COMMAND}\ndepends_on = "a:done"\n`;
  assertEquals(await complaints(text), [
    '[program:b] depends_on: Cannot wait for "a:done": a:a is always started again, so it is never done',
  ]);
  const once = `[program.a]\n${COMMAND}\ntype = "oneshot"\nautorestart = true\n`;
  assertEquals(await complaints(once), [
    "[program:a] autorestart: A oneshot that is always started again is never done",
  ]);
});

Deno.test("restart_with names what depends_on has", async () => {
  const lines = "depends_on=redis\nrestart_with=redsi\n";
  const text = `[program:redis]\ncommand=/bin/cat\n[program:web]\ncommand=/bin/cat\n${lines}`;
  assertEquals(await problemsOf(text), [
    'test.ini:6: [program:web] restart_with: "redsi" is not in depends_on (did you mean "redis"?): name it there, too',
  ]);
});

Deno.test("who depends on a program follows its number, and leaves others as they are", async () => {
  const text = (count: number) =>
    `[program.w]\n${COMMAND}\nnumprocs = ${count}\nprocess_name = "w_%(process_num)d"\n` +
    `[program.web]\n${COMMAND}\ndepends_on = "w"\n[program.other]\n${COMMAND}\n`;
  const [plan, wide] = [await load(text(1)), await load(text(2))];
  const scaled = withProgram(plan, wide, "w");
  assertEquals(find(scaled, "web:web").dependsOn[0]?.ids, ["w:w_0", "w:w_1"]);
  assertTrue(find(scaled, "other:other") === find(plan, "other:other"), "the same object");
  const gone = withoutProcesses(plan, new Set(["w:w_0"]));
  assertEquals(find(gone, "web:web").dependsOn[0]?.ids, []);
});
