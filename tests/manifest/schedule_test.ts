// Keys of schedules: what a plan has of them, what is refused, and what a job does without.
import { planAsText } from "../../src/manifest/plan_view.ts";
import { dueTimes } from "../../src/manifest/plan_view_schedule.ts";
import { diffPlans } from "../../src/manifest/plan_diff.ts";
import type { ProcessPlan } from "../../src/manifest/plan.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { complaintsOf, planOfText, problemsOf } from "./fake_machine.ts";

async function program(lines: string): Promise<ProcessPlan> {
  const plan = await planOfText(`[program:p]\ncommand=/bin/cat\n${lines}\n`);
  const process = plan.groups[0]?.processes[0];
  assertTrue(process !== undefined, lines);
  return process;
}

Deno.test("a schedule has defaults, and reads the same in INI and TOML", async () => {
  const expected = {
    expression: "*/5 * * * *",
    timeZone: null,
    overlap: "skip",
    timeout: null,
    jitter: 0,
    retries: 0,
    retryDelay: 10_000,
    catchUp: "none",
    history: 20,
  };
  assertEquals((await program("schedule = */5  * * * *")).schedule, expected);
  const toml = await planOfText(
    `[program.p]
command = "/bin/cat"
schedule = "0 30 4 * * *"
time_zone = "Europe/Berlin"
overlap = "queue"
timeout = "1h"
jitter = 30
retries = 2
retry_delay = "1m"
catch_up = "once"
history = 5
`,
    { name: "test.toml" },
  );
  assertEquals(toml.groups[0]?.processes[0]?.schedule, {
    expression: "0 30 4 * * *",
    timeZone: "Europe/Berlin",
    overlap: "queue",
    timeout: 3_600_000,
    jitter: 30_000,
    retries: 2,
    retryDelay: 60_000,
    catchUp: "once",
    history: 5,
  });
});

Deno.test("a program without a schedule has none, and an empty one is none", async () => {
  assertEquals((await program("")).schedule, null);
  const empty = await program("schedule =");
  assertEquals([empty.schedule, empty.autostart], [null, true]);
});

Deno.test("a job is not started by itself, and what is said about that is told", async () => {
  const job = await program("schedule = @daily\nautostart = true\nstartsecs = 5\nmax_memory = 1GB");
  assertEquals(job.autostart, false);
  assertEquals(job.restart.autorestart, "never");
  assertEquals(job.restart.startSeconds, 0);
  assertEquals(job.restart.startRetries, 0);
  assertEquals(job.memory.action, "stop");
  const told = await complaintsOf("schedule = @daily\nautostart = true\nautorestart = true");
  assertEquals(told.map((text) => text.split(":")[0]), ["autostart", "autorestart"]);
  assertEquals(await complaintsOf("schedule = @daily\nautostart = false\nautorestart = false"), []);
});

Deno.test("what cannot be read is refused with the field, the value, and what is allowed", async () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["schedule = 61 * * * *", /^schedule: Cannot read "61 \* \* \* \*" as a schedule: minute "61"/],
    ["schedule = * * *", /it has 3 fields: use five fields as in crontab/],
    ["schedule = @dayly", /did you mean @daily\?/],
    ["schedule = @daily\ntime_zone = Europe/Berln", /did you mean "Europe\/Berlin"\?/],
    ["schedule = @daily\noverlap = alow", /did you mean "allow"\?/],
    ["schedule = @daily\ntimeout = 0", /^timeout: 0 would stop every run at once/],
    ["schedule = @daily\nretries = -1", /^retries: -1 is out of range/],
    ["schedule = 0 0 30 2 *", /never comes/],
    ["schedule = * * * * *\njitter = 2m", /^jitter: Longer than the time between two runs/],
    ["schedule = @daily\noverlap = allow", /^overlap: There is one process/],
    ["retries = 3", /^retries: Ignored without schedule/],
  ];
  for (const [lines, pattern] of cases) {
    const told = await complaintsOf(lines);
    assertEquals(told.length, 1, `${lines}\n${told.join("\n")}`);
    assertTrue(pattern.test(told[0] ?? ""), `${lines}\n${told[0]}`);
  }
});

Deno.test("an event listener cannot be a job", async () => {
  const problems = await problemsOf(
    "[eventlistener:l]\ncommand=/bin/cat\nevents=TICK_5\nschedule = @daily\n",
  );
  assertTrue(problems.some((text) => text.includes("only a program can be a job")), `${problems}`);
});

Deno.test("a plan shows when a job is due next", async () => {
  const plan = await planOfText(
    "[program:p]\ncommand=/bin/cat\nschedule=0 3 * * *\ntime_zone=UTC\n",
  );
  const now = Date.parse("2026-11-21T12:00:00Z");
  const text = planAsText(plan, null, now);
  assertTrue(text.includes("schedule       0 3 * * * in UTC\n"), text);
  const due = "2026-11-22 03:00:00 UTC, 2026-11-23 03:00:00 UTC, 2026-11-24 03:00:00 UTC";
  assertTrue(text.includes(`next due       ${due}\n`), text);
  assertTrue(!text.includes("restart  "), text);
  assertEquals(dueTimes(plan, now)["p:p"]?.[0], "2026-11-22T03:00:00.000Z");
});

Deno.test("another schedule leaves a run alone; having one or none does not", async () => {
  const planWith = (lines: string) => planOfText(`[program:p]\ncommand=/bin/cat\n${lines}\n`);
  const [daily, hourly, service] = [
    await planWith("schedule=@daily\nautostart=false"),
    await planWith("schedule=@hourly\nautostart=false"),
    await planWith("autostart=false"),
  ];
  assertEquals(diffPlans(daily, hourly).adjust, ["p:p"]);
  assertEquals(diffPlans(daily, service).restart, ["p:p"]);
  assertEquals(diffPlans(service, daily).restart, ["p:p"]);
});
