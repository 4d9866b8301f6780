// Whatever stands in a file of another format: nothing throws, the TOML can be read, and both plans are equal.
import fc from "fast-check";
import { formatProblem } from "../../src/base/errors.ts";
import { importManifest } from "../../src/manifest/import_manifest.ts";
import { loadPlan } from "../../src/manifest/load_plan.ts";
import { isEqual } from "../../src/manifest/plan_diff.ts";
import { readToml } from "../../src/manifest/toml.ts";
import { valueText } from "../../src/manifest/toml_writer.ts";
import type { RawValue } from "../../src/manifest/document.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { fakeMachine } from "./fake_machine.ts";

const RUNS = { numRuns: 100 } as const;

/** Texts with everything that means something to one of the formats. */
const text = fc.string({
  unit: fc.constantFrom(..."abcWEB_019 -./:=,;%()$'\"\\{}[]#|&\t*~é程".split("")),
  maxLength: 14,
});
const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,7}$/);

/** Reads a file and its import, and compares what they ask for. */
async function assertSame(name: string, content: string): Promise<boolean> {
  const path = `/srv/${name}`;
  const machine = fakeMachine({ files: { [path]: content } });
  const before = await loadPlan(name, machine);
  const { text: toml } = await importManifest([name], machine);
  if (toml === null) {
    assertTrue(before.plan === null, `nothing to write, and yet a plan of:\n${content}`);
    return false;
  }
  const read = readToml(toml, { file: "runner.toml", here: "/srv" });
  assertEquals(read.problems.map(formatProblem), [], toml);
  if (before.plan === null) return false;
  const files = { [path]: content, "/srv/runner.toml": toml };
  const after = await loadPlan("runner.toml", fakeMachine({ files }));
  assertTrue(after.plan !== null, `${after.problems.map(formatProblem).join("\n")}\n${toml}`);
  const rest = { file: "", dialect: "toml", notices: [] } as const;
  const same = isEqual({ ...before.plan, ...rest }, { ...after.plan, ...rest });
  if (!same) assertEquals({ ...after.plan, ...rest }, { ...before.plan, ...rest }, toml);
  return true;
}

/** Runs a property, and fails when hardly any file made a plan: it would prove nothing. */
async function assertProperty(name: string, content: fc.Arbitrary<string>): Promise<void> {
  let plans = 0;
  await fc.assert(
    fc.asyncProperty(content, async (file) => {
      if (await assertSame(name, file)) plans++;
    }),
    RUNS,
  );
  assertTrue(plans > 20, `${plans} plans of ${RUNS.numRuns} files`);
}

const optional = { requiredKeys: ["script"] } satisfies { requiredKeys: ["script"] };

const app = fc.record({
  script: fc.oneof(word, text.filter((one) => one.trim() !== "")),
  name: text,
  args: fc.oneof(text, fc.array(text, { maxLength: 3 })),
  interpreter: fc.constantFrom("node", "none", "php"),
  instances: fc.constantFrom(1, 2, "max", 0, -1),
  exec_mode: fc.constantFrom("fork", "cluster"),
  env: fc.dictionary(word, fc.oneof(text, fc.integer(), fc.boolean())),
  out_file: text.map((one) => `log${one}`),
  error_file: fc.constantFrom("err.log", "/dev/null"),
  merge_logs: fc.boolean(),
  restart_delay: fc.nat(9999),
  exp_backoff_restart_delay: fc.nat(30_000),
  kill_timeout: fc.nat(9999),
  min_uptime: fc.constantFrom("5s", 1500),
  stop_exit_codes: fc.array(fc.nat(255), { maxLength: 3 }),
  max_memory_restart: fc.constantFrom("200M", "1G", 1048576),
  namespace: word,
  watch: fc.oneof(fc.boolean(), text.filter((one) => one.trim() !== ""), fc.array(word)),
  ignore_watch: fc.oneof(word, fc.array(text.filter((one) => one.trim() !== ""))),
  watch_delay: fc.nat(9999),
  wait_ready: fc.boolean(),
  listen_timeout: fc.nat(200_000),
  port: fc.integer({ min: 1, max: 65_000 }),
  autorestart: fc.boolean(),
  cron_restart: fc.constantFrom("0 6 * * *", "@daily", "0", 0),
  nonsense: text,
}, optional);

Deno.test("an import of any PM2 file means the same", async () => {
  const apps = fc.array(app, { minLength: 1, maxLength: 3 });
  await assertProperty("ecosystem.json", apps.map((list) => JSON.stringify({ apps: list })));
});

Deno.test("an import of any Procfile means the same", async () => {
  const line = fc.tuple(word, text).map(([name, command]) => `${name}: ${command}`);
  const file = fc.array(line, { maxLength: 4 }).map((lines) => lines.join("\n"));
  await assertProperty("Procfile", file);
});

const unitLine = fc.oneof(
  text.map((value) => `ExecStart=/bin/echo ${value.replaceAll("%", "%%")}`),
  fc.tuple(word, text).map(([key, value]) =>
    `Environment="${key}=${value.replaceAll(/["\\%]/g, "")}"`
  ),
  fc.constantFrom("no", "always", "on-failure", "on-success", "on-abnormal").map((one) =>
    `Restart=${one}`
  ),
  fc.constantFrom("7 SIGUSR1", "TEMPFAIL").map((one) => `SuccessExitStatus=${one}`),
  fc.constantFrom("5s", "100ms", "2min 3s", "infinity").map((one) => `TimeoutStopSec=${one}`),
  fc.constantFrom("512:1024", "infinity", "4K").map((one) => `LimitNOFILE=${one}`),
  fc.constantFrom("mixed", "process", "control-group").map((one) => `KillMode=${one}`),
  fc.constantFrom("null", "append:/var/log/x", "journal").map((one) => `StandardOutput=${one}`),
  fc.constantFrom("simple", "notify", "oneshot", "exec").map((one) => `Type=${one}`),
  fc.constantFrom("0", "30s", "1min").map((one) => `WatchdogSec=${one}`),
  fc.constantFrom("0", "30s", "infinity").map((one) => `TimeoutStartSec=${one}`),
  fc.constantFrom("0", "1d").map((one) => `RuntimeMaxSec=${one}`),
  fc.tuple(fc.constantFrom("ExecStartPre", "ExecStartPost", "ExecStop", "ExecStopPost"), text).map(
    ([key, value]) => `${key}=-/bin/echo $MAINPID ${value.replaceAll("%", "%%")}`,
  ),
  text,
);

