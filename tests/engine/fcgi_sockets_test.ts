// The sockets of FastCGI programs: one for all children, open as long as one of them lives.
import { newPool } from "../../src/core/pool.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { FcgiPlan, ProcessPlan } from "../../src/manifest/plan.ts";
import { assertEquals } from "../support/assert.ts";
import { FakeErrands } from "../support/fake_errands.ts";
import { FakeClock, FakeHost } from "../support/fake_host.ts";
import { planOf, processPlan, SUPERVISORD } from "../support/plans.ts";

const SOCKET: FcgiPlan = { socket: "tcp://*:9", backlog: null, owner: null, mode: null };

function php(name: string, own: Partial<FcgiPlan> = {}): ProcessPlan {
  const restart = { ...SUPERVISORD, startSeconds: 0, autorestart: "unexpected" } as const;
  const fcgi = { ...SOCKET, ...own };
  return processPlan(name, { group: "php", kind: "fcgi-program", stdin: "pipe", fcgi, restart });
}

function rig(processes: readonly ProcessPlan[], host = new FakeHost()) {
  const engine = new Engine(newPool(planOf(processes), 10_000), {
    clock: new FakeClock(),
    children: host,
    memory: host,
    inherited: { PATH: "/bin" },
    workingDirectory: "/srv",
    serverUrl: null,
    defaultRlimits: [],
    kindOf: () => "executable",
    marks: () => ({}),
    cgroupFor: () => null,
    output: {
      attach: () => {},
      drain: () => {},
      adjust: () => {},
      forget: () => {},
      writeLine: () => {},
    },
    journal: { add: () => {}, remove: () => {} },
    errands: new FakeErrands(),
    report: () => {},
    settled: () => {},
    reportStranger: () => {},
  });
  engine.post({ kind: "boot" });
  const end = (pid: number, code: number) => {
    host.end(pid, { kind: "code", code });
    engine.reap();
  };
  return { engine, host, end };
}

Deno.test("Engine opens one socket for all children of a FastCGI program, and hands it to them", () => {
  const { host, end } = rig([php("a"), php("b")]);
  assertEquals(host.sockets, ["open tcp://*:9"]);
  const stdins = host.requests.map(({ stdin }) => stdin);
  assertEquals(stdins, [{ kind: "fd", fd: 5_000 }, { kind: "fd", fd: 5_000 }]);
  end(100, 0);
  assertEquals(host.sockets, ["open tcp://*:9"]);
  end(101, 0);
  assertEquals(host.sockets, ["open tcp://*:9", "close tcp://*:9"]);
});

Deno.test("Engine keeps the socket of a child that is started again at once", () => {
  const { host, end } = rig([php("a")]);
  end(100, 1);
  assertEquals(host.requests.length, 2);
  assertEquals(host.sockets, ["open tcp://*:9"]);
});

Deno.test("Engine takes a socket that cannot be opened for a failed start", () => {
  const host = new FakeHost();
  host.socketFault = "couldn't make socket: EADDRINUSE";
  const { engine } = rig([php("a")], host);
  const process = engine.pool.processes.get("php:a");
  assertEquals([process?.state.name, process?.spawnError], ["BACKOFF", host.socketFault]);
  assertEquals(host.requests, []);
});

Deno.test("Engine gives the socket back when the command cannot be found", () => {
  const { engine, host } = rig([{ ...php("a"), commandFault: "no closing quotation" }]);
  assertEquals(engine.pool.processes.get("php:a")?.state.name, "BACKOFF");
  assertEquals(host.sockets, ["open tcp://*:9", "close tcp://*:9"]);
});

Deno.test("Engine changes a socket that old children still have open", () => {
  const { engine, host, end } = rig([php("a"), php("b")]);
  const plan = planOf([php("a", { backlog: 7 }), php("b", { backlog: 7 })]);
  engine.post({ kind: "command", command: { kind: "update", plan } });
  end(100, 0);
  assertEquals(host.sockets, ["open tcp://*:9", "adjust tcp://*:9"]);
  assertEquals(host.requests.length, 3);
});

Deno.test("Engine writes to the stdin of a child that has one and is not being stopped", () => {
  const { engine, host, end } = rig([
    processPlan("in", { stdin: "pipe" }),
    processPlan("none"),
    php("a"),
  ]);
  const write = (id: string) => engine.writeStdin(id, new TextEncoder().encode("hi"));
  assertEquals(write("in:in"), "sent");
  assertEquals(host.stdins.get(1002), "hi");
  assertEquals([write("none:none"), write("php:a")], ["closed", "closed"]);
  assertEquals(write("nobody:nobody"), "not-running");
  host.makeRoom(1002, -1);
  assertEquals(write("in:in"), "closed");
  engine.post({ kind: "command", command: { kind: "stop", ids: ["none:none"] } });
  assertEquals(write("none:none"), "not-running");
  end(101, 0);
  assertEquals(write("none:none"), "not-running");
});
