// `runner logs` with the compiled binary: what it shows, and that following loses and doubles nothing.
import { assertEquals } from "../support/assert.ts";
import { type RunnerProcess, Sandbox } from "../support/runner_process.ts";
import { until } from "../support/wait.ts";

/** Runs `runner logs` to its end. */
async function logs(sandbox: Sandbox, ...args: readonly string[]) {
  const command = sandbox.run(["logs", ...args]);
  const { code } = await command.status;
  return { code, stdout: await command.stdout(), stderr: await command.stderr() };
}

/** Follows; returns when the first line is there. */
async function follow(sandbox: Sandbox, ...args: readonly string[]): Promise<RunnerProcess> {
  const command = sandbox.run(["logs", "-f", ...args]);
  await until("a first line", async () => (await command.stdout()) !== "");
  return command;
}

const linesOf = (text: string) => text.split("\n").slice(0, -1);

Deno.test("logs -f misses and doubles no line while the log is rotated under it", async () => {
  await using sandbox = new Sandbox();
  // A hundred lines at a time, each hundred a file or two.
  const script = sandbox.write(
    "numbers.sh",
    `echo ready
while [ ! -e go ]; do sleep 0.02; done
i=0
while [ $i -lt 200 ]; do seq -f 'line %g of many' $((i * 100)) $((i * 100 + 99)); i=$((i + 1)); sleep 0.005; done
exec sleep 1000`,
    0o755,
  );
  const runner = sandbox.start(`[program.web]
command = "sh ${script}"
stdout_logfile = "web.log"
stdout_logfile_maxbytes = "2KB"
stdout_logfile_backups = 3
stdout_logfile_compress = true
`);
  await runner.spawnOf("web");
  await until("the first line", async () => (await sandbox.read("web.log")) !== "");
  const followers = [
    await follow(sandbox, "web", "--raw"),
    await follow(sandbox, "--json"),
    await follow(sandbox, "--raw", "--grep", "9 of|ready"),
  ];
  sandbox.write("go", "");
  const expected = Array.from({ length: 20_000 }, (_, index) => `line ${index} of many`);
  const [raw, json, picked] = followers;
  if (raw === undefined || json === undefined || picked === undefined) throw new Error("three");
  await until("the last line", async () => (await raw.stdout()).includes("line 19999 "));
  assertEquals(linesOf(await raw.stdout()), ["ready", ...expected]);
  await until("the last line", async () => (await json.stdout()).includes("line 19999 "));
  const views = linesOf(await json.stdout()).map((line) => JSON.parse(line).line);
  assertEquals(views, ["ready", ...expected]);
  await until("the last line", async () => (await picked.stdout()).includes("line 19999 "));
  const nines = expected.filter((line) => line.includes("9 of"));
  assertEquals(linesOf(await picked.stdout()), ["ready", ...nines]);
  // Late comers read what is kept, from compressed files, too.
  const { stdout } = await logs(sandbox, "web", "--raw", "-n", "150");
  assertEquals(linesOf(stdout), expected.slice(-150));
  for (const follower of followers) {
    assertEquals(await follower.stop("SIGINT"), 0);
    assertEquals(await follower.stderr(), "");
  }
});

Deno.test("logs -f goes on when a program is restarted, and when the runner is", async () => {
  await using sandbox = new Sandbox();
  const manifest = `[program.web]
command = "sh -c 'echo out of $$; echo err of $$ >&2; exec sleep 1000'"
stdout_logfile = "web.log"
redirect_stderr = true
`;
  const first = sandbox.start(manifest);
  const pids = [await first.spawnOf("web")];
  const follower = await follow(sandbox);
  const shows = (pid: number) =>
    until(`lines of ${pid}`, async () => (await follower.stdout()).includes(`err of ${pid}\n`));
  await shows(pids[0] ?? 0);
  Deno.kill(pids[0] ?? 0, "SIGKILL");
  pids.push(await first.spawnOf("web", 2));
  await shows(pids[1] ?? 0);
  await first.stop();
  await follower.said("The runner has gone");
  const second = sandbox.start(manifest);
  pids.push(await second.spawnOf("web"));
  await shows(pids[2] ?? 0);
  await follower.said("It is back");
  const expected = pids.flatMap((pid) => [`web | out of ${pid}`, `web | err of ${pid}`]);
  assertEquals(linesOf(await follower.stdout()), expected);
  assertEquals(await follower.stop("SIGINT"), 0);
});

