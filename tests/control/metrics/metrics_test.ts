// GET /metrics on a real engine, read by ourselves and by Prometheus' own client; and the dashboard that shows it.
import { fileURLToPath } from "node:url";
import { newSayings } from "../../../src/engine/run_look.ts";
import type { RunLook } from "../../../src/control/runner_face.ts";
import { PLAIN_WORK } from "../../../src/manifest/plan_work.ts";
import { metricsHandler, metricsText } from "../../../src/control/metrics/handler.ts";
import { Family, labelText } from "../../../src/control/metrics/metric_text.ts";
import { loadCron } from "../../../src/manifest/cron.ts";
import { type ParsedFamily, parseMetrics } from "../../support/metrics_text.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { jobOwn } from "../../support/jobs.ts";
import { LOG } from "../../support/plans.ts";
import { ApiRig, ask, AT_ONCE, requestOf } from "../../support/api_rig.ts";

await loadCron();

/** Debian's python, whichever else is first on PATH: it has the package. */
const PYTHON = "/usr/bin/python3";

/** What a scraper sees. */
async function scraped(text: string): Promise<readonly ParsedFamily[]> {
  const script = fileURLToPath(new URL("../../support/parse_metrics.py", import.meta.url));
  const child = new Deno.Command(PYTHON, {
    args: [script],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  assertTrue(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

function hasClient(): boolean {
  try {
    return new Deno.Command(PYTHON, { args: ["-c", "import prometheus_client"], stderr: "null" })
      .outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

const isThere = hasClient();
if (!isThere) {
  console.log("No second opinion on metrics: python3-prometheus-client is not installed");
}

/** Everything there is to measure has happened. */
const PROBE = { kind: "tcp", host: "localhost", port: 1 } as const;
const READY = { when: { kind: "probe", probe: PROBE, interval: 200 }, timeout: 90_000 } as const;
const HEALTH = { probe: PROBE, interval: 1_000, timeout: 500, failures: 3, grace: 0 };

/** How a run is that somebody looks after. */
const WARD: RunLook = {
  ...newSayings(),
  metrics: new Map([["depth", 7.5]]),
  readySince: null,
  waiting: "connection refused",
  failedLooks: { ready: 4, health: 2 },
  health: { at: { mono: 1, wall: 1 }, fault: "status 503" },
  inARow: 2,
};

function busyRig(): ApiRig {
  const memory = { cap: 1_000, action: "restart", hardLimit: null } as const;
  const logged = { ...LOG, destination: { kind: "auto" } } as const;
  const ids = ["web:web_0", "web:web_1"];
  const dependsOn = [{ target: "web", ids, until: "ready", restartsWith: false }] as const;
  const rig = new ApiRig([
    { name: "web", count: 2, own: { stderr: logged } },
    { name: "leaky", own: { memory } },
    { name: 'odd "name"\\', own: { stdout: logged, stderr: "stdout" } },
    { name: "off", own: { autostart: false, restart: AT_ONCE, dependsOn } },
    { name: "nightly", own: jobOwn() },
    { name: "relief", own: { recycle: { maxJobs: 10, spare: 1, isSpare: true } } },
    { name: "ward", own: { ready: READY, liveness: { ...PLAIN_WORK.liveness, health: HEALTH } } },
  ], {
    logs: {
      counters: (id) =>
        id === "off:off"
          ? null
          : { read: 90, bytes: 80, bytesLost: 10, linesLost: 2, rotations: 1 },
      ownCounters: { bytes: 7, bytesLost: 0, linesLost: 0, rotations: 0 },
    },
  });
  rig.looksOf.set("ward:ward", WARD);
  for (let pid = 100; pid < 120; pid++) rig.host.memory.set(pid, 10);
  rig.alerts.push({ name: "ops", sent: 3, failed: 2, lost: 1, waiting: 4, isOut: true });
  rig.clock.pass(500);
  rig.end("web:web_0", 3);
  rig.host.memory.set(rig.pidOf("leaky:leaky"), 2_000);
  rig.clock.pass(5_000);
  rig.end("leaky:leaky");
  rig.runner.order({ kind: "start", ids: ["nightly:nightly"] });
  rig.end("nightly:nightly");
  return rig;
}

Deno.test({
  name: "Prometheus' own client reads metrics as they are meant",
  ignore: !isThere,
  fn: async () => {
    const rig = busyRig();
    await rig.runner.scale("web", 3);
    const text = metricsText(rig.runner);
    const samples = (families: readonly ParsedFamily[]) =>
      families.flatMap((family) => family.samples);
    const theirs = await scraped(text);
    assertEquals(samples(theirs), samples(parseMetrics(text)));
    assertEquals(
      theirs.map(({ type, help }) => [type, help]),
      parseMetrics(text).map(
        ({ type, help }) => [type, help],
      ),
    );
  },
});

Deno.test("metrics have every value with its labels", async () => {
  const rig = busyRig();
  await rig.runner.scale("web", 3);
  const families = parseMetrics(metricsText(rig.runner));
  const samples = families.flatMap((family) => family.samples);
  const value = (name: string, labels: Readonly<Record<string, string>>) =>
    samples.filter(([found, own]) =>
      found === name && Object.entries(labels).every(([key, text]) => own[key] === text)
    ).map(([, , number]) => number);
  const web = { group: "web", program: "web", process: "web_0" };
  assertEquals(value("runner_process_up", web), [1]);
  assertEquals(value("runner_process_state", { ...web, state: "RUNNING" }), [1]);
  assertEquals(value("runner_process_state", web).length, 7);
  assertEquals(value("runner_process_restarts_total", { ...web, reason: "exit" }), [1]);
  assertEquals(value("runner_process_exits_total", { ...web, status: "3" }), [1]);
  assertEquals(value("runner_process_start_time_seconds", web), [1.5]);
  assertEquals(value("runner_process_start_time_seconds", { process: "off" }), []);
  assertEquals(value("runner_process_up", { process: "off" }), [0]);
  assertEquals(value("runner_process_waiting", { process: "off" }), [0]);
  assertEquals(value("runner_process_waiting", web), []);
  const ward = { group: "ward", program: "ward", process: "ward" };
  assertEquals(value("runner_process_ready", {}), [0]);
  assertEquals(value("runner_process_healthy", {}), [0]);
  assertEquals(value("runner_process_probe_failures_total", { ...ward, probe: "ready" }), [4]);
  assertEquals(value("runner_process_probe_failures_total", { ...ward, probe: "health" }), [2]);
  assertEquals(value("runner_process_metric", { ...ward, metric: "depth" }), [7.5]);
  assertEquals(value("runner_process_metric", {}).length, 1);
  assertEquals(value("runner_process_memory_cap_bytes", {}), [1_000]);
  assertEquals(value("runner_process_memory_cap_hits_total", { process: "leaky" }), [1]);
  assertEquals(value("runner_process_log_lost_bytes_total", { ...web, stream: "stderr" }), [10]);
  // Its stdout goes nowhere.
  assertEquals(value("runner_process_log_bytes_total", { ...web, stream: "stdout" }), []);
  assertEquals(value("runner_process_output_bytes_total", { ...web, stream: "stdout" }), [90]);
  assertEquals(value("runner_process_log_bytes_total", { process: 'odd "name"\\' }), [80]);
  assertEquals(value("runner_processes", { state: "RUNNING" }), [5]);
  assertEquals(value("runner_scaled_processes", { program: "web" }), [3]);
  assertEquals(value("runner_scaled_manifest_processes", { program: "web" }), [2]);
  assertEquals(value("runner_cpu_seconds_total", {}), [0.25]);
  assertEquals(value("runner_open_fds", {}), [12]);
  assertEquals(value("runner_build_info", { version: "1.2.3", manifest: "/m.ini" }), [1]);
});

Deno.test("metrics of every family have a type and help, and no sample comes twice", () => {
  const families = parseMetrics(metricsText(busyRig().runner));
  const names = families.map(({ name }) => name);
  assertEquals(names.length, new Set(names).size);
  for (const { name, type, help, samples } of families) {
    assertTrue(name.startsWith("runner_"), name);
    assertTrue(type === "gauge" || type === "counter", `${name} is ${type}`);
    assertTrue(help.endsWith("."), `${name}: ${help}`);
    const keys = samples.map(([found, labels]) => JSON.stringify([found, labels]));
    assertEquals(keys.length, new Set(keys).size, name);
  }
});

Deno.test("GET /metrics has the content type of the text format", async () => {
  const rig = new ApiRig([]);
  const answer = await ask(metricsHandler(rig.runner), requestOf("/metrics"));
  assertEquals(answer.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
  const posted = await ask(metricsHandler(rig.runner), requestOf("/metrics", { method: "POST" }));
  assertEquals(posted.status, 405);
});

Deno.test("Family leaves out what is no value, and itself when nothing is left", () => {
  const family = new Family("a_b", "gauge", "Two\nlines \\ one.");
  family.add("", null);
  family.add("", NaN);
  assertEquals(`${family}`, "");
  family.add(labelText({ a: 'x"y\nz\\' }), 1.5);
  assertEquals(
    `${family}`,
    '# HELP a_b Two\\nlines \\\\ one.\n# TYPE a_b gauge\na_b{a="x\\"y\\nz\\\\"} 1.5\n',
  );
});

const ROOT = new URL("../../../", import.meta.url);

/** Names of metrics in expressions of a dashboard. */
function metricsIn(text: string): Set<string> {
  return new Set(text.match(/\brunner_[a-z_]+/g) ?? []);
}

Deno.test("the Grafana dashboard asks only for metrics that exist", async () => {
  const text = await Deno.readTextFile(new URL("examples/grafana/runner.json", ROOT));
  const dashboard = JSON.parse(text);
  const rig = busyRig();
  await rig.runner.scale("web", 3);
  const exposed = new Set(
    parseMetrics(metricsText(rig.runner)).flatMap(({ samples }) => samples.map(([name]) => name)),
  );
  const asked = metricsIn(JSON.stringify([dashboard.panels, dashboard.templating]));
  assertTrue(asked.size > 10, "the dashboard asks for metrics");
  assertEquals([...asked].filter((name) => !exposed.has(name)), []);
  const ids = dashboard.panels.map(({ id }: { id: number }) => id);
  assertEquals(ids.length, new Set(ids).size);
});

Deno.test("docs/metrics.md lists every metric and no other", async () => {
  const page = await Deno.readTextFile(new URL("docs/metrics.md", ROOT));
  const listed = new Set(
    [...page.matchAll(/^\| `(runner_[a-z_]+)`/gm)].map(([, name = ""]) => name),
  );
  const rig = busyRig();
  await rig.runner.scale("web", 3);
  const text = metricsText(rig.runner);
  const exposed = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = ""]) => name));
  assertEquals([...listed].toSorted(), [...exposed].toSorted());
});
