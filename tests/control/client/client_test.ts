// The client against real sockets: typed calls, streams, and every way a connection can fail.
import assert from "node:assert/strict";
import { RunnerError } from "../../../src/base/errors.ts";
import { type Client, clientOf, isGone, queryText } from "../../../src/control/client/client.ts";
import { unreachable } from "../../../src/control/client/exchange.ts";
import { eventStream, getProcesses } from "../../../src/control/client/runner_api.ts";
import { linesOf } from "../../../src/control/client/stream_lines.ts";
import type { Credentials } from "../../../src/control/client/target.ts";
import { systemClock } from "../../../src/os/system_clock.ts";
import { assertEquals } from "../../support/assert.ts";

const CLOCK = systemClock();

/** A folder with a server of the standard library in it. */
async function withServer(
  answer: (request: Request) => Response | Promise<Response>,
  test: (client: Client, path: string) => Promise<void>,
): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "runner-client-" });
  const path = `${folder}/x.sock`;
  const server = Deno.serve({ path, onListen() {} }, answer);
  try {
    await test(clientOf({ target: { kind: "unix", path }, clock: CLOCK }), path);
  } finally {
    await server.shutdown();
    Deno.removeSync(folder, { recursive: true });
  }
}

/** A server that says these bytes to whoever connects, then stays silent or hangs up. */
async function withRawServer(
  said: string,
  staysOpen: boolean,
  test: (client: Client) => Promise<void>,
): Promise<void> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open: Deno.Conn[] = [];
  const served = (async () => {
    for await (const connection of listener) {
      await connection.read(new Uint8Array(4096));
      await connection.write(new TextEncoder().encode(said));
      if (staysOpen) open.push(connection);
      else connection.close();
    }
  })();
  const target = { kind: "inet", host: "127.0.0.1", port: listener.addr.port, base: "" } as const;
  try {
    await test(clientOf({ target, clock: CLOCK, patience: 200 }));
  } finally {
    listener.close();
    for (const connection of open) connection.close();
    await served;
  }
}

function isError(pattern: RegExp, exitStatus: number): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof RunnerError, String(error));
    assert.match(`${error.message}\n${error.hint}`, pattern);
    assertEquals(error.exitStatus, exitStatus);
    return true;
  };
}

Deno.test("Client.get() asks for names in the query and reads JSON", async () => {
  const asked: string[] = [];
  await withServer((request) => {
    asked.push(request.url.replace(/^.*?\/api/, "/api"));
    return Response.json({ processes: [], unknown: [], drift: [], note: "ä".repeat(100_000) });
  }, async (client) => {
    const list = await getProcesses(client, ["web:*", "a b&c"]);
    assertEquals(list.processes, []);
    assertEquals(asked, ["/api/v1/processes?name=web%3A*&name=a%20b%26c"]);
  });
});

Deno.test("Client.post() sends JSON", async () => {
  await withServer(async (request) => {
    assertEquals(request.headers.get("content-type"), "application/json");
    return Response.json({ got: await request.json(), method: request.method });
  }, async (client) => {
    assertEquals(await client.post("/stdin", { text: "grüß" }), {
      got: { text: "grüß" },
      method: "POST",
    });
  });
});

const FAILURES: readonly (readonly [number, number])[] = [[400, 2], [404, 4], [409, 1], [422, 2], [
  500,
  1,
]];

for (const [status, exitStatus] of FAILURES) {
  Deno.test(`a reply of ${status} is an error with exit status ${exitStatus}`, async () => {
    const answer = () =>
      Response.json({ error: "Cannot do it: because", hint: "Try x" }, { status });
    await withServer(answer, async (client) => {
      await assert.rejects(
        client.get("/runner"),
        isError(/^Cannot do it: because\nTry x$/, exitStatus),
      );
      await assert.rejects(client.stream("/events"), isError(/Cannot do it/, exitStatus));
    });
  });
}

Deno.test("a server that is no runner is named for what it is", async () => {
  const headers = { server: "Medusa/1.12" };
  await withServer(
    () => new Response("<h1>Not Found</h1>", { status: 404, headers }),
    (client) => assert.rejects(client.get("/runner"), isError(/supervisord.*supervisorctl/s, 1)),
  );
  await withServer(
    () => new Response("<h1>hello</h1>", { headers: { "content-type": "text/html" } }),
    (client) => assert.rejects(client.get("/runner"), isError(/its reply \(200\) is not ours/, 1)),
  );
});

Deno.test("a fault of the runner points to its log, and does not say that this is no runner", async () => {
  const text = "The request has failed: see the log of the runner";
  const answer = () => new Response(`${text}\n`, { status: 500 });
  await withServer(answer, async (client) => {
    const said = new RegExp(`^Cannot talk to .*: ${text}\n$`);
    await assert.rejects(client.get("/runner"), isError(said, 1));
  });
});

