// The real supervisorctl, every command of it, against the real supervisord and against us: same lines, same exits.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { CHILDREN } from "../support/runner_process.ts";
import {
  HEAD,
  programSection,
  REAL_CTL,
  type Said,
  SupervisorPair,
  SupervisorSide,
} from "../support/supervisor_pair.ts";
import { until } from "../support/wait.ts";

const FOREVER = `${CHILDREN}/forever.sh`;

const MANIFEST = HEAD +
  programSection("web", FOREVER) +
  programSection("cat", "/bin/cat") +
  programSection(
    "pool",
    FOREVER,
    "numprocs=2\nprocess_name=%(program_name)s_%(process_num)d\npriority=5\n" +
      "stdout_logfile=%(here)s/pool_%(process_num)d.out\nstderr_logfile=NONE",
  ) +
  programSection("left", FOREVER, "priority=7") + programSection("right", FOREVER) +
  "[group:pair]\nprograms=left,right\npriority=20\n" +
  programSection("silent", FOREVER, "stdout_logfile=NONE\nstderr_logfile=NONE") +
  programSection(
    "quick",
    `${CHILDREN}/exit_with.sh 3`,
    "autostart=false\nstartsecs=9\nstartretries=0",
  ) +
  programSection("missing", "no-such-command", "autostart=false") +
  programSection("plain", "/etc/passwd", "autostart=false") +
  programSection("old", FOREVER) + programSection("other", FOREVER);

/** What is shown of a pool that is up, and of names that are none. */
const LOOKS = [
  "status",
  "status web pair:* pool:pool_1",
  "status pool",
  "status nope zz:*",
  "status nope quick",
  "status all",
  "pid",
  "pid all",
  "pid web nope",
  "pid quick",
  "pid pool",
  "avail",
  "version",
  "help",
  "help nope",
  "nonsense 1 2",
];

/** What acts. Each begins where the one before has ended. */
const DEEDS = [
  "start web",
  "start quick",
  "start missing plain",
  "start pool nope pair:nope zz:*",
  "start",
  "stop quick nope pool zz:*",
  "stop",
  "stop web",
  "status web",
  "pid web",
  "stop web",
  "start web",
  "restart web",
  "restart",
  "restart pair:left nope",
  "signal USR2 silent",
  "signal 0 web quick",
  "signal NOPE web",
  "signal HUP nope zz:*",
  "signal CONT pair:*",
  "signal CONT all",
  "signal HUP",
  "tail web",
  "tail -3 web",
  "tail web stderr",
  "tail web nope",
  "tail -x web",
  "tail silent",
  "tail nope",
  "tail",
  "tail a b c d",
  "maintail 5",
  "maintail -x",
  "maintail a b",
  "clear web nope",
  "tail web",
  "clear",
  "fg",
  "fg a b",
  "fg nope",
  "fg quick",
  "open ftp://x",
  "add web nope",
  "remove web nope",
  "reread",
  "reread x",
  "update",
  "update nope",
  "avail x",
  "version x",
  "shutdown x",
  "reload x",
];

