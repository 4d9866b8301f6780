// The server on real sockets: connections, bodies, streams, its files, its end.
import type { HttpReply, HttpRequest, ReplyStream } from "../../../src/control/http/message.ts";
import { jsonReply, STREAM_LIMIT, textReply } from "../../../src/control/http/message.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { FakeClock } from "../../support/fake_host.ts";
import { freePort, get, getOnce, HttpRig, statusOf } from "../../support/http_rig.ts";
import { until } from "../../support/wait.ts";

/** Tells what it was asked. */
function mirror({ method, path, query, body, peer }: HttpRequest): HttpReply {
  const text = new TextDecoder().decode(body);
  return jsonReply({ method, path, query: `${query}`, body: text, peer: peer.kind });
}

function bodies(text: string): unknown[] {
  return text.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
}

Deno.test("requests on one connection are answered in their order, loaded once", async () => {
  await using rig = new HttpRig(mirror);
  assertEquals(rig.loads, 0);
  const client = await rig.connect();
  const post = "POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab";
  await client.send(get("/1?a=b") + post + get("/3"));
  await client.got(/"\/3"/);
  await client.send(getOnce("/4"));
  const text = await client.ended();
  const common = { query: "", body: "", peer: "unix" };
  assertEquals(bodies(text), [
    { ...common, method: "GET", path: "/1", query: "a=b" },
    { ...common, method: "POST", path: "/2", body: "ab" },
    { ...common, method: "GET", path: "/3" },
    { ...common, method: "GET", path: "/4" },
  ]);
  assertEquals(text.match(/connection: keep-alive/g)?.length, 3);
  assertEquals(rig.loads, 1);
});

Deno.test("a slow handler keeps the requests behind it waiting, and they are not lost", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await using rig = new HttpRig(async (request) => {
    if (request.path === "/slow") await promise;
    return mirror(request);
  });
  const client = await rig.connect();
  await client.send(get("/slow") + get("/fast"));
  const other = await rig.connect();
  await other.send(get("/other"));
  await other.got(/"\/other"/);
  assertEquals(client.text, "");
  resolve();
  await client.got(/"\/slow"[^]*"\/fast"/);
});

Deno.test("every reply has the headers that keep browsers from harm", async () => {
  await using rig = new HttpRig(() => ({
    status: 200,
    headers: { "x-frame-options": "SAMEORIGIN", "x-evil": "a\r\nx-injected: 1" },
    body: "ä",
  }));
  const text = await rig.talk(getOnce("/"));
  const expected = [
    "x-content-type-options: nosniff",
    "referrer-policy: no-referrer",
    "x-frame-options: SAMEORIGIN",
    "cross-origin-resource-policy: same-origin",
    "content-length: 2",
    "connection: close",
  ];
  for (const line of expected) assertTrue(text.includes(`\r\n${line}\r\n`), `${line} in ${text}`);
  assertTrue(!text.includes("\nx-injected"), text);
  assertTrue(/\r\ndate: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT\r\n/.test(text), text);
});

Deno.test("HEAD has the head of GET and no body; HTTP/1.0 closes", async () => {
  await using rig = new HttpRig((request) =>
    request.path === "/stream" ? { status: 200, stream: () => {} } : textReply("hello")
  );
  const client = await rig.connect();
  await client.send(`HEAD / HTTP/1.1\r\nHost: x\r\n\r\nHEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n`);
  await client.got(/content-length: 5\r\n[^]*transfer-encoding: chunked\r\n[^]*\r\n\r\n$/);
  assertTrue(!client.text.includes("hello"), client.text);
  const old = await rig.talk("GET / HTTP/1.0\r\n\r\n");
  assertTrue(old.endsWith("connection: close\r\n\r\nhello"), old);
});

