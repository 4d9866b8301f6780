// Signals to the runner: update, rolling reload, reopened logs, and nothing that ends it by accident.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { CHILDREN, Sandbox } from "../support/runner_process.ts";
import { isAlive, until } from "../support/wait.ts";

function program(name: string, more = ""): string {
  return `[program.${name}]\ncommand = "${CHILDREN}/forever.sh"\nstartsecs = 0\n${more}\n`;
}

Deno.test("SIGHUP applies only what differs", async () => {
  await using box = new Sandbox();
  const runner = box.start(program("same") + program("gone") + program("changed"));
  const [same, gone, changed] = [
    await runner.spawnOf("same"),
    await runner.spawnOf("gone"),
    await runner.spawnOf("changed"),
  ];
  box.write(
    "runner.toml",
    program("same", "exitcodes = [0, 12]") + program("changed", `environment = { A = "1" }`) +
      program("added"),
  );
  runner.signal("SIGHUP");
  await runner.said("update: added added:added; removed gone:gone; restarted changed:changed");
  await runner.spawnOf("added");
  await runner.spawnOf("changed", 2);
  assertTrue(isAlive(same), "the same child lives on, with its new policy");
  assertTrue(!isAlive(gone) && !isAlive(changed), "the others are gone");
  assertEquals((await runner.pidsOf("same")).length, 1);
  assertEquals(await runner.stop(), 0);
});

Deno.test("SIGTERM with its first word ends the runner properly, whether or not it has begun", async () => {
  await using box = new Sandbox();
  const runner = box.start(program("web"));
  await runner.said("started with pid");
  assertEquals(await runner.stop(), 0);
  assertTrue((await runner.stderr()).includes("everything has stopped"), "it says so");
});

Deno.test("SIGHUP with a bad manifest changes nothing and says why", async () => {
  await using box = new Sandbox();
  const runner = box.start(program("web"));
  const pid = await runner.spawnOf("web");
  box.write("runner.toml", program("web", `stopsignal = "NOPE"`));
  runner.signal("SIGHUP");
  await runner.said(/runner\.toml:\d+:.*stopsignal.*NOPE/);
  await runner.said("the running configuration stays");
  assertTrue(isAlive(pid), "the child lives on");
  assertEquals(await runner.stop(), 0);
});

Deno.test("signals that were ignored or blocked when it was started arrive, and its children have neither", async () => {
  for (const how of ["--ignore-signal", "--block-signal"]) {
    await using box = new Sandbox();
    const shown = `grep -E "^Sig(Blk|Ign)" /proc/self/status`;
    box.write("shows.sh", `#!/bin/sh\n${shown} >"$0.part"\nmv "$0.part" "$0.out"\n`, 0o755);
    const runner = box.start(
      program("web") + `[program.shows]\ncommand = "${box.path("shows.sh")}"\nstartsecs = 0\n`,
      { wrapper: ["env", how] },
    );
    await runner.said("exited: shows (exit status 0; expected)");
    const masks = (await box.read("shows.sh.out")).match(/[0-9a-f]{16}/g);
    assertEquals(masks, ["0".repeat(16), "0".repeat(16)], how);
    assertEquals(await runner.stop(), 0, how);
  }
});

Deno.test("SIGUSR1 restarts one process after another", async () => {
  await using box = new Sandbox();
  const runner = box.start(`
[program.web]
command = "${CHILDREN}/forever.sh"
numprocs = 3
process_name = "web_%(process_num)d"
startsecs = 0
`);
  for (const name of ["web_0", "web_1", "web_2"]) await runner.spawnOf(name);
  runner.signal("SIGUSR1");
  await runner.said("reload done: 3 processes replaced");
  const said = await runner.stderr();
  const steps = [...said.matchAll(/(stopped|success): (web_\d)/g)].map(([, what, name]) =>
    `${what} ${name}`
  );
  assertEquals(steps.slice(-6), [
    "stopped web_0",
    "success web_0",
    "stopped web_1",
    "success web_1",
    "stopped web_2",
    "success web_2",
  ]);
  assertEquals(await runner.stop(), 0);
});

Deno.test("SIGUSR2 opens the logs again after somebody has moved them", async () => {
  await using box = new Sandbox();
  const log = box.path("out.log");
  const runner = box.start(`
[program.ticker]
command = ["/bin/sh", "-c", "n=0; while :; do n=$((n+1)); echo tick $n; sleep 0.05; done"]
stdout_logfile = "${log}"
`);
  await until("ticks", async () => (await box.read("out.log")).includes("tick 3"));
  await Deno.rename(log, `${log}.moved`);
  runner.signal("SIGUSR2");
  await until("a new file", async () => /tick \d+/.test(await box.read("out.log")));
  assertEquals(await runner.stop(), 0);
  const all = (await box.read("out.log.moved")) + (await box.read("out.log"));
  const numbers = [...all.matchAll(/tick (\d+)\n/g)].map((match) => Number(match[1]));
  assertEquals(numbers, numbers.map((_, index) => index + 1), "no line is missing");
});

Deno.test("no other signal ends the runner", async () => {
  await using box = new Sandbox();
  const runner = box.start(program("web"));
  const pid = await runner.spawnOf("web");
  const harmless = [
    "SIGALRM",
    "SIGVTALRM",
    "SIGPROF",
    "SIGPIPE",
    "SIGWINCH",
    "SIGURG",
    "SIGIO",
    "SIGPWR",
    "SIGXCPU",
    "SIGXFSZ",
    "SIGTTIN",
    "SIGTTOU",
    "SIGTSTP",
    "SIGCONT",
    "SIGSYS",
    "SIGABRT",
  ] as const;
  for (const signal of harmless) runner.signal(signal);
  for (const number of [4, 5, 7, 8, 11, 16, 34, 50, 64]) {
    const sent = await new Deno.Command("kill", { args: [`-${number}`, `${runner.pid}`] }).output();
    assertTrue(sent.success, `signal ${number} was sent`);
  }
  // Still there, and still listening:
  runner.signal("SIGHUP");
  await runner.said("update: nothing has changed");
  assertTrue(isAlive(pid), "the child, too");
  assertEquals(await runner.stop("SIGINT"), 0);
});

for (const signal of ["SIGTERM", "SIGINT", "SIGQUIT"] as const) {
  Deno.test(`${signal} stops gracefully with status 0`, async () => {
    await using box = new Sandbox();
    const runner = box.start(program("web"));
    await runner.spawnOf("web");
    assertEquals(await runner.stop(signal), 0);
    await runner.said(`received ${signal} indicating exit request`);
  });
}
