// Clients that mean harm, or are broken: slow, endless, many, from other sites, with bytes that are no HTTP.
import { PATIENCE } from "../../../src/control/http/limits.ts";
import { BODY_LIMIT, type HttpRequest, textReply } from "../../../src/control/http/message.ts";
import { libc } from "../../../src/os/libc.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { FakeClock } from "../../support/fake_host.ts";
import {
  freePort,
  get,
  getOnce,
  HttpRig,
  type RawClient,
  statusOf,
} from "../../support/http_rig.ts";
import { until } from "../../support/wait.ts";

function echo(request: HttpRequest) {
  return textReply(`reached ${request.method} ${request.path} ${request.body.length}`);
}

/** Bytes of a client, and the status it gets before the connection is closed. */
const REFUSED: readonly (readonly [string, number])[] = [
  ["GET /api/v1/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", 400],
  ["GET /api/v1/%2e%2e/x HTTP/1.1\r\nHost: x\r\n\r\n", 400],
  ["GET //evil.example/ HTTP/1.1\r\nHost: x\r\n\r\n", 400],
  ["GET http://evil.example/ HTTP/1.1\r\nHost: x\r\n\r\n", 400],
  ["CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n", 400],
  ["GET / HTTP/1.1\nHost: x\n\n", 400],
  ["\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\r\n", 400],
  ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505],
  [`GET /${"a".repeat(9_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 414],
  [`GET / HTTP/1.1\r\nHost: x\r\n${"X: y\r\n".repeat(5_000)}\r\n`, 431],
  [`GET / HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(20_000)}`, 431],
  [`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${BODY_LIMIT + 1}\r\n\r\n`, 413],
  ["POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n", 413],
  ["POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", 400],
];

Deno.test("what is no proper request is refused, and nothing after it is looked at", async () => {
  await using rig = new HttpRig(echo);
  for (const [text, status] of REFUSED) {
    const reply = await rig.talk(text + getOnce("/after"));
    assertEquals(statusOf(reply), status, JSON.stringify(text.slice(0, 80)));
    assertTrue(!reply.includes("reached"), reply);
    assertEquals(reply.match(/^HTTP\/1\.1 \d/gm)?.length, 1, reply);
  }
  await until("all connections to end", () => rig.server.connections === 0);
});

/** Requests that a proxy before us might read as another number of requests than we do. */
const SMUGGLED: readonly string[] = [
  "Content-Length: 4\r\nTransfer-Encoding: chunked",
  "Transfer-Encoding: chunked\r\nContent-Length: 4",
  "Content-Length: 4\r\nContent-Length: 40",
  "Content-Length: 4, 40",
  "Content-Length: 4\r\n Transfer-Encoding: chunked",
  "Transfer-Encoding : chunked",
  "Transfer-Encoding: chunked, identity",
  "Transfer-Encoding: identity",
  'Transfer-Encoding: "chunked"',
  "X: y\rContent-Length: 40",
  "Content-Length: 4\r\nX: y\nTransfer-Encoding: chunked",
];

Deno.test("a second request cannot be hidden in the first", async () => {
  const reached: string[] = [];
  await using rig = new HttpRig((request) => {
    reached.push(request.path);
    return echo(request);
  });
  for (const headers of SMUGGLED) {
    const body = "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
    const reply = await rig.talk(`POST / HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n${body}`);
    assertTrue([400, 501].includes(statusOf(reply)), `${headers}: ${reply}`);
  }
  assertEquals(reached, []);
});

Deno.test("a large body is taken up to the limit, in one piece or in chunks", async () => {
  await using rig = new HttpRig(echo);
  const body = "a".repeat(BODY_LIMIT);
  const whole =
    `POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${BODY_LIMIT}\r\n\r\n`;
  assertTrue((await rig.talk(whole + body)).endsWith(`POST / ${BODY_LIMIT}`), "in one piece");
  const chunked =
    "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
  const chunks = "8000\r\n".concat("a".repeat(0x8000), "\r\n").repeat(BODY_LIMIT / 0x8000);
  assertTrue(
    (await rig.talk(`${chunked}${chunks}0\r\n\r\n`)).endsWith(`POST / ${BODY_LIMIT}`),
    "in chunks",
  );
});

/** What a client has sent when it stops, for how long it is borne, and what it is told. */
const SLOW: readonly (readonly [string, number, number | null])[] = [
  ["", PATIENCE.head, null],
  ["GET / HT", PATIENCE.head, 408],
  ["GET / HTTP/1.1\r\nHost: x\r\nX", PATIENCE.head, 408],
  ["POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab", PATIENCE.body, 408],
  ["POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na", PATIENCE.body, 408],
  [get("/"), PATIENCE.idle, 200],
];

Deno.test("slow clients are cut off when their time is over, and not before", async () => {
  for (const [text, patience, status] of SLOW) {
    const clock = new FakeClock();
    await using rig = new HttpRig(echo, { clock });
    const client = await rig.connect();
    await until("the connection", () => rig.server.connections === 1);
    await client.send(text);
    if (text === get("/")) await client.got(/reached/);
    else await settled(rig);
    clock.pass(patience - 1);
    await settled(rig);
    assertTrue(!client.hasEnded, `${text}: still open`);
    clock.pass(1_000);
    const reply = await client.ended();
    assertEquals(reply === "" ? null : statusOf(reply), status, text);
  }
});

/** Another client has been served: whatever came before has been read. */
async function settled(rig: HttpRig): Promise<void> {
  await rig.talk(getOnce("/"));
}

Deno.test("one byte now and then wins no time", async () => {
  const clock = new FakeClock();
  await using rig = new HttpRig(echo, { clock });
  const client = await rig.connect();
  await until("the connection", () => rig.server.connections === 1);
  for (const char of "GET / HTTP/") {
    await client.send(char);
    await settled(rig);
    clock.pass(1_000);
  }
  assertEquals(statusOf(await client.ended()), 408);
});

Deno.test("a reply that nobody takes is given up; a follower may sleep", async () => {
  const clock = new FakeClock();
  const gone: string[] = [];
  await using rig = new HttpRig((request) => {
    request.onGone(() => gone.push(request.path));
    if (request.path === "/large") return { status: 200, body: new Uint8Array(4 << 20) };
    if (request.path === "/follow") return { status: 200, stream: (out) => void out.write("x") };
    return echo(request);
  }, { clock });
  for (const path of ["/large", "/follow"]) {
    // Not by the rig's client: that one reads.
    const silent = await Deno.connect({ transport: "unix", path: rig.path });
    silents.push(silent);
    await silent.write(new TextEncoder().encode(get(path)));
  }
  await until("both connections", () => rig.server.connections === 2);
  await settled(rig);
  clock.pass(3_600_000);
  assertEquals(gone, ["/large"]);
  for (const silent of silents.splice(0)) silent.close();
});

const silents: Deno.Conn[] = [];

Deno.test("beyond the limit idle connections make room, then newcomers are turned away", async () => {
  await using rig = new HttpRig((request) =>
    request.path === "/busy" ? new Promise(() => {}) : echo(request)
  );
  const clients: RawClient[] = [];
  for (let count = 0; count < 512; count++) clients.push(await rig.connect());
  const [idle] = clients;
  await idle?.send(get("/"));
  await idle?.got(/reached/);
  await Promise.all(clients.slice(1).map((client) => client.send(get("/busy"))));
  await until("all of them", () => rig.server.connections === 512);
  const next = await rig.connect();
  await next.send(get("/next"));
  await next.got(/reached GET \/next/);
  assertEquals(statusOf(await idle?.ended() ?? ""), 200);
  await next.send(get("/busy"));
  await settledBusy(rig);
  const late = await rig.talk(get("/late"));
  assertEquals(statusOf(late), 503);
  assertTrue(late.includes("retry-after: 1"), late);
  clients[1]?.close();
  await until("room", () => rig.server.connections < 512);
  assertEquals(statusOf(await rig.talk(getOnce("/again"))), 200);
});

/** Everybody is busy now: there is none to close for another. */
async function settledBusy(rig: HttpRig): Promise<void> {
  await until("no idle connection", async () => statusOf(await rig.talk(get("/x"))) === 503);
}

Deno.test("a port without a password is not for pages of other sites", async () => {
  const address = `127.0.0.1:${freePort()}`;
  await using rig = new HttpRig(echo, { plan: { kind: "inet", address } });
  const ask = async (head: string) =>
    statusOf(await rig.talk(`${head}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`));
  assertEquals(await ask(`GET / HTTP/1.1\r\nHost: ${address}`), 200);
  assertEquals(await ask("GET / HTTP/1.1\r\nHost: rebound.evil.example"), 421);
  assertEquals(await ask(`POST /x HTTP/1.1\r\nHost: ${address}\r\nOrigin: http://${address}`), 200);
  assertEquals(
    await ask(`POST /x HTTP/1.1\r\nHost: ${address}\r\nOrigin: http://evil.example`),
    403,
  );
  assertEquals(
    await ask(`POST /x HTTP/1.1\r\nHost: ${address}\r\nSec-Fetch-Site: cross-site`),
    403,
  );
  const form = `POST /api/v1/shutdown HTTP/1.1\r\nHost: ${address}\r\nContent-Type: text/plain`;
  assertEquals(await ask(form), 415);
});

