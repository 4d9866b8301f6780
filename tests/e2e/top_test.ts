// `runner top` of the binary in a real terminal.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { FakeControl, listOf, viewOf } from "../support/fake_control.ts";
import { BINARY, Sandbox } from "../support/runner_process.ts";
import { Tmux } from "../support/tmux.ts";
import { until } from "../support/wait.ts";
import { workPool } from "../support/work_pool.ts";

const POOL = [viewOf("web:web_0"), viewOf("web:web_1"), viewOf("mail")];

function topOf(fake: FakeControl): string {
  return `clear; ${BINARY} top -s ${fake.address}; echo "ended with $?"`;
}

Deno.test("top shows programs live, steers them after a question, and leaves the terminal as it was", async () => {
  await using fake = new FakeControl();
  fake.list = listOf(POOL);
  await using terminal = await Tmux.start(`echo before; ${topOf(fake).slice("clear; ".length)}`);
  const first = await terminal.shows("q quit");
  assertEquals(first.split("\n")[0], "shop  3 RUNNING  up 1h, 21.0 MB  /etc/runner/shop.toml");
  assertEquals(await terminal.value("alternate_on"), "1");
  fake.show(listOf([...POOL.slice(0, 2), viewOf("mail", { state: "BACKOFF", restarts: 7 })]));
  await terminal.shows(/mail +BACKOFF +1m 5s +7 /);
  await terminal.keys("r");
  await terminal.shows("restart mail? y/n");
  await terminal.keys("y");
  await until("the order", () => fake.posted.length === 1);
  assertEquals(fake.posted[0], {
    path: "/api/v1/actions",
    body: { action: "restart", names: ["mail:mail"] },
  });
  await terminal.shows("mail:mail: restart done");
  await terminal.keys("q");
  const after = await terminal.shows("ended with 0");
  assertTrue(after.includes("before"), "what was there before is there again");
  assertEquals(
    [await terminal.value("alternate_on"), await terminal.value("cursor_flag")],
    ["0", "1"],
  );
  // Echo is on again: what is typed is seen.
  await terminal.type("echo typed");
  await terminal.shows(/[$#] echo typed/);
});

Deno.test("top follows the log of the chosen program and fits the terminal when it changes", async () => {
  await using fake = new FakeControl();
  fake.list = listOf(POOL);
  const common = { id: "mail:mail", shown: "mail", time: null } as const;
  fake.lines = [
    { ...common, stream: "stdout", line: "\x1b[32mall is well\x1b[0m" },
    { ...common, stream: "stderr", line: "it broke" },
  ];
  await using terminal = await Tmux.start(topOf(fake));
  await terminal.shows("q quit");
  await terminal.keys("l");
  await terminal.shows("! it broke");
  const painted = await terminal.screen({ colours: true });
  // tmux says "no colour behind" in between, or not.
  const isGreen = painted.replaceAll("\x1b[49m", "").includes("\x1b[32mall is well");
  assertTrue(isGreen, JSON.stringify(painted));
  fake.say([{ ...common, stream: "stdout", line: "fresh" }]);
  await terminal.shows("fresh");
  await terminal.resize(40, 12);
  const narrow = await terminal.shows(/^shop[^\n]{0,35}…\n/);
  assertTrue(narrow.includes("fresh") && /NAME▲ +STATE/.test(narrow), narrow);
  await terminal.resize(100, 30);
  await terminal.shows(/MEMORY\n/);
  await terminal.keys("Escape");
  await until("the log to be closed", () => fake.followers === 0);
  await terminal.type("/web_1");
  await terminal.keys("Enter");
  await terminal.shows(/\[web_1\]/);
  assertTrue(!(await terminal.screen()).includes("web_0"), "filtered");
});

Deno.test("top gives the terminal back at every end", async (test) => {
  await using fake = new FakeControl();
  fake.list = listOf(POOL);
  const ends = {
    "Ctrl-C": (terminal: Tmux) => terminal.keys("C-c"),
    SIGTERM: (terminal: Tmux) => signalTop(terminal, "SIGTERM"),
    SIGHUP: (terminal: Tmux) => signalTop(terminal, "SIGHUP"),
  };
  for (const [name, end] of Object.entries(ends)) {
    await test.step(name, async () => {
      await using terminal = await Tmux.start(topOf(fake), { env: { NO_COLOR: "1" } });
      await terminal.shows("q quit");
      const screen = await terminal.screen({ colours: true });
      assertTrue(!/\[[0-9;]*3[0-7]m/.test(screen), JSON.stringify(screen));
      await end(terminal);
      await terminal.shows("ended with 0");
      assertEquals(await terminal.value("alternate_on"), "0");
    });
  }
  await test.step("Ctrl-Z and fg", async () => {
    await using terminal = await Tmux.start(topOf(fake));
    await terminal.shows("q quit");
    await terminal.keys("C-z");
    await terminal.shows(/Stopped|stopped/i);
    assertEquals(await terminal.value("alternate_on"), "0");
    await terminal.type("fg");
    await terminal.keys("Enter");
    await terminal.shows("q quit");
    await terminal.keys("q");
    await until("the end", async () => await terminal.value("alternate_on") === "0");
  });
});

/** To the process that is drawing: the child of the pane's shell. */
async function signalTop(terminal: Tmux, signal: Deno.Signal): Promise<void> {
  const shell = await terminal.value("pane_pid");
  const children = await Deno.readTextFile(`/proc/${shell}/task/${shell}/children`);
  Deno.kill(Number(children.trim().split(" ")[0]), signal);
}

Deno.test("top says when the runner is gone, and goes on when it is back", async () => {
  let port = 0;
  const first = new FakeControl();
  first.list = listOf(POOL);
  port = first.port;
  await using terminal = await Tmux.start(topOf(first));
  await terminal.shows("3 RUNNING");
  await first[Symbol.asyncDispose]();
  await terminal.shows("No connection for");
  await using second = new FakeControl(port);
  second.list = listOf(POOL.slice(0, 1));
  await terminal.shows("1 RUNNING");
  await terminal.keys("q");
  await terminal.shows("ended with 0");
});

Deno.test("top of a real runner restarts a program and shows what it writes", async () => {
  await using box = new Sandbox();
  const runner = box.start(`
[program.talks]
command = ["sh", "-c", "echo I am $$; exec sleep 1000000"]
startsecs = 0
`);
  const first = await runner.spawnOf("talks");
  await runner.said("entered RUNNING state");
  const env = { RUNNER_RUNTIME_DIR: box.path("run") };
  const command = `cd ${box.folder}; clear; ${BINARY} monit`;
  await using terminal = await Tmux.start(command, { env, columns: 100 });
  await terminal.shows(new RegExp(`talks +RUNNING +${first} `));
  await terminal.keys("l");
  await terminal.shows(`I am ${first}`);
  await terminal.type("ry");
  const second = await runner.spawnOf("talks", 2);
  await terminal.shows(new RegExp(`talks +RUNNING +${second} `));
  await terminal.shows(`I am ${second}`);
});

Deno.test("top of a real runner sees a pool come up in waves, and runs a job", async () => {
  await using box = new Sandbox();
  const runner = box.start(workPool(box));
  await runner.said("waiting: web waits for migrate: done");
  const env = { RUNNER_RUNTIME_DIR: box.path("run") };
  const command = `cd ${box.folder}; clear; ${BINARY} top`;
  await using terminal = await Tmux.start(command, { env, columns: 140 });
  await terminal.shows("  1 waiting, 2 RUNNING, 1 due, 1 spare  ");
  await terminal.shows(/web +waiting .* waits for migrate: done\n/);
  await Deno.writeTextFile(box.path("go"), "");
  await terminal.shows(/web +STARTING .* waiting for log:\^up\n/);
  await terminal.shows(/migrate +done /);
  await Deno.writeTextFile(box.path("up"), "");
  await terminal.shows(/web +RUNNING /);
  await terminal.shows(/queue_1 +spare .* stands by\n/);
  await terminal.type("/report");
  await terminal.keys("Enter");
  await terminal.shows(/report +due .* next 20\d\d-0?1-01 /);
  await terminal.type("g");
  await terminal.shows("run report? y/n");
  await terminal.type("y");
  await terminal.shows(/report +failed .* last failed /);
});

Deno.test("top needs a terminal and a runner", async () => {
  await using box = new Sandbox();
  const top = box.run(["top", "-s", box.path("no.sock")]);
  assertEquals((await top.status).code, 2);
  assertEquals(
    await top.stderr(),
    "runner: Cannot show a live table: input and output must be a terminal\n" +
      "  Use: runner status, or runner status --watch\n",
  );
  await using terminal = await Tmux.start(
    `${BINARY} top -s ${box.path("no.sock")}; echo "ended with $?"`,
  );
  await terminal.shows("ended with 3");
  assertEquals(await terminal.value("alternate_on"), "0");
});
