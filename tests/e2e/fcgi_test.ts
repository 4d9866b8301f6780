// FastCGI programs: real servers that accept connections on descriptor 0.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { CHILDREN, Sandbox } from "../support/runner_process.ts";
import { until } from "../support/wait.ts";

type Address = Deno.ConnectOptions | Deno.UnixConnectOptions;

/** One connection: what the server answers, which is its pid. */
async function ask(address: Address, word = "who"): Promise<string> {
  using connection = "path" in address
    ? await Deno.connect({ ...address, transport: "unix" })
    : await Deno.connect(address);
  await connection.write(new TextEncoder().encode(word));
  return await new Response(connection.readable).text();
}

/** Everybody who answers, in the order of numbers. */
async function askAll(address: Address, count: number): Promise<number[]> {
  const pids = new Set<number>();
  await until(`${count} servers to answer`, async () => {
    pids.add(Number(await ask(address)));
    return pids.size >= count;
  });
  return [...pids].toSorted((a, b) => a - b);
}

function isThere(path: string): boolean {
  return [...Deno.readDirSync(path.slice(0, path.lastIndexOf("/")))]
    .some(({ name }) => path.endsWith(`/${name}`));
}

Deno.test("two processes in a group share one unix socket, which goes with the last of them", async () => {
  await using box = new Sandbox();
  const path = box.path("php.sock");
  const runner = box.start(
    `
[supervisord]
[fcgi-program:php]
command=/usr/bin/python3 ${CHILDREN}/accepts.py
socket=unix://${path}
socket_mode=0660
process_name=%(process_num)d
numprocs=2
startsecs=0
autorestart=true
[group:web]
programs=php
`,
    { file: "runner.ini" },
  );
  const pids = [await runner.spawnOf("0"), await runner.spawnOf("1")];
  assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o660);
  const address = { path, transport: "unix" } as const;
  assertEquals(await askAll(address, 2), pids.toSorted((a, b) => a - b));
  // One dies: the other goes on, and the new one has the same socket.
  const { ino } = Deno.statSync(path);
  await ask(address, "die");
  const died = await until("a new server", async () => {
    const [first, second] = [await runner.pidsOf("0"), await runner.pidsOf("1")];
    return first[1] ?? second[1];
  });
  assertTrue((await askAll(address, 2)).includes(died), `${died} does not answer`);
  assertEquals(Deno.statSync(path).ino, ino);
  assertEquals(await runner.stop(), 0);
  assertTrue(!isThere(path), "the socket is still there");
});

Deno.test("connections that wait while the only server is started again are answered", async () => {
  await using box = new Sandbox();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const runner = box.start(`
[fcgi-program.one]
command = ["/usr/bin/python3", "${CHILDREN}/accepts.py"]
socket = "tcp://localhost:${port}"
startsecs = 0
autorestart = true
[fcgi-program.two]
command = ["/usr/bin/python3", "${CHILDREN}/accepts.py"]
socket = "tcp://nobody.invalid:${port}"
startsecs = 0
`);
  const address = { hostname: "127.0.0.1", port };
  await runner.spawnOf("one");
  const dying = ask(address, "die");
  const waiting = ask(address);
  await dying;
  const second = await runner.spawnOf("one", 2);
  assertEquals(Number(await waiting), second);
  await runner.said(/spawnerr: two: couldn't make socket tcp:\/\/nobody\.invalid:\d+: /);
  assertEquals(await runner.stop(), 0);
});
