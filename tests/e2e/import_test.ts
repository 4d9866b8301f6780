// The compiled runner with files of other formats: run as they are, and imported.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { Sandbox } from "../support/runner_process.ts";
import { until } from "../support/wait.ts";

/** Writes its variables to the file named first, then waits. */
const WORKER = `#!/bin/sh
env > "$1.new"
mv "$1.new" "$1"
exec sleep 1000
`;

function there(box: Sandbox, name: string): boolean {
  return [...Deno.readDirSync(box.path("."))].some((entry) => entry.name === name);
}

/** What a worker has written there. */
function written(box: Sandbox, name: string): Promise<string> {
  return until(name, async () => await box.read(name) || null);
}

Deno.test("start runs a PM2 module of CommonJS, and update reads it again in another process", async () => {
  await using box = new Sandbox();
  box.write("worker.sh", WORKER, 0o755);
  box.write("shared.json", `{ "level": "debug" }`);
  const config = (answer: number) =>
    `const path = require("node:path");
const shared = require("./shared");
console.log("no answer");
process.stdout.write("nor this");
setInterval(() => {}, 1000);
module.exports = { apps: [{
  name: "web", script: "worker.sh", interpreter: "none", instances: 2,
  args: [path.join(__dirname, "env")], increment_var: "PORT",
  env: { PORT: 7001, LEVEL: shared.level, ANSWER: ${answer} },
  env_production: { LEVEL: "error" },
}] };
`;
  box.start(config(1), {
    file: "ecosystem.config.js",
    args: ["--env", "production"],
  });
  const variables = async () => {
    const text = await written(box, "env");
    return new Map(
      text.split("\n").map((line): [string, string] => {
        const equals = line.indexOf("=");
        return [line.slice(0, equals), line.slice(equals + 1)];
      }),
    );
  };
  const first = await variables();
  assertEquals([first.get("LEVEL"), first.get("ANSWER")], ["error", "1"]);
  assertTrue(/^700[12]$/.test(first.get("PORT") ?? ""), `${first.get("PORT")}`);
  Deno.removeSync(box.path("env"));
  box.write("ecosystem.config.js", config(2));
  const update = box.run(["update"]);
  assertEquals((await update.status).code, 0, await update.stderr());
  const second = await until("the new variables", async () => {
    const now = await variables();
    return now.get("ANSWER") === "2" ? now : null;
  });
  assertEquals(second.get("LEVEL"), "error", "--env is kept");
});

Deno.test("a module of JavaScript may be ESM, and says what it lacks", async () => {
  await using box = new Sandbox();
  box.write("part.mjs", `export const script = "/bin/sleep";`);
  box.write(
    "a.config.mjs",
    `import { script } from "./part.mjs";\nexport default { apps: [{ script, args: "1000" }] };`,
  );
  box.write("b.config.js", `export default { script: "/bin/sleep" };`);
  const good = box.run(["check", "a.config.mjs"]);
  assertEquals((await good.status).code, 0, await good.stderr());
  assertTrue((await good.stdout()).includes("/bin/sleep 1000"), await good.stdout());
  const plain = box.run(["check", "b.config.js"]);
  assertEquals((await plain.status).code, 0, await plain.stderr());
  box.write("c.config.cjs", `require("dotenv").config();\nmodule.exports = {};`);
  const bad = box.run(["check", "c.config.cjs"]);
  assertEquals((await bad.status).code, 2);
  assertEquals(
    (await bad.stderr()).split("\n")[0],
    `c.config.cjs: Cannot read the module: it needs the package "dotenv", and packages are not loaded: write it as JSON`,
  );
  box.write("d.config.js", "module.exports = () => ({ apps: [] });");
  const called = box.run(["check", "d.config.js"]);
  assertEquals((await called.status).code, 2);
  assertEquals(
    (await called.stderr()).split("\n")[0],
    "d.config.js: Cannot read the module: it exports a function: export the settings themselves, { apps: [ … ] }",
  );
});

Deno.test("start runs a Procfile with its ports and its .env", async () => {
  await using box = new Sandbox();
  box.write(".env", "PORT=6000\nKEY='a b'\n");
  box.write("worker.sh", WORKER, 0o755);
  box.start("web: ./worker.sh web.$PORT\nworker: ./worker.sh worker.$PORT\n", {
    file: "Procfile",
    args: ["--formation", "web=2,worker=1"],
  });
  for (const name of ["web.6000", "web.6001", "worker.6100"]) {
    const text = await written(box, name);
    assertTrue(text.includes("KEY=a b\n"), text);
  }
});

Deno.test("start runs a systemd unit and a compose file", async () => {
  await using box = new Sandbox();
  box.write("worker.sh", WORKER, 0o755);
  const unit = box.start(
    `[Service]\nType=exec\nEnvironment="KEY=a b"\nExecStartPre=/bin/mkdir ${
      box.path("made")
    }\nExecStart=${box.path("worker.sh")} \\\n  ${
      box.path("unit")
    }-\${KEY}\nExecStopPost=/bin/rmdir ${box.path("made")}\nRestart=always\nPrivateTmp=yes\n`,
    { file: "mail.service" },
  );
  const ofUnit = await written(box, "unit-a b");
  assertTrue(ofUnit.includes("KEY=a b\n"), ofUnit);
  await unit.said(/mail\.service:9: .*PrivateTmp: Not applied/);
  assertTrue(Deno.statSync(box.path("made")).isDirectory, "ExecStartPre comes first");
  unit.signal("SIGTERM");
  assertEquals((await unit.status).code, 0);
  assertTrue(!there(box, "made"), "ExecStopPost comes last");
  const compose =
    `services:\n  web:\n    command: ["./worker.sh", "compose"]\n    restart: always\n`;
  box.start(`${compose}    environment: { KEY: "100%" }\n  db: { image: x }\n`, {
    file: "docker-compose.yml",
  });
  const text = await written(box, "compose");
  assertTrue(text.includes("KEY=100%\n"), text);
});

