// Looks at real sockets: what is good, what is wrong with the others, and that no descriptor is left.
import { networkProber } from "../../src/os/prober.ts";
import { answerStatus, probeRequest } from "../../src/os/probe_answer.ts";
import type { NetworkProbe } from "../../src/ports/prober.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import "../support/open_libraries.ts";
import { until } from "../support/wait.ts";

const PATIENCE = 20_000;

function look(probe: NetworkProbe, limit = PATIENCE): Promise<string | null> {
  return new Promise((resolve, reject) =>
    networkProber().look(probe, limit, (fault) => {
      if (fault === null || typeof fault === "string") resolve(fault);
      else reject(new Error(`it could not look: ${fault.unseen}`));
    })
  );
}

function url(address: Deno.Addr, path = "/", scheme = "http"): NetworkProbe {
  return { kind: "http", url: `${scheme}://localhost:${portOf(address)}${path}`, status: null };
}

function portOf(address: Deno.Addr): number {
  assertTrue("port" in address, "a port");
  return address.port;
}

/** Descriptors of sockets of this process. */
function sockets(): number {
  let count = 0;
  for (const { name } of Deno.readDirSync("/proc/self/fd")) {
    if (linkOf(`/proc/self/fd/${name}`).startsWith("socket:")) count++;
  }
  return count;
}

function linkOf(path: string): string {
  try {
    return Deno.readLinkSync(path);
  } catch (error) {
    // The descriptor that listed the folder.
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

/** Answers the first request of each connection with bytes as they are. */
function rawServer(answer: string): { readonly address: Deno.Addr; close(): Promise<void> } {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const serving = (async () => {
    for await (const connection of listener) {
      await connection.read(new Uint8Array(4096));
      await connection.write(new TextEncoder().encode(answer));
      connection.close();
    }
  })();
  return {
    address: listener.addr,
    close: async () => {
      listener.close();
      await serving;
    },
  };
}

Deno.test("look() is content when a port accepts, by either loopback, and says when none does", async () => {
  for (const hostname of ["127.0.0.1", "::1"]) {
    const listener = Deno.listen({ port: 0, hostname });
    const port = portOf(listener.addr);
    assertEquals(await look({ kind: "tcp", host: "localhost", port }), null, hostname);
    assertEquals(await look({ kind: "tcp", host: hostname, port }), null, hostname);
    listener.close();
    const refused = await look({ kind: "tcp", host: "localhost", port });
    assertEquals(refused, "connection refused");
  }
});

Deno.test("look() is content when a socket file accepts", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/app.sock`;
  assertEquals(await look({ kind: "unix", path }), "there is no such file");
  const listener = Deno.listen({ transport: "unix", path });
  assertEquals(await look({ kind: "unix", path }), null);
  listener.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("look() takes status 200 to 399, follows nothing, and sends what the URL says", async () => {
  const asked: string[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    const { pathname, search } = new URL(request.url);
    asked.push(`${request.method} ${pathname}${search} ${request.headers.get("authorization")}`);
    const headers = { location: "http://127.0.0.1:1/" };
    return new Response(null, { status: Number(pathname.slice(1, 4)), headers });
  });
  const cases = [[200, null], [302, null], [399, null], [404, "status 404"], [503, "status 503"]];
  for (const [status, fault] of cases) {
    assertEquals(await look(url(server.addr, `/${status}?a=b`)), fault);
  }
  const port = portOf(server.addr);
  await look({ kind: "http", url: `http://me:s%C3%A9cret@127.0.0.1:${port}/204`, status: null });
  assertEquals(asked.at(0), "GET /200?a=b null");
  assertEquals(asked.at(-1), `GET /204 Basic ${btoa("me:s\u{c3}\u{a9}cret")}`);
  await server.shutdown();
});

Deno.test("look() says what is wrong with an answer that is none", async () => {
  const cases: readonly (readonly [string, string | null])[] = [
    ["", "the connection was closed without an answer"],
    ["SSH-2.0-OpenSSH\r\n", "the answer is no HTTP"],
    ["HTTP/1.1 200", "the connection was closed without an answer"],
    ["HTTP/1.0 200\r\n", null],
    ["HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 500 No\r\n\r\n", "status 500"],
    [`HTTP/1.1 ${"x".repeat(20_000)}`, "the answer has no end"],
  ];
  for (const [answer, fault] of cases) {
    const server = rawServer(answer);
    assertEquals(await look(url(server.address)), fault, answer.slice(0, 40));
    await server.close();
  }
});

Deno.test("look() gives up when its time is over, and tells nothing once it is disposed", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  assertEquals(await look(url(listener.addr), 50), "no answer within 50 ms");
  const told: unknown[] = [];
  networkProber().look(url(listener.addr), 10, (fault) => told.push(fault))[Symbol.dispose]();
  // Another one of the same length has ended by then.
  await look(url(listener.addr), 20);
  assertEquals(told, []);
  listener.close();
});

