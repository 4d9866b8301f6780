// What a child of the compiled runner is born with: place, user, limits, signals, descriptors.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { factsIn } from "../support/facts.ts";
import { HAS_NAMESPACES, mounted } from "../support/namespaces.ts";
import { CHILDREN, Sandbox } from "../support/runner_process.ts";
import { until } from "../support/wait.ts";

const TELLS = `${CHILDREN}/tells_about_itself.sh`;

/** A program that tells its facts to NAME.log. */
function teller(box: Sandbox, name: string, settings = ""): string {
  return `[program.${name}]\ncommand = "${TELLS}"\nstdout_logfile = "${box.path(name)}.log"\n` +
    `startsecs = 0\n${settings}\n`;
}

/** An /etc/passwd and /etc/group with the user shop, who is in two more groups. */
function accounts(box: Sandbox): string[] {
  const passwd = Deno.readTextFileSync("/etc/passwd");
  const group = Deno.readTextFileSync("/etc/group");
  box.write("passwd", `${passwd}shop:x:4242:4242:A shop:/home/of/shop:/bin/sh\n`);
  box.write("group", `${group}shop:x:4242:\nmedia:x:4343:nobody,shop\nlogs:x:4344:shop\n`);
  return mounted(
    `mount --bind "${box.path("passwd")}" /etc/passwd; mount --bind "${
      box.path("group")
    }" /etc/group`,
  );
}

Deno.test("a child has its folder, umask, niceness, oom score, limits and a session of its own", async () => {
  await using box = new Sandbox();
  Deno.mkdirSync(box.path("place"));
  const limits = ["sh", "-c", 'ulimit -Sn 3000; ulimit -Hn 5000; umask 077; exec "$@"', "sh"];
  const runner = box.start(
    teller(box, "plain") + teller(
      box,
      "set",
      `directory = "${box.path("place")}"
umask = "027"
nice = 5
oom_score_adj = 700
rlimit_nofile = "100:200"
rlimit_core = 0
rlimit_stack = "4MB:"
rlimit_fsize = "1GB"`,
    ),
    { wrapper: limits },
  );
  const plain = await factsIn(box, "plain.log");
  const set = await factsIn(box, "set.log");
  assertEquals(plain.get("pwd"), Deno.realPathSync(box.folder));
  assertEquals(set.get("pwd"), Deno.realPathSync(box.path("place")));
  assertEquals([plain.get("umask"), set.get("umask")], ["0077", "0027"]);
  assertEquals([plain.get("nice"), set.get("nice")], ["0", "5"]);
  assertEquals([plain.get("oom"), set.get("oom")], ["0", "700"]);
  // The runner takes what it may have for itself; a child shall not notice.
  const own = await Deno.readTextFile(`/proc/${runner.pid}/limits`);
  assertTrue(/^Max open files +5000 +5000 /m.test(own), own);
  assertEquals([plain.get("nofile"), set.get("nofile")], ["3000:5000", "100:200"]);
  assertEquals(set.get("core"), "0:0");
  assertEquals(set.get("stack"), `4096:${plain.get("stack")?.split(":")[1]}`);
  assertEquals(set.get("fsize"), `${2 ** 21}:${2 ** 21}`); // blocks of 512
  assertEquals([plain.get("session"), set.get("session")], ["own", "own"]);
  assertEquals(await runner.stop(), 0);
});