Deno.test("a full-width colon is one clear error, and nothing is started", async () => {
  await using box = new Sandbox();
  const runner = box.start(`{ "name": "up", // 名称\n  "script": "up.php",\n  "cwd"： "../"\n}\n`, {
    file: "pm2-app.json",
  });
  assertEquals((await runner.status).code, 2);
  assertEquals((await runner.stderr()).trim().split("\n"), [
    'pm2-app.json:3: Cannot read as JSON: column 8 has "：" (U+FF1A, a full-width colon): write ":"',
    "pm2-app.json: 1 problem",
    "runner: Nothing has been started",
  ]);
});

Deno.test("import writes one manifest of several files, which passes check --strict", async () => {
  await using box = new Sandbox();
  box.write("pm2.json", `{ "script": "/bin/sleep", "args": "1000", "exec_mode": "cluster" }`);
  box.write("Procfile", "web: /bin/sleep 1000\nsleep: /bin/sleep $PORT\n");
  box.write("old.conf", "[program:old]\ncommand=/bin/sleep 1000\n[supervisord]\nlogfile=NONE\n");
  const made = box.run(["import", "pm2.json", "Procfile", "old.conf", "-o", "runner.toml"]);
  assertEquals((await made.status).code, 0, await made.stderr());
  const report = await made.stderr();
  assertTrue(
    /pm2\.json:1: warning: \[program:sleep\] exec_mode: Runs as a plain/.test(report),
    report,
  );
  assertTrue(report.includes('An earlier file has the name: it becomes "sleep_2"'), report);
  const text = await box.read("runner.toml");
  assertTrue(text.includes("# exec_mode: Runs as a plain"), text);
  const check = box.run(["check", "runner.toml", "--strict"]);
  assertEquals((await check.status).code, 0, await check.stderr());
  const again = box.run(["import", "pm2.json", "-o", "runner.toml"]);
  assertEquals((await again.status).code, 2);
  assertTrue((await again.stderr()).includes("it is there already"), await again.stderr());
  const forced = box.run(["import", "pm2.json", "-o", "runner.toml", "--force"]);
  assertEquals((await forced.status).code, 0, await forced.stderr());
});

Deno.test("import makes jobs of timers and crontabs, and programs that wait of services", async () => {
  await using box = new Sandbox();
  box.write("crontab", "CRON_TZ=UTC\n*/5 * * * * /bin/echo cron\n");
  box.write("redis.service", "[Service]\nType=notify\nExecStart=/bin/sleep 1000\n");
  box.write(
    "web.service",
    "[Unit]\nRequires=redis.service\nAfter=redis.service\n[Service]\nExecStart=/bin/sleep 1000\n",
  );
  box.write("backup.service", "[Service]\nType=oneshot\nExecStart=/bin/echo backup\n");
  box.write("backup.timer", "[Timer]\nOnCalendar=daily\nPersistent=yes\n");
  const files = ["crontab", "redis.service", "web.service", "backup.timer"];
  const made = box.run(["import", ...files, "-o", "runner.toml"]);
  assertEquals((await made.status).code, 0, await made.stderr());
  const check = box.run(["check", "runner.toml", "--json", "--strict"]);
  assertEquals((await check.status).code, 0, await check.stderr());
  const { groups } = JSON.parse(await check.stdout()).plan;
  const processes = new Map<string, Record<string, unknown>>(
    groups.flatMap((group: { processes: { name: string }[] }) =>
      group.processes.map((one) => [one.name, one])
    ),
  );
  assertEquals(Object(processes.get("redis")?.["ready"]).when, { kind: "notify" });
  assertEquals(Object(processes.get("web")?.["dependsOn"])[0].ids, ["redis:redis"]);
  const times = (name: string): unknown => {
    const { expression, timeZone, catchUp } = Object(processes.get(name)?.["schedule"]);
    return [expression, timeZone, catchUp];
  };
  assertEquals(times("echo"), ["*/5 * * * *", "UTC", "none"]);
  assertEquals(times("backup"), ["0 0 * * *", null, "once"]);
});

Deno.test("start brings a compose file up in the order that its conditions ask for", async () => {
  await using box = new Sandbox();
  const says = (name: string, more: string) =>
    `["/bin/sh", "-c", "echo ${name} >> order; ${more}"]`;
  const runner = box.start(
    `services:
  web:
    command: ${says("web", "exec sleep 1000")}
    depends_on: { migrate: { condition: service_completed_successfully } }
  migrate:
    command: ${says("migrate", "exit 0")}
    depends_on: { db: { condition: service_healthy } }
  db:
    command: ${says("db", "sleep 0.3; echo healthy >> order; touch healthy; exec sleep 1000")}
    restart: always
    healthcheck: { test: ["CMD", "test", "-e", "healthy"], start_interval: 50ms }
`,
    { file: "compose.yaml" },
  );
  await runner.said("success: web entered RUNNING");
  assertEquals((await box.read("order")).split("\n"), ["db", "healthy", "migrate", "web", ""]);
  assertEquals(await runner.stop(), 0);
});
