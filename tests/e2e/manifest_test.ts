// What the compiled runner does with good and bad manifests.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { CHILDREN, Sandbox } from "../support/runner_process.ts";
import { until } from "../support/wait.ts";

Deno.test("start refuses a bad manifest: status 2, every problem with its place, nothing started", async () => {
  await using box = new Sandbox();
  const mark = box.path("started");
  const runner = box.start(
    `[program:web]
command=/usr/bin/touch ${mark}
autorestart=maybe
stopsignal=KABOOM
numprocs=two
user=no-such-user-here
`,
    { file: "pool.ini" },
  );
  assertEquals((await runner.status).code, 2);
  const said = await runner.stderr();
  for (
    const place of [
      "pool.ini:3: [program:web] autorestart",
      "pool.ini:4: [program:web] stopsignal",
      "pool.ini:5: [program:web] numprocs",
      "pool.ini:6: [program:web] user",
    ]
  ) {
    assertTrue(said.includes(place), `${place} in:\n${said}`);
  }
  assertTrue(!said.includes("at file:"), "no stack trace");
  assertEquals(await Deno.stat(mark).catch(() => null), null);
});

Deno.test("check says every problem at once, with a suggestion, and exits 2", async () => {
  await using box = new Sandbox();
  box.write("pool.toml", `[program.web]\ncommand = "no-such-command"\nautorestrat = true\n`);
  const check = box.run(["check", "pool.toml", "--strict"]);
  assertEquals((await check.status).code, 2);
  const said = await check.stderr();
  assertTrue(said.includes("autorestart"), said);
  assertTrue(said.includes("no-such-command"), said);
});

Deno.test("check prints the plan, and as JSON", async () => {
  await using box = new Sandbox();
  box.write("pool.ini", `[program:web]\ncommand=/bin/sleep 5\nenvironment=SECRET="hush"\n`);
  const text = box.run(["check", "pool.ini"]);
  assertEquals((await text.status).code, 0);
  assertTrue((await text.stdout()).includes("/bin/sleep 5"), await text.stdout());
  assertTrue(!(await text.stdout()).includes("hush"), "values of the environment stay secret");
  const json = box.run(["check", "pool.ini", "--json"]);
  assertEquals((await json.status).code, 0);
  const plan: unknown = JSON.parse(await json.stdout());
  assertTrue(typeof plan === "object" && plan !== null, "an object");
  assertTrue(!(await json.stdout()).includes("hush"), "values of the environment stay secret");
});

Deno.test("an INI file of PHP workers with Chinese comments runs as it is", async () => {
  await using box = new Sandbox();
  Deno.mkdirSync(box.path("public"));
  const runner = box.start(
    `\uFEFF[program:sms]\r
directory = ${box.path("public")} ; 程序的启动目录\r
command = ${CHILDREN}/says_and_exits.sh 你好 ; 启动命令\r
autostart = true     ; 自动启动\r
startsecs = 0        ; 启动\r
autorestart = false   ; 不重启\r
redirect_stderr = true  ; 把 stderr 重定向到 stdout，默认 false\r
stdout_logfile_maxbytes = 20MB  ; 日志文件大小\r
stdout_logfile_backups = 20     ; 备份数\r
; 目录不存在\r
stdout_logfile = ${box.path("logs/not/there/yet/sms.log")}\r
`,
    { file: "php-workers.ini" },
  );
  await until("the log", async () => (await box.read("logs/not/there/yet/sms.log")) === "你好\n");
  assertEquals(await runner.stop(), 0);
});

Deno.test("a usage error is one line with a suggestion, status 2", async () => {
  await using box = new Sandbox();
  for (
    const [args, hint] of [
      [["strat", "x.toml"], "start"],
      [["start", "--detatch", "x.toml"], "--detach"],
      [["start", "no-such-file.toml"], "no-such-file.toml"],
    ] as const
  ) {
    const wrong = box.run(args);
    assertEquals((await wrong.status).code, 2, args.join(" "));
    const said = await wrong.stderr();
    assertTrue(said.includes(hint), said);
    assertTrue(!/\bat /.test(said), `no stack trace in:\n${said}`);
  }
});

Deno.test("version and help answer on stdout", async () => {
  await using box = new Sandbox();
  const version = box.run(["version"]);
  assertEquals((await version.status).code, 0);
  assertTrue(/^runner \d+\.\d+\.\d+\n$/.test(await version.stdout()), await version.stdout());
  const help = box.run(["help", "start"]);
  assertEquals((await help.status).code, 0);
  assertTrue((await help.stdout()).includes("Usage: runner start"), await help.stdout());
});
