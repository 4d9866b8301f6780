// The control sockets of the compiled binary: their files, from the start to the end and over crashes.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { type RunnerProcess, Sandbox } from "../support/runner_process.ts";
import { until } from "../support/wait.ts";

function manifest(sandbox: Sandbox, program: string): string {
  return `[unix_http_server]
file = ${sandbox.path("control.sock")}
chmod = 0770
[http]
port = 127.0.0.1:${port}
username = ops
password = {SHA}82ab876d1387bfafe46cc1c8a2ef074eae50cb1d
[program:${program}]
command = sleep 1000
`;
}

const port = freePort();

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.transport === "tcp" ? listener.addr.port : 0;
}

/** Status of a GET. */
async function ask(...args: readonly string[]): Promise<string> {
  const options = ["-sS", "-o", "/dev/null", "-w", "%{http_code}", ...args];
  const { stdout } = await new Deno.Command("curl", { args: options, stderr: "null" }).output();
  return new TextDecoder().decode(stdout);
}

function modes(sandbox: Sandbox): Record<string, string> {
  const found: Record<string, string> = {};
  for (const folder of ["", "run/"]) {
    for (const { name, isSymlink } of Deno.readDirSync(sandbox.path(folder))) {
      if (!name.endsWith(".sock") || isSymlink) continue;
      const { mode } = Deno.statSync(sandbox.path(folder + name));
      found[folder === "" ? name : "own"] = ((mode ?? 0) & 0o7777).toString(8);
    }
  }
  return found;
}

async function up(runner: RunnerProcess, program: string): Promise<void> {
  await runner.said(`spawned: '${program}'`);
}

Deno.test("sockets have their modes, answer, and are gone at the end", async () => {
  await using sandbox = new Sandbox();
  const runner = sandbox.start(manifest(sandbox, "a"), { file: "a.ini" });
  await up(runner, "a");
  assertEquals(modes(sandbox), { "control.sock": "770", own: "600" });
  const socket = ["--unix-socket", sandbox.path("control.sock"), "http://x/healthz"];
  assertEquals(await ask(...socket), "200");
  const base = `http://127.0.0.1:${port}`;
  assertEquals(await ask(`${base}/healthz`), "200");
  assertEquals(await ask(`${base}/metrics`), "401");
  assertEquals(await ask("-u", "ops:thepassword", `${base}/metrics`), "200");
  assertEquals(await ask("-u", "ops:thepassword", "-H", "Host: evil.example", base), "421");
  assertEquals(await runner.stop(), 0);
  assertEquals(modes(sandbox), {});
  assertTrue(!(await runner.stderr()).includes("thepassword"), "no password in the log");
});

Deno.test("a socket that a crash has left is taken over, one in use is refused before anything starts", async () => {
  await using sandbox = new Sandbox();
  const first = sandbox.start(manifest(sandbox, "a"), { file: "a.ini" });
  await up(first, "a");
  first.signal("SIGKILL");
  await first.status;
  assertEquals(modes(sandbox), { "control.sock": "770", own: "600" });
  const second = sandbox.start(manifest(sandbox, "a"), { file: "a.ini" });
  await up(second, "a");
  const third = sandbox.start(manifest(sandbox, "b"), { file: "b.ini" });
  assertTrue((await third.status).code !== 0, "refused");
  const said = await third.stderr();
  assertTrue(/Cannot listen on .*: another program is listening on it/.test(said), said);
  assertTrue(!said.includes("spawned"), said);
  assertEquals(await ask("--unix-socket", sandbox.path("control.sock"), "http://x/healthz"), "200");
  assertEquals(await second.stop(), 0);
});

Deno.test("a socket file that is deleted comes back", async () => {
  await using sandbox = new Sandbox();
  const runner = sandbox.start(manifest(sandbox, "a"), { file: "a.ini" });
  await up(runner, "a");
  Deno.removeSync(sandbox.path("control.sock"));
  await runner.said("was gone: it has been made anew");
  assertEquals(
    await until("an answer", async () => {
      const status = await ask("--unix-socket", sandbox.path("control.sock"), "http://x/healthz");
      return status === "200" && status;
    }),
    "200",
  );
  assertEquals(await runner.stop(), 0);
});

Deno.test("a port for everybody without a password is refused with its place", async () => {
  await using sandbox = new Sandbox();
  const runner = sandbox.start('[program.a]\ncommand = "sleep 9"\n[http]\nport = "*:1"\n');
  assertEquals((await runner.status).code, 2);
  const said = await runner.stderr();
  assertTrue(/runner\.toml:4: \[http\] port: Listens on "\*:1"/.test(said), said);
});