Deno.test("nothing is read of a body before the password is right", async () => {
  await using rig = new HttpRig(echo, { plan: { username: "u", password: "hush" } });
  const client = await rig.connect();
  await client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
  await client.got(/^HTTP\/1\.1 401 [^]*www-authenticate: Basic realm="default"/);
  // It goes on all the same, as most clients do: the answer must not be lost.
  await client.send("x".repeat(1_000_000));
  await client.finish();
  assertTrue(!(await client.ended()).includes("reached"), client.text);
  const auth = `Authorization: Basic ${btoa("u:hush")}\r\n`;
  assertTrue((await rig.talk(getOnce("/in", auth))).includes("reached GET /in"), "the right one");
});

Deno.test("a password is never logged", async () => {
  await using rig = new HttpRig(() => {
    throw new Error("broken");
  }, { plan: { username: "u", password: "hush" } });
  for (let time = 0; time < 7; time++) {
    await rig.talk(getOnce("/", `Authorization: Basic ${btoa(`u:guess${time}`)}\r\n`));
  }
  const reply = await rig.talk(getOnce("/", `Authorization: Basic ${btoa("u:hush")}\r\n`));
  assertEquals(statusOf(reply), 429);
  assertTrue(/retry-after: \d+/.test(reply), reply);
  const log = rig.log.join("\n");
  assertTrue(log.includes("too many wrong passwords from user"), log);
  for (const secret of ["hush", "guess", btoa("u:hush")]) assertTrue(!log.includes(secret), log);
});

