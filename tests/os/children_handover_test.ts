// Children that another object goes on with: their signals, ends, orphans and failed starts are known to it.
import { decodePlain, encodePlain } from "../../src/base/plain_json.ts";
import { Children, type ChildrenState } from "../../src/os/children.ts";
import type { Reaped, SpawnRequest } from "../../src/ports/host.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { PLAIN } from "../support/test_host.ts";
import { isAlive, until } from "../support/wait.ts";

function start(children: Children, request: Partial<SpawnRequest>): number {
  const spawned = children.spawn({ ...PLAIN, ...request });
  if (spawned.kind === "failed") throw new Error(spawned.reason);
  return spawned.pid;
}

function shell(children: Children, script: string): number {
  return start(children, { path: "/bin/sh", argv: ["sh", "-c", script] });
}

function handOver(children: Children): ChildrenState {
  return decodePlain(encodePlain(children.handOver()));
}

async function endOf(children: Children, pid: number): Promise<Reaped> {
  return await until(`the end of ${pid}`, () => children.reap().find((one) => one.pid === pid));
}

Deno.test("Children goes on with the children of another: signals reach them, and their ends are told", async () => {
  using first = new Children();
  const pids = [shell(first, "sleep 1000"), shell(first, "exit 7")];
  const [long = 0, short = 0] = pids;
  const next = new Children(null, handOver(first));
  assertEquals((await endOf(next, short)).exit, { kind: "code", code: 7 });
  assertTrue(next.signal(long, 15, "group"), "it is known as ours");
  assertEquals((await endOf(next, long)).exit, { kind: "signal", signal: 15, coreDumped: false });
  assertTrue(!next.signal(long, 15, "process"), "it is known to have ended");
});

Deno.test("Children finds what a child of another has left in a session of its own", async () => {
  using first = new Children();
  const folder = await Deno.makeTempDir({ prefix: "orphan-" });
  try {
    const script = `env -i setsid sh -c 'echo $$ > ${folder}/pid; exec sleep 1000' & sleep 1000`;
    const child = shell(first, script);
    const orphan = await until("its pid", () => {
      try {
        return Number(Deno.readTextFileSync(`${folder}/pid`));
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return null;
        throw error;
      }
    });
    const next = new Children(null, handOver(first));
    next.signal(child, 9, "process");
    await endOf(next, child);
    assertTrue(isAlive(orphan), "it has outlived its child");
    assertEquals(next.sweep(child, "") >= 1, true);
    await until("its end", () => {
      next.reap();
      return !isAlive(orphan);
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("Children knows why a child of another could not become its program", async () => {
  using first = new Children();
  const pid = start(first, { path: "/nowhere/program", argv: ["program"] });
  const next = new Children(null, handOver(first));
  const { launchFault } = await endOf(next, pid);
  assertTrue(launchFault !== null && launchFault.includes("ENOENT"), String(launchFault));
});
