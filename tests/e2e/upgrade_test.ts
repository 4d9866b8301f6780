// The upgrade: a file is replaced whole or not at all, and a runner goes on as the new one under its old pid.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { listenForNotices } from "../support/notify_receiver.ts";
import { Installed } from "../support/installed_runner.ts";
import { BINARY } from "../support/runner_process.ts";
import { isAlive, until } from "../support/wait.ts";

function inode(path: string): number | null {
  return Deno.statSync(path).ino;
}

Deno.test("upgrade replaces the file, keeps its mode, and leaves the old one beside it", async () => {
  await using box = new Installed();
  const before = inode(box.program);
  const { code, text, said } = await box.upgrade("--from", box.pretender(0));
  assertEquals(code, 0, said);
  assertTrue(/: \S+ replaced by 9\.9\.9; the old one is .*\/bin\/runner\.old\n$/.test(text), text);
  assertEquals(inode(`${box.program}.old`), before);
  assertEquals((Deno.statSync(box.program).mode ?? 0) & 0o777, 0o750);
  assertEquals(await box.read("bin/runner"), await box.read("pretender"));
  assertEquals(box.inBin(), ["runner", "runner.old"]);
});

Deno.test("upgrade changes nothing for what is no runner", async () => {
  await using box = new Installed();
  const before = inode(box.program);
  const refused: readonly (readonly [string, string, number])[] = [
    ["/bin/false", "does not say what version", 1],
    [box.write("text", "no program"), "does not say what version", 1],
    [box.path("missing"), "Cannot read", 1],
    [box.folder, "it is no file", 2],
    [box.program, "that is to be replaced", 2],
  ];
  for (const [from, word, status] of refused) {
    const { code, said } = await box.upgrade("--from", from);
    assertEquals(code, status, said);
    assertTrue(said.includes(word), said);
  }
  assertEquals([box.inBin(), inode(box.program)], [["runner"], before]);
});

const MANIFEST = `
[program.web]
command = "sleep 1000"
startsecs = 0
`;

Deno.test("upgrade says before anything is done that it cannot keep what runs, and heeds the new one's word", async () => {
  await using box = new Installed();
  box.write("runner.toml", MANIFEST);
  const runner = box.own(["start", "runner.toml"]);
  const child = await runner.spawnOf("web");
  await runner.said("entered RUNNING state");
  const before = inode(box.program);
  const plain = await box.upgrade("--from", box.pretender(0));
  assertEquals(plain.code, 1, plain.said);
  assertTrue(plain.said.includes(`${runner.pid} ${box.folder}/runner.toml`), plain.said);
  const unfit = await box.upgrade("--from", box.pretender(2), "--restart");
  assertEquals(unfit.code, 1, unfit.said);
  assertTrue(unfit.said.includes("9.9.9 does not take"), unfit.said);
  assertEquals([box.inBin(), inode(box.program)], [["runner"], before]);
  const left = await box.upgrade("--from", box.pretender(0), "--file-only");
  assertEquals(left.code, 0, left.said);
  assertEquals([isAlive(child), inode(`/proc/${runner.pid}/exe`)], [true, before]);
  assertEquals(await runner.stop(), 0);
});

Deno.test("upgrade --restart has a runner go on as the new one: same pid, and its service manager hears it reload", async () => {
  await using box = new Installed();
  const socket = `@${box.folder}/notify`;
  await using manager = await listenForNotices(socket, box.path("said"));
  box.write("runner.toml", MANIFEST);
  const runner = box.own(["start", "runner.toml"], { NOTIFY_SOCKET: socket });
  const child = await runner.spawnOf("web");
  await manager.said(/READY=1/);
  const from = box.path("new");
  await Deno.copyFile(BINARY, from);
  const { code, text, said } = await box.upgrade("--from", from, "--restart");
  assertEquals(code, 0, said);
  assertTrue(text.includes(`runner ${runner.pid} (${box.folder}/runner.toml) runs `), text);
  assertEquals(inode(`/proc/${runner.pid}/exe`), inode(box.program));
  assertTrue(await runner.spawnOf("web", 2) !== child && !isAlive(child), "a new child");
  await until("reloading, then ready", async () => {
    const words = (await manager.messages()).flatMap((line) =>
      line.match(/\b(READY|RELOADING|STOPPING)(?==1)/g) ?? []
    );
    return words.join(" ") === "READY RELOADING READY";
  });
  assertEquals(await runner.stop(), 0);
});

Deno.test("upgrade --restart leaves a runner in the background there", async () => {
  await using box = new Installed();
  box.write("runner.toml", `${MANIFEST}[runner]\ndirectory = "/"\n`);
  assertEquals((await box.own(["start", "-d", "runner.toml"]).status).code, 0);
  const from = box.path("new");
  await Deno.copyFile(BINARY, from);
  const { code, text, said } = await box.upgrade("--from", from, "--restart");
  assertEquals(code, 0, said);
  const pid = Number(text.match(/^runner (\d+)/m)?.[1]);
  assertEquals(Deno.readLinkSync(`/proc/${pid}/cwd`), "/");
  const environment = Deno.readTextFileSync(`/proc/${pid}/environ`);
  assertTrue(/\0RUNNER_READY=again\0/.test(environment), environment);
  Deno.kill(pid, "SIGTERM");
  await until("its end", () => !isAlive(pid));
});
