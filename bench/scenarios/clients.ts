// Clients: what many of them cost the programs, and one that never reads the runner.
import { delay, monotonicMs, waitFor } from "../measure/clock.ts";
import { memoryOf } from "../measure/usage.ts";
import { atMost, type Figure } from "../results.ts";
import { Session } from "../session.ts";
import { oneByOne, type Scenario } from "./scenario.ts";

const CHILDREN = 20;
const POLLERS = 200;
const FOLLOWERS = 50;
const UP_MS = 2000;
const GAP_MS = 100;
/** Each client asks again after this long: 200 of them are 200 requests a second. */
const POLL_MS = 1000;
/** So many that the heap's own breathing, some 20 MiB, is small beside what is measured. */
const DEAF = 50;
/** What is written past a follower that does not read. */
const FLOOD_BYTES = 64 * 1024 * 1024;

const restart: Figure = {
  key: "clients-restart",
  label: `restart under ${POLLERS} clients and ${FOLLOWERS} followers`,
  unit: "ms",
  digits: 1,
  target: atMost(50),
};

const deaf: Figure = {
  key: "clients-deaf",
  label: `memory for each of ${DEAF} followers that never read`,
  unit: "MiB",
  digits: 2,
  target: atMost(1),
};

export const clients: Scenario = {
  name: "clients",
  figures: [restart],
  maxRounds: 2,
  hasLimit: false,
  round: (bench, peers, results) =>
    oneByOne(clients, peers, results, async (peer) => {
      await using session = new Session(bench, peer, { fixture: "sleeps", count: CHILDREN });
      const { socket } = session.launch;
      if (socket === undefined) return results.excuse(restart, peer.name, "none");
      const marks = await session.waitForMarks(CHILDREN);
      await delay(UP_MS);
      using load = new Load(socket);
      await waitFor(() => load.answers > POLLERS, {
        what: "answers",
        withinMs: 20_000,
        everyMs: 5,
      });
      for (const { pid } of marks) {
        const before = session.marks.count;
        const killedAtMs = monotonicMs();
        Deno.kill(pid, "SIGKILL");
        const what = "the replacement";
        await waitFor(() => session.marks.count > before, { what, withinMs: 10_000, everyMs: 2 });
        results.add(restart, peer.name, (session.marks.read().at(-1)?.atMs ?? NaN) - killedAtMs);
        await delay(GAP_MS);
      }
    }),
};

export const deafFollower: Scenario = {
  name: "deaf-follower",
  figures: [deaf],
  maxRounds: 2,
  hasLimit: false,
  round: (bench, peers, results) =>
    oneByOne(deafFollower, peers, results, async (peer) => {
      const args = (folder: string) => [`${folder}/go`, String(FLOOD_BYTES), "4096", "100"];
      const used = async (followers: number) => {
        await using session = new Session(bench, peer, { fixture: "writes", args, count: 1 });
        const { socket } = session.launch;
        if (socket === undefined) return undefined;
        await session.waitForMarks(1);
        const connections: Deno.Conn[] = [];
        for (let count = 0; count < followers; count++) connections.push(await follow(socket));
        await delay(UP_MS);
        Deno.writeTextFileSync(`${session.folder}/go`, "");
        await session.waitForMarks(3);
        await delay(UP_MS);
        const { anonymousMiB } = memoryOf(session.supervisorPids());
        for (const connection of connections) connection.close();
        return anonymousMiB;
      };
      const alone = await used(0);
      const followed = await used(DEAF);
      if (alone === undefined || followed === undefined) {
        return results.excuse(deaf, peer.name, "none");
      }
      results.add(deaf, peer.name, Math.max(0, followed - alone) / DEAF);
    }),
};

/** Clients that ask for the state of everything again and again, and others that follow the output. */
class Load implements Disposable {
  answers = 0;
  readonly #connections: Deno.Conn[] = [];
  #isOver = false;

  constructor(socket: string) {
    // Whoever is cut off at the end has done his work.
    const ended = (error: unknown) => {
      if (!this.#isOver) throw error;
    };
    for (let client = 0; client < POLLERS; client++) this.#poll(socket, client).catch(ended);
    for (let client = 0; client < FOLLOWERS; client++) this.#follow(socket).catch(ended);
  }

  async #poll(socket: string, client: number): Promise<void> {
    const connection = await Deno.connect({ transport: "unix", path: socket });
    this.#connections.push(connection);
    const request = new TextEncoder().encode("GET /api/v1/processes HTTP/1.1\r\nHost: l\r\n\r\n");
    const buffer = new Uint8Array(1 << 16);
    await delay(client * POLL_MS / POLLERS);
    while (!this.#isOver) {
      await connection.write(request);
      await readReply(connection, buffer);
      this.answers += 1;
      await delay(POLL_MS);
    }
  }

  async #follow(socket: string): Promise<void> {
    const connection = await follow(socket);
    this.#connections.push(connection);
    const buffer = new Uint8Array(1 << 16);
    while (!this.#isOver && await connection.read(buffer).catch(() => null) !== null);
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    for (const connection of this.#connections) connection.close();
  }
}

async function follow(socket: string): Promise<Deno.Conn> {
  for (;;) {
    try {
      const connection = await Deno.connect({ transport: "unix", path: socket });
      const text = "GET /api/v1/logs?name=all&follow=1 HTTP/1.1\r\nHost: l\r\n\r\n";
      await connection.write(new TextEncoder().encode(text));
      return connection;
    } catch (error) {
      // It is not listening yet.
      const isEarly = error instanceof Deno.errors.NotFound ||
        error instanceof Deno.errors.ConnectionRefused;
      if (!isEarly) throw error;
      await delay(5);
    }
  }
}

/** Reads one reply by its length. */
async function readReply(connection: Deno.Conn, buffer: Uint8Array): Promise<void> {
  let text = "";
  let missing = Infinity;
  const decoder = new TextDecoder("latin1");
  while (missing > 0) {
    const count = await connection.read(buffer);
    if (count === null) throw new Error("The runner has hung up");
    if (missing !== Infinity) {
      missing -= count;
      continue;
    }
    text += decoder.decode(buffer.subarray(0, count));
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) continue;
    const length = /content-length: (\d+)/i.exec(text.slice(0, end))?.[1];
    missing = Number(length) - (text.length - end - 4);
  }
}