Deno.test("a refusal before the API is asked says why, not that this is no runner", async () => {
  const answer = () => new Response("There were too many wrong passwords\n", { status: 429 });
  await withServer(answer, async (client) => {
    await assert.rejects(
      client.get("/runner"),
      isError(/^Cannot talk to .*: There were too many wrong passwords\n$/, 1),
    );
  });
});

Deno.test("unreachable() tells a runner of somebody else from one that does not run", () => {
  const exitStatusOf = (cause: unknown) => {
    const error = unreachable("x.sock", cause);
    return error instanceof RunnerError ? error.exitStatus : null;
  };
  assertEquals(exitStatusOf(new Deno.errors.PermissionDenied("")), 1);
  assertEquals(exitStatusOf(new Deno.errors.NotFound("")), 3);
  assertEquals(exitStatusOf(new Deno.errors.ConnectionRefused("")), 3);
  assertEquals(exitStatusOf(new TypeError("ours")), null);
});

Deno.test("a password is looked for once when it is wanted", async () => {
  const guard = (request: Request) =>
    request.headers.get("authorization") === `Basic ${btoa("me:p\u00c3\u00a4ss")}`
      ? Response.json({ pid: 1 })
      : Response.json({ error: "no" }, { status: 401 });
  await withServer(guard, async (client, path) => {
    await assert.rejects(client.get("/runner"), isError(/Cannot log in.*RUNNER_PASSWORD/s, 1));
    let asked = 0;
    const find = (found: Credentials | null) =>
      clientOf({
        target: client.target,
        clock: CLOCK,
        findCredentials: () => (asked++, Promise.resolve(found)),
      });
    const lucky = find({ user: "me", password: "päss" });
    assertEquals(await lucky.get("/runner"), { pid: 1 });
    assertEquals(await lucky.get("/runner"), { pid: 1 });
    assertEquals(asked, 1);
    await assert.rejects(find({ user: "me", password: "x" }).get("/"), isError(/Cannot log in/, 1));
    assertEquals(asked, 2);
    assertEquals(path.endsWith("x.sock"), true);
  });
});

Deno.test("nobody at a socket, at a file or at a port means not running", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "runner-client-" });
  Deno.writeTextFileSync(`${folder}/file`, "");
  const at = (path: string) => clientOf({ target: { kind: "unix", path }, clock: CLOCK });
  try {
    const none = at(`${folder}/none.sock`).get("/runner");
    await assert.rejects(none, isError(/none\.sock: there is no such socket/, 3));
    const file = at(`${folder}/file`).get("/runner");
    await assert.rejects(file, isError(/file: nobody listens there/, 3));
    const target = { kind: "inet", host: "127.0.0.1", port: 1, base: "" } as const;
    const error = await clientOf({ target, clock: CLOCK }).get("/runner").catch((error) => error);
    assertEquals(isGone(error), true);
    const odd = { kind: "inet", host: "no-such-host.invalid", port: 1, base: "" } as const;
    await assert.rejects(clientOf({ target: odd, clock: CLOCK }).get("/"), isError(/look ?up/, 3));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("a server that never answers is given up in time", async () => {
  await withRawServer("", true, (client) => {
    return assert.rejects(client.get("/runner"), isError(/no answer in time.*--timeout/s, 1));
  });
});

Deno.test("a stream that falls silent is given up in time", async () => {
  const head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
  await withRawServer(`${head}3\r\nabc\r\n`, true, async (client) => {
    const stream = await client.stream("/log", {}, 100);
    await assert.rejects(readAll(stream), isError(/no answer in time/, 1));
  });
});

Deno.test("a stream that breaks off means not running", async () => {
  const head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
  await withRawServer(`${head}3\r\nabc\r\n`, false, async (client) => {
    const stream = await client.stream("/log");
    await assert.rejects(readAll(stream), isError(/ended in the middle/, 3));
  });
});

Deno.test("close() ends a stream that waits, without an error", async () => {
  const head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
  await withRawServer(`${head}4\r\nabc\n\r\n`, true, async (client) => {
    const stream = await client.stream("/log");
    const lines: string[] = [];
    for await (const line of linesOf(stream)) {
      lines.push(line);
      stream.close();
    }
    assertEquals(lines, ["abc"]);
  });
});

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of stream) { /* Only its end is of interest. */ }
}

Deno.test("eventStream() gives the events and passes over comments", async () => {
  const view = (serial: number) => `id: ${serial}\ndata: {"serial":${serial}}\n\n`;
  const body = `: hello\n\n${
    view(1)
  }event: other\r\ndata: {"serial":\r\ndata: 2}\r\n\r\n: beat\n\n`;
  await withServer(() => new Response(body), async (client) => {
    const serials: number[] = [];
    for await (const { serial } of await eventStream(client)) serials.push(serial);
    assertEquals(serials, [1, 2]);
  });
});

Deno.test("queryText() escapes names and values", () => {
  assertEquals(queryText({}), "");
  assertEquals(queryText({ name: [] }), "");
  assertEquals(queryText({ name: ["a&b", "c=d"], lines: 5 }), "?name=a%26b&name=c%3Dd&lines=5");
});
