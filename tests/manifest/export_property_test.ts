// import(export(plan)) = plan for programs with any words, variables, names and policies.
import fc from "fast-check";
import { assertEquals } from "../support/assert.ts";
import { formatProblem } from "../../src/base/errors.ts";
import type { RawValue } from "../../src/manifest/document.ts";
import { literal } from "../../src/manifest/foreign.ts";
import { importManifest } from "../../src/manifest/import_manifest.ts";
import { writeToml } from "../../src/manifest/toml_writer.ts";
import { ENGINES, exportSample, meaning } from "./export_rig.ts";
import { fakeMachine, loadText } from "./fake_machine.ts";

/** What some format somewhere takes for something else. */
const ODD = [..." $%'\"\\#;:{}[]()=,-!&*|<>@`~^?\n\t", "${X}", "$(X)", "%i", "é", "日", "\u0085"];
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...ODD),
    fc.constantFrom(..."ab019Z"),
    fc.constantFrom("no", "~", "1e3", "0x1", "null", "022", "1:30"),
  ),
  maxLength: 8,
});
const time = fc.integer({ min: 1, max: 100_000 }).map((millis) => `${millis}ms`);
const size = fc.integer({ min: 1, max: 2 ** 33 });
const signal = fc.constantFrom("TERM", "QUIT", "INT", "USR1", "HUP");

const probe = fc.constantFrom(
  "tcp:6379",
  "tcp:[::1]:80%(process_num)02d",
  "unix:/run/a b.sock",
  "http://localhost:8080/health?a=%%20$X",
  "https://shop.example/",
  `exec:check --fast "it's $X" 100%%`,
  "exec:curl -f http://localhost/",
);
const hook = fc.array(text.map(literal), { minLength: 1, maxLength: 3 })
  .map(([, ...rest]) => ["/bin/kill", ...rest]);

/** Settings about the work of a program. */
const work = fc.record({
  type: fc.constantFrom("service", "oneshot"),
  max_jobs: fc.integer({ min: 1, max: 1000 }),
  spare: fc.integer({ min: 0, max: 1 }),
  watch: fc.constantFrom(true, false, [
    "src/**",
    "a b/*.{ts,js}",
    "/etc/*.conf",
    "100%%/%(process_num)d",
  ]),
  watch_ignore: fc.constantFrom([], ["*.md", "src/made/**"]),
  watch_delay: time,
  ready: fc.oneof(
    probe,
    fc.constantFrom("notify", "delay:5s", "delay:3m", "log:^up (\\d+) 100%%$"),
  ),
  ready_timeout: fc.integer({ min: 200_000, max: 900_000 }).map((millis) => `${millis}ms`),
  ready_interval: time.map((text) => `1s${text}`),
  watchdog: fc.constantFrom("100ms", "30s"),
  health: probe,
  health_interval: fc.constantFrom("10s", "30s", "1500ms"),
  health_timeout: fc.constantFrom("5s", "30s"),
  health_failures: fc.integer({ min: 1, max: 9 }),
  health_grace: fc.constantFrom("0s", "4s"),
  max_silence: fc.constantFrom("10m", "1s"),
  pre_start: hook,
  post_start: hook,
  pre_stop: hook,
  post_exit: hook,
  hook_timeout: fc.constantFrom("30s", "7s", "90s"),
  hook_failure: fc.constantFrom("fail", "warn", "ignore"),
  schedule: fc.constantFrom(
    "*/5 * * * *",
    "30 2 * * 1-5",
    "*/10 * * * * *",
    "@daily",
    "0 0 13 * FRI",
  ),
  restart_schedule: fc.constantFrom("0 4 * * *", "@weekly"),
  time_zone: fc.constantFrom("UTC", "Europe/Berlin"),
  overlap: fc.constantFrom("skip", "queue", "kill", "allow"),
  timeout: time,
  jitter: time,
  retries: fc.integer({ min: 0, max: 5 }),
  retry_delay: time,
  catch_up: fc.constantFrom("none", "once"),
  history: fc.integer({ min: 0, max: 30 }),
}, { requiredKeys: [] });

