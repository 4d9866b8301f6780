// Children: what they are born with, how their ends are told, that none is mistaken for another.
import { decodeBytes } from "../../src/os/byte_text.ts";
import { decodeStatus } from "../../src/os/children.ts";
import type { SpawnRequest } from "../../src/ports/host.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { FIXTURES, PLAIN, TestHost, textOfBytes } from "../support/test_host.ts";

const isRoot = Deno.uid() === 0;
const NOBODY = {
  name: "nobody",
  uid: 65534,
  gid: 65534,
  groups: [65534, 12],
  home: "/",
  shell: "/bin/sh",
};

Deno.test("spawn() gives default signal dispositions and an empty mask", async () => {
  await using host = new TestHost();
  const { stdout } = await host.start({ path: "/bin/cat", argv: ["cat", "/proc/self/status"] })
    .ended;
  const masks = textOfBytes(stdout).split("\n").filter((line) => /^Sig(Blk|Ign|Cgt)/.test(line));
  assertEquals(masks.map((line) => line.split("\t")[1]), Array(3).fill("0000000000000000"));
});

Deno.test("spawn() gives a session and a group of its own and descriptors 0 to 2", async () => {
  await using host = new TestHost();
  const { stdout, reaped } = await host.shell("exec cat /proc/self/stat");
  const [pid, , , parent, group, session] = textOfBytes(stdout).split(" ").map(Number);
  assertEquals([pid, parent, group, session], [reaped.pid, Deno.pid, reaped.pid, reaped.pid]);
  const listing = await host.start({ path: "/bin/ls", argv: ["ls", "/proc/self/fd"] }).ended;
  assertEquals(textOfBytes(listing.stdout), "0\n1\n2\n3\n"); // 3 is the folder ls reads
});

Deno.test({
  name: "spawn() sets user, groups, umask, nice, limits, OOM score and folder",
  ignore: !isRoot,
  fn: async () => {
    await using host = new TestHost();
    const script =
      "id -u; id -g; id -G; umask; nice; ulimit -Sn; ulimit -Hn; ulimit -t; cat /proc/self/oom_score_adj; pwd";
    const { stdout, reaped } = await host.shell(script, {
      user: NOBODY,
      umask: 0o27,
      nice: -5,
      oomScoreAdj: 100,
      rlimits: [
        { resource: "nofile", soft: 100, hard: 200 },
        { resource: "cpu", soft: 1000, hard: null },
      ],
      directory: "/usr",
    });
    assertEquals(reaped.launchFault, null);
    const wanted = "65534 65534 65534,12 0027 -5 100 200 1000 100 /usr";
    const [uid, gid, groups, ...rest] = textOfBytes(stdout).trim().split("\n");
    const sorted = (groups ?? "").split(" ").sort((a, b) => Number(b) - Number(a)).join(",");
    assertEquals([uid, gid, sorted, ...rest].join(" "), wanted);
  },
});

Deno.test("spawn() hands over every byte of argv and environment but NUL", async () => {
  await using host = new TestHost();
  const bytes = Uint8Array.from({ length: 255 }, (_, index) => index + 1);
  const text = decodeBytes(bytes);
  const { stdout } = await host.start({
    path: "/usr/bin/printf",
    argv: ["printf", "%s", text],
    env: {},
  }).ended;
  assertEquals(stdout, bytes);
  const environment = await host.start({
    path: "/usr/bin/env",
    argv: ["env", "-0"],
    env: { ALL: text, "名": "值", EMPTY: "" },
  }).ended;
  assertEquals(decodeBytes(environment.stdout), `ALL=${text}\0名=值\0EMPTY=\0`);
});

const FAULTS: readonly [string, Partial<SpawnRequest>, string][] = [
  ["a missing program", { path: "/nope" }, "couldn't exec /nope: ENOENT"],
  ["a folder", { path: "/etc" }, "couldn't exec /etc: EACCES"],
  [
    "a text without interpreter",
    { path: `${FIXTURES}/no_interpreter` },
    `couldn't exec ${FIXTURES}/no_interpreter: ENOEXEC`,
  ],
  ["a missing folder", { directory: "/nope" }, "couldn't chdir to /nope: ENOENT"],
  [
    "a bad limit",
    { rlimits: [{ resource: "nofile", soft: 20, hard: 10 }] },
    "couldn't set rlimit nofile: EINVAL",
  ],
];

for (const [name, request, fault] of FAULTS) {
  Deno.test(`reap() tells the fault of a start with ${name}`, async () => {
    await using host = new TestHost();
    const { reaped } = await host.start(request).ended;
    assertEquals([reaped.launchFault, reaped.exit], [fault, { kind: "code", code: 127 }]);
  });
}

Deno.test({
  name: "reap() tells that another user may not do what root may",
  ignore: !isRoot,
  fn: async () => {
    await using host = new TestHost();
    const folder = Deno.makeTempDirSync();
    Deno.chmodSync(folder, 0o700);
    const { reaped } = await host.start({ user: NOBODY, directory: folder }).ended;
    Deno.removeSync(folder);
    assertEquals(reaped.launchFault, `couldn't chdir to ${folder}: EACCES`);
  },
});