Deno.test("clients that hang up anywhere leave nothing behind", async () => {
  await using rig = new HttpRig((request) =>
    request.path === "/stream"
      ? { status: 200, stream: (out) => void out.write("x") }
      : echo(request)
  );
  const before = [...Deno.readDirSync("/proc/self/fd")].length;
  const whole = `POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc`;
  for (let cut = 0; cut <= whole.length; cut += 3) {
    const client = await rig.connect();
    await client.send(whole.slice(0, cut));
    client.close();
    await client.done;
  }
  await until("all connections to end", () => rig.server.connections === 0);
  assertEquals([...Deno.readDirSync("/proc/self/fd")].length, before);
});

Deno.test("another user is refused, even when the file has been opened to it", async () => {
  await using rig = new HttpRig(echo);
  Deno.chmodSync(rig.folder, 0o755);
  Deno.chmodSync(rig.path, 0o666);
  const ask = async (uid: number) => {
    const args = ["-sS", "-w", "%{http_code}", "--unix-socket", rig.path, "http://x/"];
    const { stdout } = await new Deno.Command("curl", { args, uid }).output();
    return new TextDecoder().decode(stdout).slice(-3);
  };
  const own = Deno.uid() ?? 0;
  // Only root can be somebody else.
  assertEquals(await ask(own === 0 ? 65_534 : own), own === 0 ? "403" : "200");
  assertEquals(await ask(own), "200");
});

Deno.test("when descriptors run out an idle connection makes room, and nobody spins", async () => {
  const clock = new FakeClock();
  await using rig = new HttpRig(echo, { clock });
  await rig.talk(getOnce("/"));
  const client = await rig.connect();
  await client.send(get("/first"));
  await client.got(/reached/);
  const highest = Math.max(
    ...[...Deno.readDirSync("/proc/self/fd")].map(({ name }) => Number(name)),
  );
  const before = limitDescriptors(highest + 1);
  // Takes what is free below the limit, but for one: that of the client.
  const taken: Deno.FsFile[] = [];
  try {
    for (;;) taken.push(Deno.openSync("/dev/null"));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
  taken.pop()?.close();
  const late = await rig.connect();
  await late.send(get("/late"));
  await until("the refusal", () => rig.log.length > 0);
  await client.ended();
  clock.pass(1_000);
  await late.got(/reached GET \/late/);
  limitDescriptors(before);
  for (const file of taken) file.close();
  assertEquals(rig.log, [`error no descriptor is left for another connection on ${rig.path}`]);
});

/** Sets the soft limit and gives the one before. */
function limitDescriptors(limit: number): number {
  const RLIMIT_NOFILE = 7;
  const old = new BigUint64Array(2);
  libc().prlimit64(0, RLIMIT_NOFILE, null, new Uint8Array(old.buffer));
  const next = new BigUint64Array([BigInt(limit), old[1] ?? 0n]);
  libc().prlimit64(0, RLIMIT_NOFILE, new Uint8Array(next.buffer), null);
  return Number(old[0]);
}