/** Settings of a program: each may be missing. */
const settings = fc.record({
  command: fc.array(text.map(literal), { minLength: 1, maxLength: 4 })
    .map(([, ...rest]) => ["/bin/cat", ...rest]),
  environment: fc.dictionary(
    fc.constantFrom("A", "B", "API_TOKEN", "PATH", "lower"),
    text.map(literal),
    { minKeys: 1 },
  ),
  directory: fc.constantFrom("/srv", "/app", "/"),
  numprocs: fc.integer({ min: 1, max: 12 }),
  numprocs_start: fc.integer({ min: 0, max: 99 }),
  priority: fc.integer({ min: -5, max: 2000 }),
  autostart: fc.boolean(),
  autorestart: fc.constantFrom(true, false, "unexpected"),
  early_exit_fails: fc.boolean(),
  exitcodes: fc.uniqueArray(fc.integer({ min: 0, max: 255 }), { maxLength: 3 }),
  startsecs: time,
  startretries: fc.integer({ min: 0, max: 30 }),
  stopsignal: signal,
  stopwaitsecs: time,
  stop_tree: fc.boolean(),
  killasgroup: fc.boolean(),
  restart_delay: time,
  start_limit: fc.tuple(fc.integer({ min: 1, max: 9 }), time).map(([n, t]) => `${n} in ${t}`),
  max_age: time,
  max_memory: size,
  memory_hard_limit: size,
  max_memory_action: fc.constantFrom("restart", "stop", "kill", "SIGUSR2"),
  nice: fc.integer({ min: -20, max: 19 }),
  oom_score_adj: fc.integer({ min: -1000, max: 1000 }),
  umask: fc.constantFrom("022", "077", "0"),
  user: fc.constantFrom("www", "nobody", "root"),
  group_name: fc.constantFrom("staff", "video", "33"),
  inherit_env: fc.constantFrom(false, true, ["PATH"], ["LC_*", "A"]),
  stdin: fc.constantFrom("null", "pipe"),
  critical: fc.boolean(),
  rlimit_nofile: fc.constantFrom("1024", "1024:4096", "1024:", "unlimited"),
  rlimit_cpu: fc.constantFrom("10", "10s:20s"),
  rlimit_nice: fc.constantFrom("5", "0:40"),
  redirect_stderr: fc.boolean(),
  stdout_logfile: fc.constantFrom("NONE", "AUTO", "/srv/a b 100%%.log", "/dev/stderr"),
  stderr_logfile: fc.constantFrom("NONE", "AUTO", "/srv/err.log", "/dev/stdout"),
  stdout_logfile_maxbytes: fc.integer({ min: 1, max: 10 ** 9 }),
  stdout_syslog: fc.boolean(),
  log_format: fc.constantFrom("raw", "text", "json"),
}, { requiredKeys: ["command"] });

/** Each may wait for the one before; schedules are rare enough for plain programs to come up, too. */
const programs = fc.array(
  fc.record({
    own: settings,
    work: fc.option(work),
    isJob: fc.constantFrom(false, false, true),
    waits: fc.constantFrom(null, "ready", "started", "done"),
    again: fc.boolean(),
  }),
  { minLength: 1, maxLength: 3 },
).map((all) =>
  all.map(({ own, work: more, isJob, waits, again }, at) => {
    const { schedule, ...rest } = more ?? {};
    const dependency = at === 0 || waits === null ? {} : {
      depends_on: [`p${at - 1}:${waits}`],
      ...(again ? { restart_with: true } : {}),
    };
    return {
      ...own,
      ...rest,
      ...(isJob && schedule !== undefined ? { schedule } : {}),
      ...dependency,
    };
  })
);

/** A name with its number wherever there can be several. */
function manifestOf(programs: readonly Readonly<Record<string, RawValue>>[]): string {
  return writeToml(
    [],
    programs.map((program, at) => {
      const name = `p${at}`;
      const numbered = { ...program, process_name: "%(program_name)s_%(process_num)02d" };
      const all: Readonly<Record<string, RawValue>> = "numprocs" in program ? numbered : program;
      const entries = Object.entries(all).map(([key, value]) => ({ key, value }));
      return { path: ["program", name], comments: [], entries };
    }),
  );
}

for (const engine of ENGINES) {
  Deno.test(`import(export(plan)) = plan for ${engine}`, async () => {
    await fc.assert(
      fc.asyncProperty(programs, async (programs) => {
        const sample = { what: "", name: "shop.toml", text: manifestOf(programs) };
        const { plan } = await loadText(sample.text, sample);
        fc.pre(plan !== null);
        const inputs = await exportSample(engine, sample);
        const texts = Object.fromEntries(inputs.map((one) => [`/srv/${one.path}`, one.text]));
        const fake = { files: texts };
        const paths = inputs.map(({ path }) => path);
        const back = await importManifest(paths, fakeMachine(fake));
        if (back.text === null) throw new Error(back.problems.map(formatProblem).join("\n"));
        const again = await loadText(back.text, { ...fake, name: "again.toml" });
        if (again.plan === null) throw new Error(again.problems.map(formatProblem).join("\n"));
        if (plan !== null) assertEquals(meaning(again.plan), meaning(plan));
      }),
      { numRuns: 60 },
    );
  });
}