Deno.test("a reply without content has neither body nor length", async () => {
  await using rig = new HttpRig((request) =>
    request.path === "/none" ? { status: 304, stream: (out) => out.end() } : { status: 204 }
  );
  const client = await rig.connect();
  await client.send(get("/none") + getOnce("/"));
  const [first = "", text = ""] = (await client.ended()).split(/(?=HTTP\/1\.1 204)/);
  assertEquals(statusOf(first), 304);
  assertEquals(statusOf(text), 204);
  assertTrue(!text.includes("content-length") && text.endsWith("\r\n\r\n"), text);
});

Deno.test("Expect: 100-continue is answered before the body is asked for", async () => {
  await using rig = new HttpRig(mirror);
  const client = await rig.connect();
  await client.send(
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n",
  );
  await client.got(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
  await client.send("ab");
  await client.got(/"body":"ab"/);
});

Deno.test("a handler that fails gives a 500 without details, and a line in the log", async () => {
  await using rig = new HttpRig((request) => {
    if (request.path === "/late") return Promise.reject(new Error("the secret is 42"));
    throw new Error("the secret is 41");
  });
  const client = await rig.connect();
  await client.send(get("/") + getOnce("/late"));
  const text = await client.ended();
  assertEquals(text.match(/HTTP\/1\.1 500/g)?.length, 2);
  assertTrue(!text.includes("secret"), text);
  assertEquals(rig.log.map((line) => /secret is (\d+)/.exec(line)?.[1]), ["41", "42"]);
});

Deno.test("a stream comes in chunks, or until the end for HTTP/1.0", async () => {
  await using rig = new HttpRig(() => ({
    status: 200,
    stream: (out) => {
      out.write("one ");
      out.write("");
      out.write(new TextEncoder().encode("two"));
      out.end();
      out.write("too late");
    },
  }));
  const client = await rig.connect();
  await client.send(get("/") + getOnce("/"));
  const text = await client.ended();
  assertEquals(text.match(/\r\n\r\n4\r\none \r\n3\r\ntwo\r\n0\r\n\r\n/g)?.length, 2, text);
  const old = await rig.talk("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  assertTrue(old.endsWith("connection: close\r\n\r\none two"), old);
});

Deno.test("a stream that ends later and empty still ends", async () => {
  const streams: ReplyStream[] = [];
  await using rig = new HttpRig(() => ({ status: 200, stream: (out) => void streams.push(out) }));
  const client = await rig.connect();
  await client.send("GET / HTTP/1.0\r\n\r\n");
  await client.got(/\r\n\r\n$/);
  streams[0]?.end();
  await client.ended();
});

Deno.test("abort() shows that something is missing", async () => {
  const streams: ReplyStream[] = [];
  await using rig = new HttpRig(() => ({ status: 200, stream: (out) => void streams.push(out) }));
  const client = await rig.connect();
  await client.send(get("/"));
  await client.got(/\r\n\r\n$/);
  streams[0]?.abort();
  assertTrue(!(await client.ended()).includes("0\r\n\r\n"), "no last chunk");
  assertEquals(streams[0]?.isClosed, true);
});

Deno.test("a writer that waits for room sends everything to a client that reads", async () => {
  const total = 300;
  await using rig = new HttpRig(() => ({
    status: 200,
    stream: (out) => {
      let written = 0;
      let most = 0;
      const go = () => {
        while (written < total) {
          written++;
          const isFine = out.write(new Uint8Array(40_000).fill(97));
          most = Math.max(most, out.buffered);
          if (!isFine) return;
        }
        out.write(`most ${most}`);
        out.end();
      };
      out.onDrain(go);
      go();
    },
  }));
  const text = await rig.talk("GET / HTTP/1.0\r\n\r\n");
  const [, content = "", most = ""] = /\r\n\r\n(a*)most (\d+)$/.exec(text) ?? [];
  assertEquals(content.length, total * 40_000);
  assertTrue(Number(most) < 200_000, `at most ${most} bytes waited`);
});

Deno.test("a follower that never reads is cut off at the limit, and its handler is told", async () => {
  let gone = 0;
  let written = 0;
  let out: ReplyStream | null = null;
  await using rig = new HttpRig((request) => {
    request.onGone(() => gone++);
    return { status: 200, stream: (stream) => void (out = stream) };
  });
  // Deno's own reading would empty the socket: this one is never read.
  using silent = await Deno.connect({ transport: "unix", path: rig.path });
  await silent.write(new TextEncoder().encode(get("/")));
  const stream = await until("the stream", () => out as ReplyStream | null);
  let most = 0;
  await until("the cut", async () => {
    for (let time = 0; time < 10 && !stream.isClosed; time++) {
      stream.write(new Uint8Array(16 << 10));
      written += 16 << 10;
      most = Math.max(most, stream.buffered);
    }
    await Promise.resolve();
    return stream.isClosed;
  });
  assertEquals(gone, 1);
  assertTrue(most <= STREAM_LIMIT, `${most} bytes waited`);
  assertTrue(written < 1 << 20, `${written} bytes were taken in all`);
  await until("the end of the connection", () => rig.server.connections === 0);
});

Deno.test("onGone() tells when a client leaves a handler or a stream, once", async () => {
  const gone: string[] = [];
  await using rig = new HttpRig((request) => {
    request.onGone(() => gone.push(request.path));
    if (request.path === "/pending") return new Promise(() => {});
    return request.path === "/done"
      ? textReply("x")
      : { status: 200, stream: (out) => void out.write("x") };
  });
  const done = await rig.connect();
  await done.send(get("/done"));
  await done.got(/x$/);
  done.close();
  for (const path of ["/pending", "/stream"]) {
    const client = await rig.connect();
    await client.send(get(path));
    if (path === "/stream") await client.got(/x/);
    else await until("the request", () => rig.server.connections > 0);
    client.close();
    await until(`${path} to be told`, () => gone.includes(path));
  }
  await until("all connections to end", () => rig.server.connections === 0);
  assertEquals(gone, ["/pending", "/stream"]);
});

Deno.test("a client that closes its sending half still gets its reply", async () => {
  const { promise, resolve } = Promise.withResolvers<HttpReply>();
  await using rig = new HttpRig(() => promise);
  const client = await rig.connect();
  await client.send(get("/"));
  await client.finish();
  await until("the connection", () => rig.server.connections === 1);
  resolve(textReply("late"));
  assertTrue((await client.ended()).endsWith("late"), client.text);
});

Deno.test("a port answers over IPv4, and python's client and curl are served", async () => {
  const address = `127.0.0.1:${freePort()}`;
  await using rig = new HttpRig(mirror, { plan: { kind: "inet", address } });
  assertTrue(
    (await rig.talk(getOnce("/").replace("Host: x", "Host: localhost"))).includes('"inet"'),
    "IPv4",
  );
  const script = "import http.client,sys\nc=http.client.HTTPConnection(sys.argv[1])\n" +
    "for i in range(3):\n c.request('POST','/p','body%d'%i)\n print(c.getresponse().read().decode(),end='')\n";
  const { stdout } = await new Deno.Command("python3", { args: ["-c", script, address] }).output();
  const seen = bodies(new TextDecoder().decode(stdout)).map((one) => JSON.stringify(one));
  assertEquals(seen.map((one) => /"body":"(\w+)"/.exec(one)?.[1]), ["body0", "body1", "body2"]);
  const curl = await new Deno.Command("curl", {
    args: ["-sS", "-d", "x".repeat(100_000), `http://${address}/c`, `http://${address}/d`],
  }).output();
  assertEquals(bodies(new TextDecoder().decode(curl.stdout)).length, 2);
});

Deno.test("the socket file is made anew when it is gone, and not when another server has it", async () => {
  const clock = new FakeClock();
  await using rig = new HttpRig(mirror, { clock });
  Deno.removeSync(rig.path);
  clock.pass(5_000);
  assertEquals(rig.log, [`warn the socket ${rig.path} was gone: it has been made anew`]);
  assertEquals((Deno.statSync(rig.path).mode ?? 0) & 0o7777, 0o600);
  assertEquals(statusOf(await rig.talk(getOnce("/"))), 200);
  Deno.removeSync(rig.path);
  using _other = Deno.listen({ transport: "unix", path: rig.path });
  clock.pass(10_000);
  assertEquals(rig.log.slice(1).map((line) => line.replace(rig.path, "PATH")), [
    'error the socket is gone: Cannot listen on "PATH": another program is listening on it',
  ]);
});

Deno.test("a connection that was open outlives its socket file", async () => {
  const clock = new FakeClock();
  await using rig = new HttpRig(mirror, { clock });
  const client = await rig.connect();
  await client.send(get("/1"));
  await client.got(/"\/1"/);
  Deno.removeSync(rig.path);
  clock.pass(5_000);
  await client.send(get("/2"));
  await client.got(/"\/2"/);
});

Deno.test("the end lets quick replies finish, ends streams properly, and removes the file", async () => {
  const { promise, resolve } = Promise.withResolvers<HttpReply>();
  let gone = 0;
  await using rig = new HttpRig((request) => {
    request.onGone(() => gone++);
    if (request.path === "/slow") return promise;
    return { status: 200, stream: (out) => void out.write("so far") };
  });
  const [slow, stream, idle] = [await rig.connect(), await rig.connect(), await rig.connect()];
  await slow.send(get("/slow"));
  await stream.send(get("/stream"));
  await stream.got(/so far/);
  await until("all to be accepted", () => rig.server.connections === 3);
  const end = rig.server[Symbol.asyncDispose]();
  assertTrue((await stream.ended()).endsWith("6\r\nso far\r\n0\r\n\r\n"), stream.text);
  await idle.ended();
  resolve(textReply("done"));
  assertTrue((await slow.ended()).endsWith("done"), slow.text);
  await end;
  assertEquals(gone, 1);
  assertEquals([...Deno.readDirSync(rig.folder)].length, 0);
});

Deno.test("the end does not wait for a handler that never answers", async () => {
  const clock = new FakeClock();
  await using rig = new HttpRig(() => new Promise(() => {}), { clock });
  const client = await rig.connect();
  await client.send(get("/"));
  await until("the request", () => rig.server.connections === 1);
  const end = rig.server[Symbol.asyncDispose]();
  assertTrue(!client.hasEnded, "it may answer yet");
  await until("the wait", () => clock.waiting > 0);
  clock.pass(1_000);
  await end;
  await client.ended();
  assertEquals(clock.waiting, 0);
});

Deno.test("a hundred busy clients leave time for timers and signals", async () => {
  let told = 0;
  const heard = () => told++;
  Deno.addSignalListener("SIGUSR1", heard);
  await using rig = new HttpRig(async (request) => {
    // As the router does, which loads its parts.
    await null;
    // A millisecond of work each.
    const end = performance.now() + 1;
    while (performance.now() < end);
    if (request.path === "/signal") Deno.kill(Deno.pid, "SIGUSR1");
    return textReply(`${request.path} ${told}`);
  });
  const clients = await Promise.all(Array.from({ length: 100 }, () => rig.connect()));
  let turns = 0;
  const count = setInterval(() => turns++, 1);
  await clients[0]?.send(get("/signal"));
  await Promise.all(clients.map((client) => client.send(get("/x").repeat(5))));
  for (const client of clients) await client.got(/(\/x[^]*){5}$/);
  clearInterval(count);
  Deno.removeSignalListener("SIGUSR1", heard);
  // 500 ms of work in pieces of 4 ms: others come between them, and long before the end.
  assertTrue(turns > 40, `${turns} turns for timers`);
  const late = clients.flatMap(({ text }) => text.match(/\/x 0/g) ?? []).length;
  assertTrue(
    told === 1 && late < 250,
    `${late} requests were answered before the signal was heard`,
  );
});