/** After the manifest has changed: `old` is gone, `other` differs, `fresh` is new. */
const CHANGED = MANIFEST.replace(/\[program:old\][^[]*/, "")
  .replace(/(\[program:other\]\ncommand=[^\n]*)/, "$1 more") + programSection("fresh", FOREVER);

const UPDATES = [
  "reread",
  "reread",
  "avail",
  "add fresh",
  "status fresh",
  "update other zz",
  "remove old",
  "update",
  "update",
  "status old other fresh",
  "stop fresh",
  "remove fresh",
  "avail",
  "add fresh fresh",
  "update all",
];

/** Outcomes of several processes come in the order in which they were done. */
const UNORDERED = /^(start|stop|restart|signal|clear|update)\b.*(all|:\*)/;

/** How often a program has said that it is ready before the next command came is a matter of milliseconds. */
const REPEATED = /^tail web$/;

const words = (line: string) => line.split(" ");

function assertSame(said: { theirs: readonly Said[]; ours: readonly Said[] }): void {
  const shown = ({ command, lines, status }: Said) => {
    const told = REPEATED.test(command) ? [...new Set(lines)] : lines;
    const ordered = UNORDERED.test(command) ? told.toSorted() : told;
    return [`> ${command} [${status}]`, ...ordered];
  };
  assertEquals(said.ours.flatMap(shown), said.theirs.flatMap(shown));
}

Deno.test("the real supervisorctl says the same of us as of supervisord, command for command", async () => {
  await using pair = new SupervisorPair(MANIFEST);
  await pair.both((side) => side.isUp());
  await pair.both((side) => said(side, "web.out", "ready"));
  assertSame(await pair.both((side) => side.ctl(LOOKS.map(words))));
  assertSame(await pair.both((side) => side.ctl(DEEDS.map(words))));
  assertSame(await pair.both((side) => side.ctl([["stop", "pool:*"], ["start", "pool:*"]])));
  assertSame(await pair.both((side) => side.ctl([["stop", "all"], ["status"], ["start", "all"]])));
  for (const side of pair.sides) side.write("s.conf", CHANGED);
  assertSame(await pair.both((side) => side.ctl(UPDATES.map(words))));
});

Deno.test("supervisorctl reload and shutdown, and what is said when nobody is there any more", async () => {
  await using pair = new SupervisorPair(HEAD + programSection("web", FOREVER));
  await pair.both((side) => side.isUp());
  assertSame(await pair.both((side) => side.ctl([["pid", "web"], ["reload"]])));
  await pair.both((side) => side.isUp());
  assertSame(await pair.both((side) => side.ctl(["start all", "status", "shutdown"].map(words))));
  await pair.both((side) => until("it has ended", async () => !(await exists(side.socket))));
  const after = ["status", "start web", "pid", "version", "shutdown"].map(words);
  assertSame(await pair.both((side) => side.ctl(after)));
});

Deno.test("supervisorctl status ends with 0 while a spare, a job and a oneshot are down as they should be", async () => {
  await using box = new Folder();
  const once = programSection("migrate", "/bin/true", "type=oneshot");
  const kept = programSection(
    "web",
    FOREVER,
    "spare=1\nprocess_name=%(program_name)s_%(process_num)d",
  );
  const job = programSection("report", "/bin/true", "schedule=@yearly");
  const off = programSection("off", FOREVER, "autostart=false");
  await using side = new SupervisorSide("ours", box.path, HEAD + once + kept + job + off);
  await side.isUp();
  await until("the oneshot is done", async () => {
    return (await side.ctl([["status", "migrate"]]))[0]?.lines[0]?.includes("EXITED");
  });
  const commands = [["status", "migrate", "report", "web:*"], ["status", "web:web_1"], ["status"]];
  const [good, spare, all] = await side.ctl(commands);
  assertEquals([good?.status, spare?.status, all?.status], [0, 0, 3]);
  assertTrue(/STOPPED +stands by$/.test(spare?.lines[0] ?? ""), spare?.lines.join("\n") ?? "");
});

Deno.test("supervisorctl's shell takes commands from stdin, asks, and ends with status 0", async () => {
  await using pair = new SupervisorPair(HEAD + programSection("web", FOREVER));
  await pair.both((side) => side.isUp());
  const script =
    "version\nclear all\nstop web\n\nnope\nhelp version\nshutdown\nn\nreload\nno\nstatus web\nquit\n";
  const done = await pair.both(async (side) => {
    const { stdout, code } = await side.run([REAL_CTL, "-c", "s.conf"], script);
    return { lines: side.comparable(stdout), code };
  });
  assertEquals(done.ours, done.theirs);
  assertEquals(done.ours.code, 0);
  assertTrue(done.ours.lines.includes("supervisor> web: stopped"), done.ours.lines.join("\n"));
});

Deno.test("supervisorctl follows logs and stays when Ctrl-C comes; fg passes on what is typed", async () => {
  await using pair = new SupervisorPair(HEAD + programSection("cat", "/bin/cat"));
  await pair.both((side) => side.isUp());
  const done = await pair.both(async (side) => [
    await followed(side, "tail -f cat", async () => {
      await feed(side, "cat", "first line\n");
      return "first line";
    }),
    await followed(side, "maintail -f", async () => {
      await side.ctl([["restart", "cat"]]);
      return "stopped: cat";
    }),
    await typedTo(side, "fg cat", "typed line\n"),
  ]);
  assertEquals(done.ours, done.theirs);
});

Deno.test("supervisorctl over TCP logs in; a wrong password is told", async () => {
  const port = freePort();
  const manifest = HEAD.replace(/\[supervisorctl\][^[]*/, "") +
    `[inet_http_server]\nport=127.0.0.1:${port}\nusername=me\npassword=s3cr:t\n` +
    `[supervisorctl]\nserverurl=http://127.0.0.1:${port}\nusername=me\npassword=s3cr:t\n` +
    programSection("web", FOREVER) + programSection("quick", FOREVER, "autostart=false");
  await using box = new Folder();
  await using side = new SupervisorSide("ours", box.path, manifest);
  await side.isUp();
  await said(side, "web.out", "ready");
  const [status, wrong, tail] = await side.ctl([
    ["status"],
    ["-p", "wrong", "status"],
    ["tail", "web"],
  ]);
  assertEquals([status?.status, wrong?.status, tail?.status], [3, 1, 0]);
  assertEquals(wrong?.lines[0], "Server requires authentication");
  const commands = [...LOOKS, "tail -6 web", "stop web", "start web nope", "fg quick", "reread"];
  const overUnix = ["-s", `unix://${side.socket}`, "-u", "", "-p", ""];
  const [tcp, unix] = [
    await side.ctl(commands.map(words)),
    await side.ctl(commands.map((line) => [...overUnix, ...words(line)])),
  ];
  assertEquals(
    tcp.map(({ lines, status }) => [lines, status]),
    unix.map(({ lines, status }) => [lines, status]),
  );
  const text = await followed(side, "maintail -f", async () => {
    await side.ctl([["restart", "web"]]);
    return "stopped: web";
  });
  assertTrue(text.endsWith("exit 0"), text);
});

Deno.test("supervisorctl reads logs with colours and cut characters, where supervisord makes it fail", async () => {
  const loud = `[program:loud]
command=sh -c "printf '\\\\033[31mred\\\\033[0m \\\\000 日本語日本語日本語'; exec sleep 1000"
startsecs=0
stdout_logfile=%(here)s/loud.out
`;
  await using pair = new SupervisorPair(HEAD + loud);
  await pair.both((side) => side.isUp());
  await pair.both((side) => said(side, "loud.out", "日本語日本語日本語"));
  const windows = ["-99", "-26", "-25", "-24"];
  const { theirs, ours } = await pair.both((side) =>
    side.ctl(windows.map((one) => ["tail", one, "loud"]))
  );
  assertTrue(theirs.some(({ status }) => status !== 0), "supervisord has become better");
  assertEquals(ours.map(({ lines, status }) => [lines[0], status]), [
    ["red � 日本語日本語日本語", 0],
    ["本語日本語日本語", 0],
    ["本語日本語日本語", 0],
    ["本語日本語日本語", 0],
  ]);
});

/** Follows until the text is there that `cause` has led to, then presses Ctrl-C. */
async function followed(
  side: SupervisorSide,
  command: string,
  cause: () => Promise<string>,
): Promise<string> {
  const file = `${side.folder}/followed.txt`;
  const line = `exec ${REAL_CTL} -c s.conf ${command} >followed.txt 2>&1`;
  const child = new Deno.Command("sh", { args: ["-c", line], cwd: side.folder, env: side.env })
    .spawn();
  const shown = () => Deno.readTextFileSync(file);
  let text = "";
  try {
    await until(`${command} has begun`, () => exists(file).then((is) => is && shown() !== ""));
    text = await cause();
    await until(`${command} shows ${text}`, () => shown().includes(text));
  } finally {
    child.kill("SIGINT");
  }
  const { code } = await child.status;
  return `${shown().includes(text)} exit ${code}`;
}

async function typedTo(side: SupervisorSide, command: string, text: string): Promise<string> {
  const line = `exec ${REAL_CTL} -c s.conf ${command} >typed.txt 2>&1`;
  const child = new Deno.Command("sh", {
    args: ["-c", line],
    cwd: side.folder,
    env: side.env,
    stdin: "piped",
  }).spawn();
  const shown = () => side.read("typed.txt");
  await until("fg has begun", async () => (await shown()).includes("Ctrl-C"));
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await until("the answer is shown", async () => (await shown()).includes(text));
  await writer.close();
  await until("fg is left", async () => (await shown()).includes("Exiting foreground"));
  // Its thread that reads the log ends with the next half minute.
  child.kill("SIGKILL");
  await child.status;
  return (await shown()).replaceAll(text, "");
}

/** Writes to the stdin of a program as it runs. */
async function feed(side: SupervisorSide, name: string, text: string): Promise<void> {
  const script = "import sys; from supervisor.childutils import getRPCInterface as get; " +
    "get({'SUPERVISOR_SERVER_URL': 'unix://' + sys.argv[1]})" +
    ".supervisor.sendProcessStdin(sys.argv[2], sys.argv[3])";
  const { code, stderr } = await side.run([
    "/usr/bin/python3",
    "-c",
    script,
    side.socket,
    name,
    text,
  ]);
  assertEquals(code, 0, stderr);
}

async function said(side: SupervisorSide, file: string, text: string): Promise<void> {
  await until(`${file} says ${text}`, async () => (await side.read(file)).includes(text));
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** A folder for one test. */
class Folder implements AsyncDisposable {
  readonly path = Deno.makeTempDirSync({ prefix: "runner-ctl-" });

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}
