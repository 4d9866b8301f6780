// The whole runner started again in place: same pid, the manifest as it is now, nothing lost by a bad one.
import { assertEquals } from "../support/assert.ts";
import { BINARY, CHILDREN, type RunnerProcess, Sandbox } from "../support/runner_process.ts";

const WEB = `[program.web]\ncommand = "${CHILDREN}/forever.sh"\nstartsecs = 0\n`;
const MAIL = WEB.replace("web", "mail");

/** Asks for a restart over the control socket and gives the status of the reply. */
async function restart(box: Sandbox): Promise<string> {
  const socket = [...Deno.readDirSync(box.path("run"))].find(({ name }) => name.endsWith(".sock"));
  const { stdout } = await new Deno.Command("curl", {
    args: [
      ...["--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--data", "{}"],
      ...["--header", "content-type: application/json"],
      ...["--unix-socket", box.path(`run/${socket?.name}`), "http://runner/api/v1/restart"],
    ],
  }).output();
  return new TextDecoder().decode(stdout);
}

function isAlive(pid: number): boolean {
  try {
    return !Deno.readTextFileSync(`/proc/${pid}/stat`).includes(") Z ");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function binaryOf(runner: RunnerProcess): Promise<string> {
  return await Deno.readLink(`/proc/${runner.pid}/exe`);
}

Deno.test("a restart stops everything, reads the manifest again and keeps the pid", async () => {
  await using box = new Sandbox();
  const runner = box.start(WEB);
  const old = await runner.spawnOf("web");
  box.write("runner.toml", WEB + MAIL);
  assertEquals(await restart(box), "202");
  const fresh = await runner.spawnOf("web", 2);
  await runner.spawnOf("mail");
  assertEquals([isAlive(old), isAlive(fresh)], [false, true]);
  assertEquals(await binaryOf(runner), await Deno.realPath(BINARY));
  assertEquals(await restart(box), "202");
  await runner.spawnOf("mail", 2);
  assertEquals(await runner.stop(), 0);
  assertEquals([...Deno.readDirSync(box.path("run"))].map(({ name }) => name), []);
});

Deno.test("a restart with a bad manifest is refused, and everything runs on", async () => {
  await using box = new Sandbox();
  const runner = box.start(WEB);
  const pid = await runner.spawnOf("web");
  box.write("runner.toml", `${WEB}startretries = "many"\n`);
  assertEquals(await restart(box), "422");
  assertEquals([isAlive(pid), (await runner.pidsOf("web")).length], [true, 1]);
  assertEquals(await runner.stop(), 0);
});

Deno.test("whoever asks for the end during a restart gets it", async () => {
  await using box = new Sandbox();
  const runner = box.start(
    `[program.web]\ncommand = "${CHILDREN}/ignores_term.sh"\nstartsecs = 0\nstopwaitsecs = 2\n`,
  );
  await runner.spawnOf("web");
  assertEquals(await restart(box), "202");
  await runner.said("stopping everything: restart");
  assertEquals(await runner.stop(), 0);
  assertEquals((await runner.pidsOf("web")).length, 1);
});
