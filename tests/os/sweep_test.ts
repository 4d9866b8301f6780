// Signals and sweeps: everybody who belongs to a child is reached, and nobody else.
import { Launcher } from "../../src/os/launcher.ts";
import { readStat } from "../../src/os/proc_fs.ts";
import { signalExactly } from "../../src/os/signal_exactly.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { PLAIN, TestHost } from "../support/test_host.ts";
import { isAlive, until } from "../support/wait.ts";

const SIGTERM = 15;
const MARK = "RUNNER_MARK=test/run";
const MARKED = { env: { ...PLAIN.env, RUNNER_MARK: "test/run" } };

/** Waits until a process is the program it was started for, so that its environment is its own. */
function becomes(pid: number, name: string): Promise<unknown> {
  return until(
    `process ${pid} to be ${name}`,
    () => Deno.readTextFileSync(`/proc/${pid}/comm`) === `${name}\n`,
  );
}

const LEAVERS = ["leaves_group_member.sh", "leaves_own_session.sh"];
for (const name of LEAVERS) {
  Deno.test(`sweep() finds what ${name} has left after its end, by session or mark`, async () => {
    await using host = new TestHost();
    const child = host.fixture(name, MARKED);
    const left = await child.number();
    await becomes(left, "sleep");
    child.closeStdin();
    await child.ended;
    assertTrue(isAlive(left), "the fixture has left nothing");
    if (name === LEAVERS[1]) assertEquals(host.children.sweep(child.pid, "RUNNER_MARK=other"), 0);
    assertEquals(host.children.sweep(child.pid, name === LEAVERS[1] ? MARK : ""), 1);
    await until("its end", () => !isAlive(left));
    assertEquals(host.children.sweep(child.pid, MARK), 0);
  });
}

Deno.test("sweep() finds a process without mark and session that was seen at the stop", async () => {
  await using host = new TestHost();
  const child = host.fixture("leaves_scrubbed.sh", MARKED);
  const left = await child.number();
  await becomes(left, "sleep");
  assertTrue(host.children.signal(child.pid, SIGTERM, "process"), "no signal was sent");
  await child.ended;
  assertTrue(isAlive(left), "the fixture has left nothing");
  assertEquals(host.children.sweep(child.pid, MARK), 1);
  await until("its end", () => !isAlive(left));
});

Deno.test("sweep() kills a child that lives, with all that is below it", async () => {
  await using host = new TestHost();
  const child = host.fixture("leaves_own_session.sh");
  const left = await child.number();
  assertEquals(host.children.sweep(child.pid, MARK), 1);
  assertEquals((await child.ended).reaped.exit, { kind: "signal", signal: 9, coreDumped: false });
  await until("its end", () => !isAlive(left));
});

Deno.test("sweep() leaves other children and their descendants alone", async () => {
  await using host = new TestHost();
  const [one, other] = [
    host.fixture("leaves_own_session.sh", MARKED),
    host.fixture("leaves_own_session.sh"),
  ];
  const [ofOne, ofOther] = [await one.number(), await other.number()];
  await becomes(ofOther, "sleep");
  one.closeStdin();
  await one.ended;
  assertEquals(host.children.sweep(one.pid, MARK), 1);
  await until("its end", () => !isAlive(ofOne));
  assertTrue(isAlive(other.pid) && isAlive(ofOther), "a stranger was killed");
  assertEquals(host.children.sweep(other.pid, ""), 1);
});

Deno.test("signal() reaches process, group and tree as asked", async () => {
  await using host = new TestHost();
  const cases = [
    ["process", "leaves_group_member.sh", true],
    ["group", "leaves_group_member.sh", false],
    ["group", "leaves_own_session.sh", true],
    ["tree", "leaves_group_member.sh", false],
    ["tree", "leaves_own_session.sh", false],
    ["tree", "leaves_scrubbed.sh", false],
  ] as const;
  for (const [scope, fixture, survives] of cases) {
    const child = host.fixture(fixture);
    const below = await child.number();
    await becomes(below, "sleep");
    assertTrue(host.children.signal(child.pid, SIGTERM, scope), "no signal was sent");
    await child.ended;
    if (!survives) await until(`end by ${scope} of ${fixture}`, () => !isAlive(below));
    assertEquals(isAlive(below), survives, `${scope} ${fixture}`);
    host.children.sweep(child.pid, "");
  }
});

Deno.test("signal() and sweep() touch nobody who is not a child", async () => {
  await using host = new TestHost();
  const child = host.start({});
  await child.ended;
  using launcher = new Launcher();
  const request = { ...PLAIN, path: "/bin/sleep", argv: ["sleep", "1000"] };
  const launched = launcher.launch({ request, fds: [0, 1, 2], ownSession: true });
  assertTrue(launched.kind === "launched", "the stranger was not started");
  const stranger = launched.pid; // like an orphan whose origin is not known
  for (const pid of [stranger, child.pid, Deno.pid, 1, 0, -1]) {
    assertEquals(host.children.signal(pid, SIGTERM, "tree"), false, `signal ${pid}`);
    assertEquals(host.children.sweep(pid, MARK), 0, `sweep ${pid}`);
  }
  assertTrue(isAlive(stranger), "a stranger was killed");
  Deno.kill(stranger, "SIGKILL");
  await until(
    "the stranger to be reaped",
    () => host.strangers.some(({ pid }) => pid === stranger),
  );
});

Deno.test("signalExactly() spares a later process with the same pid", async () => {
  await using host = new TestHost();
  const child = host.start({ path: "/bin/sleep", argv: ["sleep", "1000"] });
  const startTime = readStat(child.pid)?.startTime ?? 0;
  assertEquals(signalExactly({ pid: child.pid, startTime: startTime - 1 }, 9), false);
  assertTrue(isAlive(child.pid), "another process was killed");
  assertEquals(signalExactly({ pid: child.pid, startTime }, 9), true);
  await child.ended;
  assertEquals(signalExactly({ pid: child.pid, startTime }, 9), false);
});

Deno.test("reap() collects a thousand orphans", async () => {
  await using host = new TestHost();
  const count = 1000;
  await host.fixture("leaves_orphans.sh", {
    argv: ["leaves", String(count)],
    stdin: { kind: "null" },
  })
    .ended;
  await until("all orphans", () => host.strangers.length >= count);
  assertTrue(host.strangers.every(({ exit }) => exit.kind === "code"), "an orphan was killed");
});

Deno.test("sweep() finds nobody below a hundred children that have ended together", async () => {
  await using host = new TestHost();
  const children = Array.from(
    { length: 100 },
    () => host.start({ path: "/bin/sleep", argv: ["sleep", "1000"] }),
  );
  for (const child of children) host.children.signal(child.pid, SIGTERM, "group");
  await Promise.all(children.map((child) => child.ended));
  for (const child of children) assertEquals(host.children.sweep(child.pid, MARK), 0);
});