Deno.test("an import of any systemd unit means the same", async () => {
  const file = fc.array(unitLine, { maxLength: 8 }).map((lines) =>
    ["[Service]", "ExecStart=/bin/cat", ...lines].join("\n")
  );
  await assertProperty("web@1.service", file);
});

const service = fc.record({
  command: fc.oneof(
    text.map((one) => `run ${one}`),
    fc.array(text, { minLength: 1, maxLength: 3 }),
  ),
  environment: fc.oneof(fc.dictionary(word, text), fc.array(text, { maxLength: 3 })),
  restart: fc.constantFrom("no", "always", "on-failure:3", "unless-stopped"),
  scale: fc.nat(3),
  depends_on: fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 2 }),
  mem_limit: fc.constantFrom("64m", 1048576),
  stop_grace_period: fc.constantFrom("1m30s", "500ms"),
  healthcheck: fc.record({
    test: fc.oneof(
      text.filter((one) => one.trim() !== ""),
      fc.array(text, { minLength: 1, maxLength: 2 }).map((words) => ["CMD", "check", ...words]),
      fc.constant(["CMD", "curl", "-f", "http://localhost:8080/"]),
    ),
    interval: fc.constantFrom("5s", "1m30s"),
    retries: fc.nat(5),
    start_period: fc.constantFrom("0s", "10s"),
  }, { requiredKeys: ["test"] }),
  pre_stop: fc.array(fc.record({ command: fc.array(word, { minLength: 1 }) }), { minLength: 1 }),
  image: text,
}, { requiredKeys: ["command"] });

Deno.test("an import of any compose file means the same", async () => {
  const names = fc.constantFrom("a", "b", "c");
  const services = fc.dictionary(names, service, { minKeys: 1 });
  await assertProperty("compose.json", services.map((one) => JSON.stringify({ services: one })));
});

Deno.test("an import of any crontab means the same", async () => {
  const times = fc.constantFrom("*/5 * * * *", "0 2 1 jan *", "@daily", "@reboot", "30 2 * * 1-5");
  const line = fc.oneof(
    fc.tuple(times, text).map(([when, command]) => `${when} run ${command}`),
    fc.tuple(word, text).map(([name, value]) => `${name}=${value}`),
    fc.constant("# nothing"),
  );
  await assertProperty("crontab", fc.array(line, { maxLength: 5 }).map((all) => all.join("\n")));
});

const iniLine = fc.oneof(
  text.map((value) => `command=/bin/echo ${value}`),
  text.map((value) => `environment=KEY="${value.replaceAll('"', "")}"`),
  text.map((value) => `directory=/srv/${value}`),
  text.map((value) => `stdout_logfile=/var/log/${value}`),
  fc.constantFrom("true", "no", "unexpected", "1").map((one) => `autorestart=${one}`),
  fc.constantFrom("022", "0o77", "7").map((one) => `umask=${one}`),
  fc.constantFrom("3", " 12 ", "1_0", "-1").map((one) => `stopwaitsecs=${one}`),
  fc.constantFrom("0,2", "3").map((one) => `exitcodes=${one}`),
  fc.constantFrom("1MB", "20kb", "5_0").map((one) => `stdout_logfile_maxbytes=${one}`),
  fc.constantFrom("linear", "initial=1s max=9s").map((one) => `backoff=${one}`),
  fc.constantFrom("25%", "1GB").map((one) => `max_memory=${one}`),
  fc.constantFrom("2", "%(ENV_N)s").map((one) =>
    `numprocs=${one}\nprocess_name=%(program_name)s_%(process_num)d`
  ),
);

Deno.test("an import of any supervisord file means the same", async () => {
  const file = fc.tuple(fc.array(iniLine, { maxLength: 8 }), fc.boolean()).map(([lines, runner]) =>
    [
      "[program:web]",
      "command=/bin/cat",
      ...lines,
      ...runner ? ["[supervisord]", "loglevel=debug"] : [],
    ].join("\n")
  );
  await assertProperty("supervisord.conf", file);
});

Deno.test("valueText() of any value is read back as it was", () => {
  const leaf = fc.oneof(
    fc.string({ unit: "binary" }).map((one) => one.toWellFormed()),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
  );
  const { value } = fc.letrec<{ value: RawValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.string().filter((key) => key !== "__proto__"), tie("value"), { maxKeys: 3 }),
    ),
  }));
  fc.assert(fc.property(value, (one) => {
    const toml = `[runner]\nkey = ${valueText(one)}\n`;
    const document = readToml(toml, { file: "x.toml", here: "/" });
    assertEquals(document.problems.map(formatProblem), [], toml);
    const read = document.sections[0]?.entries.get("key")?.value;
    assertTrue(isEqual(positive(read), positive(one)), `${toml}${JSON.stringify(read)}`);
  }));
});

/** TOML's whole numbers know no -0. */
function positive(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null));
}