Deno.test("a limit the system refuses fails that program alone, with the reason", async () => {
  await using box = new Sandbox();
  const runner = box.start(
    teller(box, "greedy", `rlimit_nofile = "999999999999"\nstartretries = 0\nautorestart = false`) +
      teller(box, "good"),
  );
  await factsIn(box, "good.log");
  await runner.said(/(spawnerr|exited): greedy/);
  assertEquals((await runner.stderr()).match(/couldn't set rlimit nofile: EPERM/g)?.length, 1);
  assertEquals(await runner.stop(), 0);
});

Deno.test("a child starts with default signals, an empty mask and the descriptors 0 to 2", async () => {
  await using box = new Sandbox();
  const program = (name: string, command: string) =>
    `[program.${name}]\ncommand = ${command}\nstdout_logfile = "${box.path(name)}.log"\n` +
    `startsecs = 0\nautorestart = false\n`;
  const manifest = program("signals", `["/bin/cat", "/proc/self/status"]`) +
    program("files", `["/bin/ls", "-l", "/proc/self/fd"]`);
  // Whoever starts the runner may ignore signals and leave files open.
  const careless = ["sh", "-c", "trap '' PIPE HUP USR1 XFSZ; exec 7</etc/passwd \"$@\"", "sh"];
  const runner = box.start(manifest, { wrapper: careless });
  await runner.said("exited: signals");
  await runner.said("exited: files");
  const status = await box.read("signals.log");
  for (const field of ["SigIgn", "SigBlk", "SigPnd", "ShdPnd"]) {
    assertTrue(status.includes(`${field}:\t0000000000000000\n`), `${field} in:\n${status}`);
  }
  const open = [...(await box.read("files.log")).matchAll(/ (\d+) -> (.*)$/gm)]
    .filter(([, , path]) => !path?.startsWith("/proc/"));
  assertEquals(open.map(([, fd]) => fd), ["0", "1", "2"]);
  assertEquals(open[0]?.[2], "/dev/null");
  assertEquals(await runner.stop(), 0);
});

Deno.test("stdin: nothing in TOML, an open pipe in INI, and either by the key", async () => {
  await using box = new Sandbox();
  const toml = box.start(teller(box, "a") + teller(box, "b", 'stdin = "pipe"'));
  assertEquals((await factsIn(box, "a.log")).get("stdin"), "/dev/null");
  assertEquals((await factsIn(box, "b.log")).get("stdin"), "pipe");
  assertEquals(await toml.stop(), 0);
  const ini = (name: string, more = "") =>
    `[program:${name}]\ncommand=${TELLS}\nstdout_logfile=${box.path(name)}.log\n${more}\n`;
  const reader = `[program:reader]\ncommand=sh -c "read line; echo end"\nstdout_logfile=${
    box.path("reader.log")
  }\n`;
  const second = box.start(ini("c") + ini("d", "stdin=null") + reader, { file: "pool.ini" });
  assertEquals((await factsIn(box, "c.log")).get("stdin"), "pipe");
  assertEquals((await factsIn(box, "d.log")).get("stdin"), "/dev/null");
  await second.said("success: reader entered RUNNING"); // supervisord's reads never see an end
  assertEquals(await box.read("reader.log"), "");
  assertEquals(await second.stop(), 0);
});

Deno.test("the runner keeps no descriptor of a child that has ended", async () => {
  await using box = new Sandbox();
  const runner = box.start(
    `[program:web]\ncommand=${CHILDREN}/forever.sh\nstartsecs=0\nautorestart=true\n`,
    { file: "pool.ini" },
  );
  const descriptors = () => [...Deno.readDirSync(`/proc/${runner.pid}/fd`)].length;
  await runner.spawnOf("web");
  const before = descriptors();
  for (let round = 1; round <= 5; round++) {
    Deno.kill(await runner.spawnOf("web", round), "SIGKILL");
    await runner.spawnOf("web", round + 1);
  }
  await until(`${before} descriptors, not ${descriptors()}`, () => descriptors() <= before, 2_000);
  assertEquals(await runner.stop(), 0);
});

for (const isToml of [true, false]) {
  Deno.test({
    name: `user, group_name and supplementary groups (${isToml ? "TOML" : "INI"})`,
    ignore: !HAS_NAMESPACES,
    fn: async () => {
      await using box = new Sandbox();
      const text = (value: string) => isToml ? JSON.stringify(value) : value;
      const program = (name: string, settings: Record<string, string>) =>
        [isToml ? `[program.${name}]` : `[program:${name}]`]
          .concat(Object.entries(settings).map(([key, value]) => `${key} = ${text(value)}`))
          .concat([`command = ${text(TELLS)}`, `stdout_logfile = ${text(box.path(`${name}.log`))}`])
          .join("\n") + "\n";
      const runner = box.start(
        program("named", { user: "shop" }) + program("numbered", { user: "4242" }) +
          program("grouped", { user: "shop", group_name: "media" }),
        { file: isToml ? "pool.toml" : "pool.ini", wrapper: accounts(box) },
      );
      const named = await factsIn(box, "named.log");
      assertEquals(named.get("id"), "4242:4242:4242,4343,4344");
      assertEquals(named.get("env:HOME"), "/home/of/shop");
      assertEquals([named.get("env:USER"), named.get("env:LOGNAME")], ["shop", "shop"]);
      assertEquals((await factsIn(box, "numbered.log")).get("id"), "4242:4242:4242,4343,4344");
      const grouped = (await factsIn(box, "grouped.log")).get("id") ?? "";
      assertEquals(grouped.slice(0, 10), "4242:4343:");
      assertEquals(grouped.slice(10).split(",").sort(), ["4242", "4343", "4344"]);
      const status = await Deno.readTextFile(`/proc/${await runner.spawnOf("named")}/status`);
      assertTrue(/^Uid:\t4242\t4242\t4242\t4242$/m.test(status), "all four uids");
      assertTrue(/^CapEff:\t0+$/m.test(status), "no capability is left");
      assertEquals(await runner.stop(), 0);
    },
  });
}

Deno.test({
  name: "a folder that may not be entered, or a file that is no program, fails with its reason",
  ignore: Deno.uid() !== 0,
  fn: async () => {
    await using box = new Sandbox();
    Deno.mkdirSync(box.path("closed"), { mode: 0o700 });
    const bad = box.write("bad", "#!/no/such/interpreter\n", 0o755);
    const runner = box.start(
      `[program:closed]
command=${TELLS}
directory=${box.path("closed")}
user=nobody
startretries=0
stderr_logfile=${box.path("closed.err")}
[program:bad]
command=${bad}
startretries=0
stderr_logfile=${box.path("bad.err")}
`,
      { file: "pool.ini" },
    );
    await runner.said("gave up: closed entered FATAL state");
    await runner.said("gave up: bad entered FATAL state");
    await runner.said(`spawnerr: bad: couldn't exec ${bad}: ENOENT`);
    const chdir = `supervisor: couldn't chdir to ${box.path("closed")}: EACCES\n`;
    const last = "supervisor: child process was not spawned\n";
    await until("the words of the launcher", async () => (await box.read("closed.err")) !== "");
    assertEquals(await box.read("closed.err"), chdir + last);
    assertEquals(await box.read("bad.err"), `supervisor: couldn't exec ${bad}: ENOENT\n${last}`);
    assertEquals(await runner.stop(), 0);
  },
});