Deno.test("look() asks by https, minds the certificate, and bears who speaks none", async () => {
  const folder = await Deno.makeTempDir();
  const [key, cert] = [`${folder}/key.pem`, `${folder}/cert.pem`];
  const made = await new Deno.Command("openssl", {
    args: ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
      .concat(["-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=shop.test"]),
    stderr: "null",
  }).output();
  assertTrue(made.success, "a certificate");
  const own = { key: Deno.readTextFileSync(key), cert: Deno.readTextFileSync(cert) };
  const options = { port: 0, hostname: "127.0.0.1", ...own, onListen: () => {} };
  const server = Deno.serve(options, () => new Response("good"));
  const refused = await look(url(server.addr, "/", "https"));
  assertTrue(refused?.includes("invalid peer certificate") === true, `${refused}`);
  await server.shutdown();
  const plain = rawServer("HTTP/1.1 200 OK\r\n\r\n");
  assertTrue(await look(url(plain.address, "/", "https")) !== null, "plain text is no TLS");
  await plain.close();
  const silent = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  assertEquals(await look(url(silent.addr, "/", "https"), 100), "no answer within 100 ms");
  silent.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("look() leaves no descriptor behind, however it ends", async () => {
  const before = sockets();
  const silent = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const plain = rawServer("HTTP/1.1 200 OK\r\n\r\n");
  const probes: readonly NetworkProbe[] = [
    { kind: "tcp", host: "localhost", port: portOf(silent.addr) },
    { kind: "tcp", host: "localhost", port: 1 },
    { kind: "unix", path: "/nowhere/at.sock" },
    url(silent.addr),
    url(silent.addr, "/", "https"),
    url(plain.address),
    url(plain.address, "/", "https"),
  ];
  for (let round = 0; round < 5; round++) {
    await Promise.all(probes.map((probe) => look(probe, 60)));
    for (const probe of probes) networkProber().look(probe, 60, () => {})[Symbol.dispose]();
  }
  silent.close();
  await plain.close();
  await until("as many sockets as before", () => sockets() <= before);
});

Deno.test("look() says of itself that it has no descriptors, and blames nobody", async () => {
  const fixture = new URL("../fixtures/os/looks_without_descriptors.ts", import.meta.url).pathname;
  const words = [Deno.execPath(), "run", "--no-check", "-A", fixture];
  const { stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-c", 'ulimit -n 64 && exec "$@"', "sh", ...words],
    env: { NO_COLOR: "1" },
  }).output();
  const said = new TextDecoder().decode(stdout);
  assertTrue(said !== "", new TextDecoder().decode(stderr));
  const { before, seen, spawned, after } = JSON.parse(said);
  assertEquals([before, after], [null, null]);
  assertEquals(seen, Array.from(seen, () => ({ unseen: "EMFILE" })));
  const reason = "couldn't make pipes: EMFILE";
  assertEquals(spawned, { kind: "failed", reason, isShortage: true });
});

Deno.test("answerStatus() waits for the whole first line, and no longer", () => {
  assertEquals(answerStatus("HTTP/1.1 20"), null);
  assertEquals(answerStatus("HT"), null);
  assertEquals(answerStatus("GET /"), NaN);
  assertEquals(answerStatus("HTTP/1.1 204 No Content\r\nX"), 204);
  assertEquals(answerStatus("HTTP/1.1 100 Continue\r\nA: b\r\n"), null);
  assertEquals(
    new TextDecoder().decode(probeRequest(new URL("http://[::1]:81/a b"))).split("\r\n")[0],
    "GET /a%20b HTTP/1.1",
  );
});
