// The JSON API of the compiled binary, asked with curl over its unix socket as a script would ask it.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { CHILDREN, type RunnerProcess, Sandbox } from "../support/runner_process.ts";
import { isAlive, until } from "../support/wait.ts";

interface Reply {
  readonly status: number;
  readonly text: string;
  // deno-lint-ignore no-explicit-any
  readonly json: any;
}

/** A runner and a way to ask it. */
class Instance {
  readonly runner: RunnerProcess;
  readonly #folder: string;

  constructor(box: Sandbox, manifest: string) {
    this.#folder = `${box.folder}/run`;
    this.runner = box.start(manifest);
  }

  /** Its socket, as soon as there is one. */
  socket(): Promise<string> {
    return until("the socket", async () => {
      try {
        for await (const { name } of Deno.readDir(this.#folder)) {
          if (name.endsWith(".sock")) return `${this.#folder}/${name}`;
        }
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
      return null;
    });
  }

  async curl(path: string, ...args: readonly string[]): Promise<Deno.ChildProcess> {
    const url = `http://localhost${path}`;
    return new Deno.Command("curl", {
      args: ["-sN", "--max-time", "30", "--unix-socket", await this.socket(), ...args, url],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
  }

  async get(path: string, ...args: readonly string[]): Promise<Reply> {
    const child = await this.curl(path, "-w", "\n%{http_code}", ...args);
    const out = new TextDecoder().decode((await child.output()).stdout);
    const cut = out.lastIndexOf("\n");
    const text = out.slice(0, cut);
    const isJson = text.startsWith("{");
    return { status: Number(out.slice(cut + 1)), text, json: isJson ? JSON.parse(text) : null };
  }

  post(path: string, body: unknown = {}): Promise<Reply> {
    return this.get(path, "--json", JSON.stringify(body));
  }

  /** Events of a stream as they come, until `isLast` says enough. */
  async events(path: string, isLast: (data: string) => boolean): Promise<string[]> {
    const child = await this.curl(path);
    const found: string[] = [];
    let rest = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + text).split("\n\n");
      rest = blocks.pop() ?? "";
      found.push(...blocks.flatMap((block) => /^data: (.*)$/m.exec(block)?.[1] ?? []));
      if (found.some(isLast)) break;
    }
    child.kill();
    await child.status;
    return found;
  }
}

const MANIFEST = `
[program.web]
command = "${CHILDREN}/forever.sh"
numprocs = 2
process_name = "%(program_name)s_%(process_num)d"
startsecs = 0
environment = { APP_SECRET = "s3cret", APP_ENV = "test" }

[program.fails]
command = "${CHILDREN}/exit_with.sh 7"
autostart = false
`;

Deno.test("the JSON API steers a pool: list, restart, failures, scale, update, shutdown", async () => {
  await using box = new Sandbox();
  const api = new Instance(box, MANIFEST);
  await api.runner.spawnOf("web_1");
  const list = await api.get("/api/v1/processes?name=web");
  const pids = list.json.processes.map(({ pid }: { pid: number }) => pid);
  assertEquals(pids.map(isAlive), [true, true]);

  const restart = await api.post("/api/v1/actions", { action: "restart", names: ["web"] });
  assertEquals(restart.json.notes, ["web means the 2 processes of web:*"]);
  assertEquals(restart.json.results.map(({ outcome }: { outcome: string }) => outcome), [
    "restarted",
    "restarted",
  ]);
  assertEquals(pids.map(isAlive), [false, false]);

  const start = await api.post("/api/v1/actions", { action: "start", names: ["fails"] });
  const [failed] = start.json.results;
  assertEquals([start.status, failed.ok, failed.outcome], [200, false, "failed"]);
  assertTrue(failed.detail.startsWith("exit status 7 after "), failed.detail);
  const unknown = await api.post("/api/v1/actions", { action: "stop", names: ["wbe"] });
  assertEquals([unknown.status, unknown.json.unknown[0].meant], [404, "web"]);

  const environment = await api.get("/api/v1/environment/web_0");
  assertEquals([environment.json.APP_SECRET, environment.json.APP_ENV], ["(hidden)", "test"]);

  const scaled = await api.post("/api/v1/scale", { program: "web", count: "+1" });
  assertEquals(scaled.json.results.map(({ id }: { id: string }) => id), ["web:web_2"]);
  assertEquals((await api.get("/api/v1/processes")).json.drift, [
    { program: "web", running: 3, manifest: 2 },
  ]);

  box.write("runner.toml", MANIFEST.replace("numprocs = 2", "numprocs = 1"));
  const dry = await api.post("/api/v1/update", { dryRun: true });
  assertEquals([dry.json.applied, dry.json.unchanged], [false, 4]);
  box.write("runner.toml", MANIFEST.replace("exit_with.sh 7", "exit_with.sh 0"));
  const update = await api.post("/api/v1/update");
  assertEquals(update.json.restarted, [{ id: "fails:fails", changed: ["command"] }]);
  box.write("runner.toml", "[program.web]\n");
  const refused = await api.post("/api/v1/update");
  assertEquals([refused.status, refused.json.applied], [422, false]);
  assertTrue(refused.json.problems[0].text.includes("runner.toml"), refused.text);

  const last = await api.get("/api/v1/processes/web_0");
  assertEquals(last.json.history[0].reason, "stopped (terminated by SIGTERM)");
  const end = await api.post("/api/v1/shutdown");
  assertEquals([end.status, end.json.phase], [202, "STOPPING"]);
  assertEquals((await api.runner.status).code, 0);
});

Deno.test("the streams of the JSON API tell what happens, and metrics and health what there is", async () => {
  await using box = new Sandbox();
  const api = new Instance(box, MANIFEST);
  const first = await api.runner.spawnOf("web_0");
  const ready = await until("readiness", async () => {
    const reply = await api.get("/readyz");
    return reply.status === 200 ? reply : null;
  });
  assertEquals(ready.json, { ready: true, waiting: [] });
  assertEquals((await api.get("/healthz")).json, { status: "ok", phase: "UP" });

  const isNew = (data: string) => {
    const [web] = JSON.parse(data).processes.filter(({ name }: { name: string }) =>
      name === "web_0"
    );
    return web.state === "RUNNING" && web.pid !== first;
  };
  const watching = api.events("/api/v1/watch", isNew);
  const following = api.events(
    "/api/v1/events?name=web_0&replay=1000",
    (data) => JSON.parse(data).kind === "running",
  );
  // Only what happens after the first question is kept: the stream is there by then.
  await until("both streams", async () => {
    const { json } = await api.post("/api/v1/actions", {
      action: "signal",
      names: ["web_0"],
      signal: "CONT",
    });
    return json.results[0].ok;
  });
  Deno.kill(first, "SIGKILL");
  const events = (await following).map((data) => JSON.parse(data));
  const exited = events.find(({ kind }) => kind === "exited");
  assertEquals([exited?.process, exited?.detail.signal], ["web:web_0", "SIGKILL"]);
  assertTrue((await watching).length > 0, "a snapshot with the new child");

  const metrics = await api.get("/metrics");
  const labels = 'group="web",program="web",process="web_0"';
  const lines = metrics.text.split("\n");
  for (
    const line of [
      `runner_process_up{${labels}} 1`,
      `runner_process_restarts_total{${labels},reason="signal"} 1`,
      `runner_process_exits_total{${labels},status="SIGKILL"} 1`,
    ]
  ) assertTrue(lines.includes(line), `${line} in\n${metrics.text}`);
  assertTrue(
    lines.some((line) => /^runner_process_resident_memory_bytes\{.*\} [1-9]\d+$/.test(line)),
    "memory was measured",
  );
  assertEquals((await api.get("/api/v1/openapi.json")).json.openapi, "3.1.0");
  assertEquals(await api.runner.stop(), 0);
});
