// The upgrade that keeps programs: another program takes over in the same process, and nobody has noticed.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { Installed } from "../support/installed_runner.ts";
import { listenForNotices } from "../support/notify_receiver.ts";
import { CHILDREN, type RunnerProcess } from "../support/runner_process.ts";
import { isAlive, until } from "../support/wait.ts";

const QUICK = "startsecs = 0\nautorestart = false\n";

/** Waits until another program has taken over so many times. */
function takenOver(runner: RunnerProcess, count = 1): Promise<unknown> {
  return until(`takeover ${count}`, async () => {
    const found = (await runner.stderr()).match(/has taken over from/g);
    return (found?.length ?? 0) >= count;
  });
}

/** Becomes the same program again. */
async function again(box: Installed): Promise<void> {
  const { code, said } = await box.upgrade("--reexec");
  assertEquals(code, 0, said);
}

async function stateOf(box: Installed, name: string): Promise<Record<string, unknown>> {
  const run = box.own(["status", name, "--json"]);
  await run.status;
  const { processes }: { processes: Record<string, unknown>[] } = JSON.parse(await run.stdout());
  return processes[0] ?? {};
}

Deno.test("upgrade keeps programs, their states, their half lines and their stdin, and says so", async () => {
  await using box = new Installed();
  box.write(
    "runner.toml",
    `
[program.half]
command = "sh -c 'printf \\"be\\"; read word; echo \\"gun $word\\"; exec sleep 1000'"
stdin = "pipe"
log_format = "json"
stdout_logfile = "half.log"
${QUICK}
[program.back]
command = "false"
restart_delay = 3600
startretries = 5
[program.off]
command = "sleep 1000"
autostart = false
`,
  );
  const runner = box.own(["start", "runner.toml"]);
  const child = await runner.spawnOf("half");
  await runner.said(/exited: back/);
  await until("its first word", async () => (await stateOf(box, "half"))["state"] === "RUNNING");
  const before = await stateOf(box, "back");
  const { code, text, said } = await box.upgrade("--from", box.copy());
  assertEquals(code, 0, said);
  const line = `runner ${runner.pid} (${box.folder}/runner.toml) runs `;
  assertTrue(text.includes(line) && text.includes("its programs have been kept"), text);
  assertEquals(
    Deno.statSync(`/proc/${runner.pid}/exe`).ino,
    Deno.statSync(box.program).ino,
  );
  const { pid, state, restarts } = await stateOf(box, "half");
  assertEquals([pid, state, restarts], [child, "RUNNING", 0]);
  assertEquals((await stateOf(box, "back"))["state"], before["state"]);
  assertEquals((await box.own(["send", "half", "again"]).status).code, 0);
  const log = await until("the whole line", async () => {
    const text = await box.read("half.log");
    return text.endsWith("\n") ? text.trim() : null;
  });
  assertEquals([log.split("\n").length, JSON.parse(log).message], [1, "begun again"]);
  // What is started now has nothing of it in its environment, and no descriptor.
  assertEquals((await box.own(["start", "off"]).status).code, 0);
  const off = await runner.spawnOf("off");
  assertTrue(!Deno.readTextFileSync(`/proc/${off}/environ`).includes("HANDOVER"), "no word of it");
  const fds = [...Deno.readDirSync(`/proc/${off}/fd`)].map(({ name }) => name).sort();
  assertEquals(fds, ["0", "1", "2"]);
  assertEquals(await runner.stop(), 0);
  assertTrue(!isAlive(child), "the child is stopped by the new program");
});