Deno.test("logs shows whatever programs write: colours, huge lines, bytes, half lines, also without a file", async () => {
  await using sandbox = new Sandbox();
  const runner = sandbox.start(`[program.colours]
command = "sh -c 'printf \\"\\\\033[31mred\\\\033[0m \\\\344\\\\275\\"; sleep 0.1; printf \\"\\\\240\\\\n\\"; exec sleep 1000'"
stdout_logfile = "colours.log"

[program.bytes]
command = "sh -c 'printf \\"a\\\\000b\\\\377c\\\\nprompt> \\"; exec sleep 1000'"
stdout_logfile = "bytes.log"

[program.huge]
command = "sh -c 'head -c 3000000 /dev/zero | tr \\"\\\\0\\" x; echo; echo end; exec sleep 1000'"
stdout_logfile = "huge.log"

[program.none]
command = "sh -c 'echo kept; echo to nowhere >&2; exec sleep 1000'"
stdout_logfile = "NONE"
stderr_logfile = "NONE"
`);
  await runner.spawnOf("none");
  const shows = (name: string, part: string, ...args: readonly string[]) =>
    until(`${name} to show ${part}`, async () => {
      const { stdout } = await logs(sandbox, name, ...args);
      return stdout.includes(part) ? stdout : null;
    });
  assertEquals(await shows("colours", "你"), "colours | \x1b[31mred\x1b[0m 你\n");
  assertEquals(await shows("bytes", "prompt"), "bytes | a\0b\ufffdc\nbytes | prompt> \n");
  const huge = await shows("huge", "end", "--raw", "-n", "2");
  assertEquals(huge.replaceAll("\n", ""), `${"x".repeat(3_000_000)}end`);
  await shows("none", "to nowhere");
  const { stdout } = await logs(sandbox, "none");
  assertEquals(linesOf(stdout).sort(), ["none ! to nowhere", "none | kept"]);
});

Deno.test("logs -f goes on with whole lines when a runner was killed in the middle of one", async () => {
  await using sandbox = new Sandbox();
  const path = sandbox.path("fake.sock");
  using listener = Deno.listen({ transport: "unix", path });
  const line = (text: string) =>
    JSON.stringify({ id: "web:web", shown: "web", stream: "stdout", time: null, line: text }) +
    "\n";
  const answer = async (body: string) => {
    using connection = await listener.accept();
    await connection.read(new Uint8Array(4096));
    const head = "HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\n" +
      "transfer-encoding: chunked\r\n\r\n1000\r\n";
    await connection.write(new TextEncoder().encode(head + body));
  };
  const command = sandbox.run(["logs", "-f", "-s", path]);
  await answer(line("first") + line("never whole").slice(0, 40));
  await answer(line("second"));
  await until("the line after it", async () => (await command.stdout()).includes("second"));
  assertEquals(linesOf(await command.stdout()), ["web | first", "web | second"]);
  command.signal("SIGINT");
  assertEquals((await command.status).code, 0);
});

Deno.test("logs ends with 4 for an unknown name, 3 without a runner, and quietly when nobody reads", async () => {
  await using sandbox = new Sandbox();
  const nobody = await logs(sandbox, "web");
  assertEquals(nobody.code, 3);
  const runner = sandbox.start(`[program.web]
command = "sh -c 'while :; do echo hello; sleep 0.05; done'"
stdout_logfile = "web.log"
`);
  await runner.spawnOf("web");
  const unknown = await logs(sandbox, "wep");
  assertEquals([unknown.code, unknown.stdout], [4, ""]);
  assertEquals(unknown.stderr.includes('did you mean "web"?'), true, unknown.stderr);
  await until("output", async () => (await sandbox.read("web.log")).includes("hello"));
  const piped = sandbox.run([], {
    wrapper: ["sh", "-c", '("$0" logs -f; echo "status $?" >&2) | head -n 1'],
  });
  await piped.said("status 0");
  assertEquals(await piped.stdout(), "web | hello\n");
  // Somebody who waits for a word of a program that says no more.
  Deno.kill(await runner.spawnOf("web"), "SIGSTOP");
  const waiting = sandbox.run([], {
    wrapper: ["sh", "-c", '("$0" logs -f web; echo "status $?" >&2) | grep -m 1 hello'],
  });
  await waiting.said("status 0");
  Deno.kill(await runner.spawnOf("web"), "SIGCONT");
  const own = await logs(sandbox, "--self");
  assertEquals([own.code, own.stdout], [1, ""]);
  assertEquals(own.stderr.includes("it goes to no file"), true, own.stderr);
});
