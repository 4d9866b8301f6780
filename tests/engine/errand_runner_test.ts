// Errands with real children: what they are given, what they say, and how they end.
import { ErrandRunner } from "../../src/engine/errand_runner.ts";
import { kindOf } from "../../src/os/manifest_context.ts";
import type { Errand, ErrandEnd } from "../../src/ports/errands.ts";
import { hasSucceeded } from "../../src/ports/errands.ts";
import type { JournalEntry } from "../../src/ports/journal.ts";
import type { ProcessPlan } from "../../src/manifest/plan.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { FakeClock } from "../support/fake_host.ts";
import "../support/open_libraries.ts";
import { processPlan } from "../support/plans.ts";
import { TestHost } from "../support/test_host.ts";
import { isAlive, textOf, until } from "../support/wait.ts";

/** Errands on a real host, with a journal that is looked into. */
class Rig implements AsyncDisposable {
  readonly host = new TestHost();
  readonly clock = new FakeClock();
  readonly journal = new Map<number, JournalEntry>();
  readonly errands = new ErrandRunner({
    children: this.host.children,
    clock: this.clock,
    pipes: this.host.poller,
    journal: {
      add: (entry) => void this.journal.set(entry.pid, entry),
      remove: (pid) => void this.journal.delete(pid),
    },
    inherited: { PATH: "/usr/bin:/bin", NOTIFY_SOCKET: "/run/manager", OURS: "1" },
    workingDirectory: Deno.cwd(),
    serverUrl: null,
    defaultRlimits: [],
    kindOf,
    marks: (id, run) => ({ RUNNER_MARK: `test/${id}/${run}` }),
    cgroupFor: () => null,
  });

  /** What the host has reaped is given to the errands, as the engine does it. */
  look(): void {
    this.clock.pass(0);
    for (const reaped of this.host.strangers.splice(0)) this.errands.reaped(reaped);
  }

  async send(script: string, own: Partial<Errand> = {}): Promise<ErrandEnd> {
    let end: ErrandEnd | null = null;
    this.errands.send(errand(script, own), (told) => end = told);
    return await until("the end of the errand", () => {
      this.look();
      return end;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.errands[Symbol.dispose]();
    await this.host[Symbol.asyncDispose]();
  }
}

function errand(script: string, own: Partial<Errand> = {}): Errand {
  return {
    name: "test of web",
    command: ["/bin/sh", "-c", script],
    like: null,
    environment: {},
    stdin: null,
    timeout: 60_000,
    ...own,
  };
}

function like(own: Partial<ProcessPlan> = {}): Errand["like"] {
  return processPlan("web", { directory: "/usr", environment: { COLOUR: "red" }, ...own });
}

Deno.test("ErrandRunner gives the exit status and what was said on both streams", async () => {
  await using rig = new Rig();
  const end = await rig.send("echo out; echo err >&2; exit 3");
  assertEquals(end, {
    exit: { kind: "code", code: 3 },
    timedOut: false,
    fault: null,
    output: "out\nerr",
  });
  assertTrue(!hasSucceeded(end), "status 3 is no success");
  assertTrue(hasSucceeded(await rig.send("exit 0")), "status 0 is a success");
  assertEquals([rig.errands.underWay, rig.journal.size], [0, 0]);
});

Deno.test("ErrandRunner runs in the folder and with the environment of the program it is like", async () => {
  await using rig = new Rig();
  const { output } = await rig.send('echo "$PWD $COLOUR $OURS $MORE $RUNNER_MARK"', {
    like: like(),
    environment: { MORE: "2" },
  });
  assertEquals(output, "/usr red 1 2 test/test of web/1");
});

Deno.test("ErrandRunner keeps the words of the service manager from what is like no program", async () => {
  await using rig = new Rig();
  const { output } = await rig.send('echo "$PWD $OURS ${NOTIFY_SOCKET-none}"');
  assertEquals(output, `${Deno.cwd()} 1 none`);
});

Deno.test("ErrandRunner writes all of a stdin and closes it", async () => {
  await using rig = new Rig();
  const { output } = await rig.send("wc -c", { stdin: "x".repeat(300_000) });
  assertEquals(output, "300000");
  assertEquals((await rig.send("cat")).output, "");
});

Deno.test("ErrandRunner keeps the end of a long output, from a whole character on", async () => {
  await using rig = new Rig();
  const { output } = await rig.send("yes äöü | head -c 199997; echo; echo the end");
  assertTrue(/^[äöü\n]+the end$/.test(output), output);
  assertTrue(new TextEncoder().encode(output).length <= 4096, "it is bounded");
});

Deno.test("ErrandRunner kills what one that comes again and again leaves in its group, and nothing else", async () => {
  await using rig = new Rig();
  const script = "sleep 1000 >/dev/null 2>&1 & echo $!";
  const swept = Number((await rig.send(script, { isSwept: true })).output);
  const kept = Number((await rig.send(script)).output);
  await until("what was left to go", () => !isAlive(swept));
  assertEquals(isAlive(kept), true);
  Deno.kill(kept, "SIGKILL");
});

Deno.test("ErrandRunner kills the whole tree of one that takes too long", async () => {
  await using rig = new Rig();
  const file = await Deno.makeTempFile();
  // The second one has a session of its own.
  const script = `echo said; setsid sleep 1000 & echo $! >${file}; sleep 1000`;
  const ended = rig.send(script, { timeout: 300 });
  const pid = Number(await until("a descendant", async () => (await textOf(file)).trim() || null));
  rig.clock.pass(300);
  assertEquals(await ended, { exit: null, timedOut: true, fault: null, output: "said" });
  await until("its descendant to be gone", () => !isAlive(pid));
  await Deno.remove(file);
});

Deno.test("ErrandRunner tells why a command could not be run", async () => {
  await using rig = new Rig();
  const absent = await rig.send("", { command: ["no-such-command"] });
  assertEquals([absent.exit, absent.fault], [null, "can't find command 'no-such-command'"]);
  const nowhere = await rig.send("true", { like: like({ directory: "/no/such/folder" }) });
  assertEquals(nowhere.exit, null);
  assertTrue(/chdir|directory/.test(nowhere.fault ?? ""), nowhere.fault ?? "");
});

Deno.test("ErrandRunner kills a disposed errand and tells nothing of it", async () => {
  await using rig = new Rig();
  let told = 0;
  const sent = rig.errands.send(errand("sleep 1000"), () => told++);
  const pid = await until("its pid", () => [...rig.journal.keys()][0]);
  assertEquals(rig.journal.get(pid)?.id, "test of web");
  sent[Symbol.dispose]();
  await until("its end", () => {
    rig.look();
    return rig.errands.underWay === 0;
  });
  assertEquals([told, isAlive(pid), rig.journal.size], [0, false, 0]);
});

Deno.test("ErrandRunner takes no stranger for an errand", async () => {
  await using rig = new Rig();
  const exit = { kind: "code", code: 0 } as const;
  assertEquals(rig.errands.reaped({ pid: 4_000_000, exit, launchFault: null }), false);
});

Deno.test("ErrandRunner does not wait for what an errand leaves in the background", async () => {
  await using rig = new Rig();
  const end = await rig.send("sleep 1000 & echo $!");
  assertEquals(end.exit, { kind: "code", code: 0 });
  assertTrue(isAlive(Number(end.output)), "it is left alone");
});