/** One connection after another, each with a request, until it is told to stop. Gives why some were refused. */
function knock(path: string): { readonly stop: () => Promise<readonly string[]> } {
  let isOver = false;
  const refused: string[] = [];
  const going = (async () => {
    while (!isOver) {
      try {
        using connection = await Deno.connect({ transport: "unix", path });
        await connection.write(new TextEncoder().encode("GET /healthz HTTP/1.0\r\n\r\n"));
        await new Response(connection.readable).text();
      } catch (error) {
        // One that was let in before the end may be broken off; nobody may be turned away.
        const isCut = error instanceof Deno.errors.BrokenPipe ||
          error instanceof Deno.errors.ConnectionReset;
        if (!isCut) refused.push(String(error));
      }
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await going;
      return refused;
    },
  };
}

Deno.test("upgrade twice under load loses no byte and refuses no connection", async () => {
  await using box = new Installed();
  // As fast as it can, then slower, and its end waits for the last upgrade.
  const script = "i=0; while [ $i -lt 150 ]; do seq $((i*20000+1)) $((i*20000+20000)); " +
    "i=$((i+1)); [ $i -lt 60 ] || [ -e go ] || sleep 0.02; " +
    "while [ $i = 140 ] && [ ! -e go ]; do sleep 0.02; done; done";
  box.write(
    "runner.toml",
    `
[program.load]
command = "sh -c '${script}'"
stdout_logfile = "load.log"
stdout_logfile_maxbytes = 0
${QUICK}`,
  );
  const runner = box.own(["start", "runner.toml"]);
  await runner.spawnOf("load");
  const path = await until("its socket", () => {
    const found = [...Deno.readDirSync(box.path("run"))].find(({ name }) => name.endsWith(".sock"));
    return found === undefined ? null : box.path(`run/${found.name}`);
  });
  const knocking = knock(path);
  await again(box);
  await again(box);
  const refused = await knocking.stop();
  box.write("go", "");
  await runner.said(/exited: load \(exit status 0; expected\)/);
  await takenOver(runner, 2);
  const lines = (await box.read("load.log")).split("\n");
  assertEquals([lines.length, lines.pop()], [3_000_001, ""]);
  assertEquals(lines.findIndex((line, index) => line !== String(index + 1)), -1);
  assertEquals(refused, []);
  assertEquals(await runner.stop(), 0);
});

Deno.test("who ends, stops or is replaced during an upgrade comes to the same end as without it", async () => {
  await using box = new Installed();
  box.write(
    "runner.toml",
    `
[program.ends]
command = "sh -c 'while [ ! -e end ]; do sleep 0.01; done; exit 7'"
exitcodes = [7]
${QUICK}
[program.hard]
command = "${CHILDREN}/ignores_term.sh"
stopwaitsecs = 3
startsecs = 0
[program.web]
command = "sleep 1000"
numprocs = 3
process_name = "web_%(process_num)d"
startsecs = 1
`,
  );
  const runner = box.own(["start", "runner.toml"]);
  const hard = await runner.spawnOf("hard");
  await runner.said(/(success: web_\d [^]*){3}/);
  assertEquals((await box.own(["stop", "hard", "--no-wait"]).status).code, 0);
  assertEquals((await box.own(["reload", "web", "--no-wait"]).status).code, 0);
  const upgrading = box.upgrade("--reexec");
  await runner.said(/handing over/);
  box.write("end", "");
  assertEquals((await upgrading).code, 0);
  await runner.said(/exited: ends \(exit status 7; expected\)/);
  await runner.said(/killing 'hard' \(\d+\) with SIGKILL/);
  await until("its end", () => !isAlive(hard));
  await runner.said(/3 processes replaced/);
  const log = await runner.stderr();
  assertTrue(log.indexOf("has taken over") < log.indexOf("3 processes replaced"), log);
  assertEquals(await runner.stop(), 0);
});

Deno.test("a FastCGI socket and an event listener go on over an upgrade", async () => {
  await using box = new Installed();
  const path = box.path("php.sock");
  box.write(
    "runner.ini",
    `
[supervisord]
[fcgi-program:php]
command=/usr/bin/python3 ${CHILDREN}/accepts.py
socket=unix://${path}
startsecs=0
[eventlistener:hears]
command=${CHILDREN}/event_listener.sh ${box.path("events")}
events=PROCESS_STATE_STOPPED
startsecs=0
[program:plain]
command=sleep 1000
startsecs=0
`,
  );
  const runner = box.own(["start", "runner.ini"]);
  const php = await runner.spawnOf("php");
  const plain = await runner.spawnOf("plain");
  const ask = async () => {
    using connection = await Deno.connect({ transport: "unix", path });
    await connection.write(new TextEncoder().encode("who"));
    return Number(await new Response(connection.readable).text());
  };
  await until("its answer", async () => {
    try {
      return await ask() === php;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  });
  const { ino } = Deno.statSync(path);
  await again(box);
  assertEquals([await ask(), Deno.statSync(path).ino], [php, ino]);
  assertTrue(isAlive(plain), "a program beside it");
  assertEquals((await box.own(["stop", "plain"]).status).code, 0);
  // It writes what it hears in pieces.
  const heard = /^PROCESS_STATE_STOPPED \d+ processname:plain /;
  await until("its event", async () => heard.test(await box.read("events")));
  // The socket goes with the last program that has it.
  assertEquals((await box.own(["stop", "php"]).status).code, 0);
  assertTrue(![...Deno.readDirSync(box.folder)].some(({ name }) => name === "php.sock"), "gone");
  assertEquals(await runner.stop(), 0);
});

/** Beats, becomes ready when it may, and then says that it is. */
const SPEAKS = `
import os, socket, time
speech = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
speech.connect(os.environ["NOTIFY_SOCKET"].replace("@", "\\0", 1))
while True:
    speech.send(b"WATCHDOG=1")
    if os.path.exists("go"):
        speech.send(b"READY=1\\nSTATUS=at last")
    time.sleep(0.05)
`;

Deno.test("a program that is not ready yet becomes so over an upgrade, by its own word or by half a line", async () => {
  await using box = new Installed();
  box.write("speaks.py", SPEAKS);
  box.write(
    "runner.toml",
    `
[program.speaks]
command = "/usr/bin/python3 speaks.py"
ready = "notify"
watchdog = "10s"
startsecs = 0
[program.line]
command = "sh -c 'printf \\"now re\\"; echo said >&2; while [ ! -e go ]; do sleep 0.05; done; echo ady; exec sleep 1000'"
ready = "log:now ready"
startsecs = 0
`,
  );
  const runner = box.own(["start", "runner.toml"]);
  const [speaks, line] = [await runner.spawnOf("speaks"), await runner.spawnOf("line")];
  await again(box);
  assertEquals((await stateOf(box, "speaks"))["state"], "STARTING");
  box.write("go", "");
  await runner.said("success: speaks entered RUNNING state");
  await runner.said("success: line entered RUNNING state");
  await again(box);
  await until("its word", async () => {
    const described = box.own(["describe", "speaks"]);
    await described.status;
    return /at last/.test(await described.stdout());
  });
  assertEquals([await runner.pidsOf("speaks"), await runner.pidsOf("line")], [[speaks], [line]]);
  assertEquals(await runner.stop(), 0);
});

Deno.test("what the manifest says by then is applied; with a broken one all runs on as it did", async () => {
  await using box = new Installed();
  const one = `[program.one]\ncommand = "sleep 1000"\nstartsecs = 0\n`;
  box.write("runner.toml", one);
  const runner = box.own(["start", "runner.toml"]);
  const child = await runner.spawnOf("one");
  box.write("runner.toml", `${one}[program.two]\ncommand = "sleep 1000"\nstartsecs = 0\n`);
  await again(box);
  const two = await runner.spawnOf("two");
  box.write("runner.toml", "[program.one]\ncommnad = 1\n");
  await again(box);
  await runner.said(/has problems: the running configuration stays/);
  assertTrue(isAlive(child) && isAlive(two), "both run on");
  assertEquals([await runner.pidsOf("one"), await runner.pidsOf("two")], [[child], [two]]);
  assertEquals(await runner.stop(), 0);
});

/** Asks a runner over its socket, as nobody can who has no program of it any more. */
async function post(box: Installed, path: string): Promise<string> {
  const socket = [...Deno.readDirSync(box.path("run"))].find(({ name }) => name.endsWith(".sock"));
  using connection = await Deno.connect({
    transport: "unix",
    path: box.path(`run/${socket?.name}`),
  });
  const head = `POST /api/v1/${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n`;
  const type = "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
  await connection.write(new TextEncoder().encode(head + type));
  return await new Response(connection.readable).text();
}

const ONE = `[program.one]\ncommand = "sleep 1000"\nstartsecs = 0\n`;

/** A runner whose program on disk is another one by now. */
async function withOther(box: Installed, script: string) {
  box.write("runner.toml", ONE);
  const runner = box.own(["start", "runner.toml"]);
  const child = await runner.spawnOf("one");
  await runner.said("entered RUNNING state");
  Deno.removeSync(box.program);
  box.write("bin/runner", `#!/bin/sh\n${script}\n`, 0o755);
  return { runner, child };
}

/** Says that it can take over; what follows is what it does then. */
const CLAIMS = "if [ x$RUNNER_HANDOVER = xtry ]; then echo runner-handover 1; $TRIED exit 0; fi";

Deno.test("a runner goes on when the program on disk cannot take over, and says why", async () => {
  await using box = new Installed();
  const { runner, child } = await withOther(box, "echo no idea; exit 1");
  const reply = await post(box, "upgrade");
  assertTrue(/^HTTP\/1.1 409 /.test(reply), reply);
  assertTrue(reply.includes("cannot take over what this one runs: no idea"), reply);
  assertTrue(isAlive(child), "it runs on");
  assertEquals(await runner.stop(), 0);
});

Deno.test("a runner goes on when the program on disk cannot be run any more", async () => {
  await using box = new Installed();
  const { runner, child } = await withOther(box, CLAIMS.replace("$TRIED", 'rm "$0";'));
  const reply = await post(box, "upgrade");
  assertTrue(/^HTTP\/1.1 202 /.test(reply), reply);
  await runner.said(/Cannot go on as .*: ENOENT; this program goes on/);
  const restarted = box.run(["restart", "one"]);
  assertEquals((await restarted.status).code, 0, await restarted.stderr());
  assertTrue(!isAlive(child) && await runner.spawnOf("one", 2) !== child, "it does its work");
  assertEquals(await runner.stop(), 0);
});

Deno.test("what a program that took over and died has left is stopped before anything is started", async () => {
  await using box = new Installed();
  const { runner, child } = await withOther(box, `${CLAIMS.replace("$TRIED", "")}; exit 3`);
  const reply = await post(box, "upgrade");
  assertTrue(/^HTTP\/1.1 202 /.test(reply), reply);
  assertEquals((await runner.status).code, 3);
  assertTrue(isAlive(child), "it is left behind");
  const next = box.run(["start", "runner.toml"]);
  await next.said(`an earlier runner was killed and left one:one (${child}): stopping them`);
  await next.spawnOf("one");
  assertTrue(!isAlive(child), "never two copies");
  assertEquals(await next.stop(), 0);
});

Deno.test("a runner in the background stays there, and its service manager hears it reload", async () => {
  await using box = new Installed();
  const socket = `@${box.folder}/notify`;
  await using manager = await listenForNotices(socket, box.path("said"));
  box.write(
    "runner.toml",
    `[runner]\ndirectory = "/"\npidfile = "${box.path("pid")}"\n` +
      `[program.one]\ncommand = "sleep 1000"\nstartsecs = 0\n`,
  );
  const start = box.own(["start", "-d", "runner.toml"], { NOTIFY_SOCKET: socket });
  assertEquals((await start.status).code, 0);
  await manager.said(/READY=1/);
  const pid = Number(await box.read("pid"));
  await again(box);
  await until("reloading, then ready", async () => {
    const words = (await manager.messages()).flatMap((line) =>
      line.match(/\b(READY|RELOADING|STOPPING)(?==1)/g) ?? []
    );
    return words.join(" ") === "READY RELOADING READY";
  });
  assertEquals([Deno.readLinkSync(`/proc/${pid}/cwd`), Number(await box.read("pid"))], ["/", pid]);
  const log = await box.read("runner.log");
  assertTrue(log.includes("has taken over") && log.includes("spawned: 'one'"), log);
  Deno.kill(pid, "SIGTERM");
  await until("its end", () => !isAlive(pid));
  assertTrue(![...Deno.readDirSync(box.folder)].some(({ name }) => name === "pid"), "no pidfile");
});

Deno.test("a letter that is not for it does not keep a runner from its work", async () => {
  await using box = new Installed();
  for (const word of ["7", "1", "0", "x", ""]) {
    const run = box.own(["version"], { RUNNER_HANDOVER: word });
    assertEquals((await run.status).code, 0);
    assertTrue((await run.stdout()).startsWith("runner "), word);
  }
});

/** Leaves a letter as a program before would, and becomes a runner in the same process. */
const LEAVES = `
import os, sys, fcntl
fd = os.memfd_create("letter", os.MFD_ALLOW_SEALING)
os.write(fd, ("runner-handover %d %s 9\\n%s" % (os.getpid(), sys.argv[1], sys.argv[2])).encode())
fcntl.fcntl(fd, 1033, 15)
os.set_inheritable(fd, True)
os.environ["RUNNER_HANDOVER"] = str(fd)
os.execv(sys.argv[3], sys.argv[3:])
`;

Deno.test("a letter that it cannot understand has a runner start anew", async () => {
  await using box = new Installed();
  box.write("leaves.py", LEAVES);
  box.write("runner.toml", `[program.one]\ncommand = "sleep 1000"\nstartsecs = 0\n`);
  const cases = [["99", "{}", "Cannot take over format 99"], ["1", "{", "Cannot understand"]];
  for (const [format = "", body = "", word = ""] of cases) {
    const script = `shift; exec /usr/bin/python3 leaves.py '${format}' '${body}' "$0" "$@"`;
    const wrapper = ["sh", "-c", script, box.program];
    const runner = box.run(["start", "runner.toml"], { wrapper });
    await runner.said(`${word}`);
    await runner.said("entered RUNNING state");
    assertEquals(await runner.stop(), 0);
  }
});
