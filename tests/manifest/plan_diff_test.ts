// What an update would touch: tables by key, and properties on manifests made by lot.
import fc from "fast-check";
import type { Plan } from "../../src/manifest/plan.ts";
import { diffPlans, isEqual } from "../../src/manifest/plan_diff.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { planOfText } from "./fake_machine.ts";

const FILES = { "/srv/a.env": "A=1\n" };

function plan(text: string): Promise<Plan> {
  return planOfText(text, { files: FILES });
}

const BASE = "[program:p]\ncommand=/bin/cat\n";

const SHAPING = [
  "command=/bin/cat -u",
  "directory=/app",
  'environment=A="1"',
  "env_file=a.env",
  "inherit_env=PATH",
  "user=www",
  "group_name=staff",
  "umask=077",
  "nice=5",
  "oom_score_adj=1",
  "rlimit_nofile=64",
  "stdin=null",
  "serverurl=http://x:1",
  "redirect_stderr=true",
  "memory_hard_limit=1GB",
];

const POLICY = [
  "autostart=false",
  "autorestart=true",
  "startsecs=5",
  "startretries=9",
  "exitcodes=0,2",
  "on_exit=1=stop",
  "backoff=factor=3",
  "restart_delay=1s",
  "start_limit=5 in 1m",
  "max_age=1h",
  "critical=true",
  "priority=5",
  "max_memory=1GB",
  "stopsignal=INT",
  "stopwaitsecs=3",
  "stopasgroup=true",
  "stop_tree=true",
  "stdout_logfile=/x.log",
  "stdout_logfile_maxbytes=1MB",
  "stderr_logfile_backups=1",
  "stdout_logfile_compress=true",
  "log_format=json",
  "strip_ansi=true",
];

Deno.test("diffPlans() restarts for what shapes the child, and adjusts the rest", async () => {
  const before = await plan(BASE);
  for (const [lines, list] of [[SHAPING, "restart"], [POLICY, "adjust"]] as const) {
    for (const line of lines) {
      const after = await plan(line.startsWith("command") ? `[program:p]\n${line}\n` : BASE + line);
      for (const diff of [diffPlans(before, after), diffPlans(after, before)]) {
        assertEquals(diff[list], ["p:p"], line);
        assertEquals(diff.changes.length, 1, line);
        assertEquals([...diff.added, ...diff.removed, ...diff.unchanged], [], line);
      }
    }
  }
});

Deno.test("diffPlans() restarts for a channel that is new, and not for one that nobody needs any more", async () => {
  const [none, ready, stop, both] = await Promise.all(
    ["", "ready=message\n", "stop_message=go\n", "ready=message\nstop_message=go\n"]
      .map((lines) => plan(BASE + lines)),
  );
  assertTrue(none !== undefined && ready !== undefined, "plans");
  assertTrue(stop !== undefined && both !== undefined, "plans");
  for (const after of [ready, stop, both]) {
    assertEquals(diffPlans(none, after).restart, ["p:p"]);
    assertEquals(diffPlans(after, none).adjust, ["p:p"]);
    assertEquals(diffPlans(after, after === both ? stop : both).adjust, ["p:p"]);
  }
});

Deno.test("diffPlans() finds what comes and goes", async () => {
  const before = await plan(`${BASE}[program:old]\ncommand=/bin/cat\n`);
  const after = await plan(`${BASE}[program:new]\ncommand=/bin/cat\n`);
  const diff = diffPlans(before, after);
  assertEquals([diff.added, diff.removed, diff.unchanged], [["new:new"], ["old:old"], ["p:p"]]);
});

Deno.test("diffPlans() keeps the processes that stay when numprocs changes", async () => {
  const pool = (count: number) =>
    plan(`${BASE}numprocs=${count}\nprocess_name=p_%(process_num)d\n`);
  const diff = diffPlans(await pool(3), await pool(2));
  assertEquals([diff.removed, diff.unchanged, diff.restart], [["p:p_2"], ["p:p_0", "p:p_1"], []]);
});

Deno.test("diffPlans() sees the priority of a group and the runner's own values", async () => {
  const group = (priority: number) => plan(`${BASE}[group:g]\nprograms=p\npriority=${priority}\n`);
  const diff = diffPlans(await group(1), await group(2));
  assertEquals(diff.changes, [{ id: "g:p", changed: ["groupPriority"] }]);
  assertEquals(diff.adjust, ["g:p"]);
  const runner = diffPlans(await plan(BASE), await plan(`${BASE}[supervisord]\nloglevel=debug\n`));
  assertTrue(runner.runner.includes("logLevel"), runner.runner.join(" "));
});

const manifests = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d")).chain((names) =>
  fc.tuple(
    ...names.map((name) =>
      fc.uniqueArray(fc.constantFrom(...SHAPING.slice(1), ...POLICY)).map((lines) =>
        `[program:${name}]\ncommand=/bin/cat\n${lines.join("\n")}\n`
      )
    ),
  )
).map((sections) => sections.join(""));

Deno.test("diffPlans() of a plan with itself is empty", async () => {
  await fc.assert(
    fc.asyncProperty(manifests, async (text) => {
      const [one, same] = [await plan(text), await plan(text)];
      const diff = diffPlans(one, same);
      const touched = [
        diff.added,
        diff.removed,
        diff.restart,
        diff.adjust,
        diff.changes,
        diff.runner,
      ];
      assertEquals(touched.flat(), []);
      assertEquals(diff.unchanged.length, one.groups.length);
    }),
    { numRuns: 50 },
  );
});

Deno.test("diffPlans() puts every process in exactly one list", async () => {
  await fc.assert(
    fc.asyncProperty(manifests, manifests, async (before, after) => {
      const [one, other] = [await plan(before), await plan(after)];
      const diff = diffPlans(one, other);
      const { added, removed, restart, adjust, unchanged } = diff;
      const listed = [...added, ...removed, ...restart, ...adjust, ...unchanged].toSorted();
      const ids = [one, other].flatMap(({ groups }) => groups.map(({ name }) => `${name}:${name}`));
      assertEquals(listed, [...new Set(ids)].toSorted());
    }),
    { numRuns: 50 },
  );
});

Deno.test("isEqual() compares plain data by value", () => {
  assertTrue(isEqual({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 }), "order of keys");
  for (
    const [one, other] of [[{ a: 1 }, { a: 1, b: 2 }], [[1], [1, 2]], [[], {}], [null, {}], [
      "1",
      1,
    ]]
  ) {
    assertTrue(!isEqual(one, other), JSON.stringify([one, other]));
  }
});