Deno.test("reap() tells a program's own 127 from a failed start", async () => {
  await using host = new TestHost();
  const { reaped } = await host.shell("exit 127");
  assertEquals(reaped, { ...reaped, exit: { kind: "code", code: 127 }, launchFault: null });
});

Deno.test("reap() tells every exit code", async () => {
  await using host = new TestHost();
  const codes = Array.from({ length: 256 }, (_, code) => code);
  const ends = await Promise.all(codes.map((code) => host.shell(`exit ${code}`)));
  assertEquals(
    ends.map(({ reaped }) => reaped.exit),
    codes.map((code) => ({ kind: "code", code })),
  );
});

Deno.test("reap() tells every signal that ends a program", async () => {
  await using host = new TestHost();
  const harmless = [17, 18, 19, 20, 21, 22, 23, 28, 32, 33]; // CHLD, CONT, STOP … WINCH, and libc's own
  const signals = Array.from({ length: 64 }, (_, index) => index + 1)
    .filter((signal) => !harmless.includes(signal));
  const limits = { rlimits: [{ resource: "core", soft: 0, hard: null }] };
  const ends = await Promise.all(signals.map((signal) => host.shell(`kill -${signal} $$`, limits)));
  const wanted = signals.map((signal) => ({ kind: "signal", signal, coreDumped: false }));
  assertEquals(ends.map(({ reaped }) => reaped.exit), wanted);
});

Deno.test("decodeStatus() tells code, signal and core", () => {
  const table = [
    [0, { kind: "code", code: 0 }],
    [0xff00, { kind: "code", code: 255 }],
    [9, { kind: "signal", signal: 9, coreDumped: false }],
    [0x8b, { kind: "signal", signal: 11, coreDumped: true }],
    [64, { kind: "signal", signal: 64, coreDumped: false }],
  ] as const;
  for (const [status, exit] of table) assertEquals(decodeStatus(status), exit);
});

Deno.test("spawn() gives one pipe for both streams, in the order of writing", async () => {
  await using host = new TestHost();
  const argv = ["writes", "50"];
  const { stdout, stderr } = await host.fixture("writes_in_turn.sh", { argv, mergeStderr: true })
    .ended;
  const wanted = Array.from({ length: 50 }, (_, index) => `out ${index + 1}\nerr ${index + 1}\n`);
  assertEquals([textOfBytes(stdout), stderr.length], [wanted.join(""), 0]);
});

Deno.test("spawn() gives a stdin that stays open until we close it", async () => {
  await using host = new TestHost();
  const child = host.start({ path: "/bin/cat", argv: ["cat"], stdin: { kind: "pipe" } });
  child.write("one\n");
  child.closeStdin();
  assertEquals(textOfBytes((await child.ended).stdout), "one\n");
});

Deno.test("spawn() leaks no descriptor, whether it succeeds or fails", async () => {
  await using host = new TestHost();
  const count = () => [...Deno.readDirSync("/proc/self/fd")].length;
  await host.start({}).ended;
  const before = count();
  const requests = [{}, { path: "/nope" }, { mergeStderr: true }, { cgroup: "/nope" }];
  for (let round = 0; round < 25; round++) {
    const results = requests.map((request) => host.children.spawn({ ...PLAIN, ...request }));
    for (const result of results) {
      if (result.kind === "failed") continue;
      const fds = [result.stdout, result.stderr].filter((fd) => fd !== null);
      for (const fd of fds) host.poller.attach(fd, { write: () => true }, () => {}).close();
    }
  }
  assertEquals(count(), before);
});

const UNIFIED = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].find(hasGroups);

function hasGroups(folder: string): boolean {
  try {
    Deno.mkdirSync(`${folder}/runner-test-${Deno.pid}`);
    const isGroup = [...Deno.readDirSync(`${folder}/runner-test-${Deno.pid}`)].length > 0;
    Deno.removeSync(`${folder}/runner-test-${Deno.pid}`);
    return isGroup;
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}

Deno.test({
  name: "spawn() has the child born into its cgroup, also as another user",
  ignore: !isRoot || UNIFIED === undefined,
  fn: async () => {
    await using host = new TestHost();
    const cgroup = `${UNIFIED}/runner-test-${Deno.pid}`;
    Deno.mkdirSync(cgroup);
    const { stdout, reaped } = await host.shell("cat /proc/self/cgroup", { cgroup, user: NOBODY });
    assertEquals(reaped.launchFault, null);
    assertTrue(textOfBytes(stdout).includes(`0::/runner-test-${Deno.pid}\n`), textOfBytes(stdout));
    Deno.removeSync(cgroup);
  },
});

Deno.test("spawn() fails at once when the cgroup is not there", async () => {
  await using host = new TestHost();
  const result = host.children.spawn({ ...PLAIN, cgroup: "/nope" });
  assertEquals(result, { kind: "failed", reason: "couldn't enter cgroup /nope: ENOENT" });
});

Deno.test("spawn() starts two hundred children side by side, and each ends as it should", async () => {
  await using host = new TestHost();
  const count = 200;
  const ends = Array.from({ length: count }, () => host.start({}).ended);
  const exits = (await Promise.all(ends)).map(({ reaped }) => reaped.exit.kind);
  assertTrue(exits.every((kind) => kind === "code"), "a start went wrong");
});
