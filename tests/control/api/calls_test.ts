// The plain calls of the JSON API on a real engine: views, single processes, the runner as a whole.
import { apiHandler } from "../../../src/control/api/handler.ts";
import { healthHandler } from "../../../src/control/api/health.ts";
import { diskDriver } from "../../../src/os/log_driver.ts";
import { assertEquals } from "../../support/assert.ts";
import { type Answer, ApiRig, ask, requestOf, type RigProgram } from "../../support/api_rig.ts";
import { OURS, SUPERVISORD } from "../../support/plans.ts";

diskDriver().look("/dev/null"); // Opens libc for the whole process: no test leaks it.

function get(rig: ApiRig, target: string): Promise<Answer> {
  return ask(apiHandler(rig.runner), requestOf(`/api/v1${target}`));
}

function post(rig: ApiRig, target: string, body: unknown = {}): Promise<Answer> {
  return ask(apiHandler(rig.runner), requestOf(`/api/v1${target}`, { method: "POST", body }));
}

const BY_HAND = { autostart: false };

Deno.test("GET /runner says who the runner is", async () => {
  const rig = new ApiRig([{ name: "web" }]);
  rig.clock.pass(5_000);
  const { status, json, headers } = await get(rig, "/runner");
  assertEquals([status, headers["content-type"]], [200, "application/json; charset=utf-8"]);
  assertEquals(json, {
    pid: 1,
    version: "1.2.3",
    manifest: "/m.ini",
    startedAt: "1970-01-01T00:00:01.000Z",
    identifier: "supervisor",
    dialect: "ini",
    uptime: 5,
    phase: "UP",
    memory: 50_000_000,
    memoryLimit: null,
    upgrades: 0,
    environment: null,
    cpuTime: 0.25,
  });
});

Deno.test("GET /processes shows a running process", async () => {
  const rig = new ApiRig([{ name: "web", count: 1 }]);
  rig.clock.pass(61_000);
  const { json } = await get(rig, "/processes");
  assertEquals(json.processes, [{
    id: "web:web_0",
    group: "web",
    name: "web_0",
    paused: false,
    shown: "web:web_0",
    program: "web",
    instance: 0,
    kind: "program",
    state: "RUNNING",
    up: true,
    pid: 100,
    uptime: 61,
    since: "1970-01-01T00:00:01.000Z",
    restarts: 0,
    memory: 409_600,
    cpu: 2.5,
    lastExit: null,
    spawnError: "",
    retryIn: null,
    autostart: true,
    waitingFor: [],
    healthFault: "",
    done: false,
    spare: false,
    job: null,
    description: "pid 100, uptime 0:01:01",
  }]);
  assertEquals([json.unknown, json.drift, json.runner.pid], [[], [], 1]);
});

Deno.test("GET /processes shows one that waits for its next try", async () => {
  const rig = new ApiRig([{ name: "web", own: { restart: SUPERVISORD } }]);
  rig.clock.pass(200);
  rig.end("web:web", 3);
  const { json } = await get(rig, "/processes");
  const [web] = json.processes;
  assertEquals([web.state, web.pid, web.memory, web.cpu, web.uptime], [
    "BACKOFF",
    null,
    null,
    null,
    null,
  ]);
  assertEquals([web.retryIn, web.restarts, web.shown], [1, 1, "web"]);
  assertEquals(web.description, "Exited too quickly (process log may have details)");
  assertEquals(web.lastExit, {
    at: "1970-01-01T00:00:01.200Z",
    code: 3,
    signal: null,
    planned: false,
    uptime: 0.2,
    reason: "exit status 3",
  });
});

Deno.test("GET /processes shows one that was never started, and one that was stopped", async () => {
  const rig = new ApiRig([{ name: "a", own: BY_HAND }, { name: "b" }]);
  rig.runner.order({ kind: "stop", ids: ["b:b"] });
  rig.host.end(100, { kind: "signal", signal: 15, coreDumped: false });
  rig.engine.reap();
  const { json } = await get(rig, "/processes");
  const [a, b] = json.processes;
  assertEquals([a.state, a.up, a.since, a.description], ["STOPPED", false, null, "Not started"]);
  assertEquals(b.lastExit.reason, "stopped (terminated by SIGTERM)");
  assertEquals(b.lastExit.signal, "SIGTERM");
});

Deno.test("GET /processes takes names, and says which it does not know", async () => {
  const rig = new ApiRig([{ name: "web", count: 2 }, { name: "mail" }]);
  const { status, json } = await get(rig, "/processes?name=web&name=mial");
  assertEquals(status, 200);
  assertEquals(json.processes.map(({ id }: { id: string }) => id), ["web:web_0", "web:web_1"]);
  assertEquals(json.unknown, [{ name: "mial", meant: "mail" }]);
});

Deno.test("GET /processes measures a thousand processes once, and makes its reply in one go", async () => {
  const rig = new ApiRig([{ name: "web", count: 1_000 }]);
  await get(rig, "/processes");
  const { text } = await get(rig, "/processes");
  assertEquals([JSON.parse(text).processes.length, rig.looks], [1_000, 1]);
});

Deno.test("GET /processes is made once for all who ask at a time, and a change is seen at once", async () => {
  const rig = new ApiRig([{ name: "web" }]);
  const handler = apiHandler(rig.runner);
  const list = async () => (await handler(requestOf("/api/v1/processes"))).body;
  const first = await list();
  rig.clock.pass(100);
  assertEquals(await list() === first, true);
  rig.runner.order({ kind: "stop", ids: ["web:web"] });
  const { json } = await ask(handler, requestOf("/api/v1/processes"));
  assertEquals(json.processes[0].state, "STOPPING");
  const stopping = await list();
  rig.clock.pass(101);
  assertEquals(await list() === stopping, false);
});

Deno.test("GET /processes/{id} shows everything about one", async () => {
  const environment = { PATH: "/bin", APP_SECRET: "s3cret" };
  const own = {
    environment,
    restart: OURS,
    memory: { cap: 1_000_000, action: "restart", hardLimit: null },
  };
  const programs = [{ name: "web", own }] as readonly RigProgram[];
  const rig = new ApiRig(programs, {
    logs: {
      path: (_plan, stream) => stream === "stdout" ? "/dev/null" : null,
      counters: () => ({ read: 9, bytes: 8, bytesLost: 1, linesLost: 1, rotations: 0 }),
    },
  });
  for (const pid of [100, 101]) rig.host.memory.set(pid, 4096);
  rig.clock.pass(1_000);
  rig.end("web:web", 1);
  rig.clock.pass(1_000);
  const { json, text } = await get(rig, "/processes/web%3Aweb");
  assertEquals([json.id, json.restartsBy, json.exits], ["web:web", { exit: 1 }, { "1": 1 }]);
  assertEquals(json.environmentNames, ["APP_SECRET", "PATH"]);
  assertEquals(json.plan.environment, ["APP_SECRET", "PATH"]);
  assertEquals(text.includes("s3cret"), false);
  assertEquals([json.children, json.memoryPeak, json.cpuTime], [2, 413_696, 1.5]);
  assertEquals(json.history.length, 1);
  assertEquals(json.stdout, { path: "/dev/null", size: 0, backups: 0, written: 8, lost: 1 });
  assertEquals(json.stderr, { path: null, size: null, backups: 0, written: 8, lost: 1 });
});

Deno.test("GET /processes/{id} takes a name that means one, and refuses one that means more", async () => {
  const rig = new ApiRig([{ name: "web", count: 2 }, { name: "mail" }]);
  assertEquals((await get(rig, "/processes/mail")).json.id, "mail:mail");
  const many = await get(rig, "/processes/web");
  assertEquals([many.status, many.json.hint], [404, "One of web:web_0, web:web_1"]);
  const none = await get(rig, "/processes/mial");
  assertEquals([none.status, none.json.unknown], [404, [{ name: "mial", meant: "mail" }]]);
});

Deno.test("GET /environment hides what looks like a secret", async () => {
  const environment = {
    APP_ENV: "prod",
    DB_PASSWORD: "one",
    API_TOKEN: "two",
    QUEUE: "amqp://me:three@host/",
    PWD: "/srv",
    EMPTY_KEY: "",
  };
  const rig = new ApiRig([{ name: "web", own: { environment, inheritEnv: [] } }]);
  const { json } = await get(rig, "/environment/web");
  assertEquals(json, {
    API_TOKEN: "(hidden)",
    APP_ENV: "prod",
    DB_PASSWORD: "(hidden)",
    EMPTY_KEY: "",
    PWD: "/srv",
    QUEUE: "(hidden)",
    SUPERVISOR_ENABLED: "1",
    SUPERVISOR_GROUP_NAME: "web",
    SUPERVISOR_PROCESS_NAME: "web",
    SUPERVISOR_SERVER_URL: "unix:///s",
  });
  const shown = await get(rig, "/environment/web?secrets=1");
  assertEquals([shown.json.DB_PASSWORD, shown.json.QUEUE], ["one", "amqp://me:three@host/"]);
});

Deno.test("GET /plan is what check --json prints, without passwords and values", async () => {
  const rig = new ApiRig([{ name: "web", own: { environment: { KEY: "s3cret" } } }]);
  const { json, text } = await get(rig, "/plan");
  assertEquals(json.groups[0].processes[0].environment, ["KEY"]);
  assertEquals(text.includes("s3cret"), false);
});

Deno.test("POST /reopen opens the logs again", async () => {
  const rig = new ApiRig([]);
  assertEquals((await post(rig, "/reopen")).json, { done: true });
  assertEquals(rig.said, ["reopen"]);
});

Deno.test("POST /stdin sends text to a child, or says why not", async () => {
  const rig = new ApiRig([
    { name: "web", own: { stdin: "pipe" } },
    { name: "deaf" },
    { name: "off", own: BY_HAND },
  ]);
  assertEquals((await post(rig, "/stdin", { name: "web", text: "größe\n" })).json, { done: true });
  assertEquals([...rig.host.stdins.values()], ["größe\n"]);
  const deaf = await post(rig, "/stdin", { name: "deaf", text: "x" });
  assertEquals([deaf.status, deaf.json.error], [
    409,
    "Cannot send to deaf:deaf: its stdin is closed",
  ]);
  const off = await post(rig, "/stdin", { name: "off", text: "x" });
  assertEquals([off.status, off.json.error], [409, "Cannot send to off:off: it is not running"]);
});

Deno.test("POST /shutdown begins the end once, and by force at once", async () => {
  const rig = new ApiRig([{ name: "web" }]);
  const first = await post(rig, "/shutdown");
  assertEquals([first.status, first.json.phase], [202, "STOPPING"]);
  await post(rig, "/shutdown");
  assertEquals(rig.host.signals.map(({ signal }) => signal), [15]);
  await post(rig, "/shutdown", { force: true });
  assertEquals(rig.host.signals.map(({ signal }) => signal), [15, 9]);
});

Deno.test("POST /shutdown is the end also when a restart is under way", async () => {
  const rig = new ApiRig([{ name: "web" }]);
  const restart = await post(rig, "/restart");
  assertEquals([restart.status, rig.runner.next === null], [202, false]);
  assertEquals((await post(rig, "/restart")).status, 409);
  await post(rig, "/shutdown");
  assertEquals(rig.runner.next, null);
  assertEquals(rig.host.signals.map(({ signal }) => signal), [15]);
});

/** Method, target, status, part of the error. */
const REFUSED: readonly (readonly [string, string, number, string])[] = [
  ["GET", "/nothing", 404, "Cannot find /api/v1/nothing"],
  ["GET", "/proceses", 404, 'did you mean "/processes"?'],
  ["GET", "/processes/", 404, "Cannot find"],
  ["GET", "/processes/a/b", 404, "Cannot find"],
  ["GET", "/processes/%ff", 400, "not percent-encoded UTF-8"],
  ["GET", "/processes/..%2f..%2fetc", 404, "Cannot find a process"],
  ["POST", "/runner", 405, "it takes GET, HEAD"],
  ["GET", "/actions", 405, "it takes POST"],
  ["DELETE", "/processes/web", 405, "it takes GET, HEAD"],
  ["GET", "/processes?names=web", 400, 'unknown parameter "names" (did you mean "name"?)'],
  ["GET", "/environment/web?secrets=maybe", 400, 'Cannot read "secrets"'],
  ["GET", `/processes?${"name=x&".repeat(1_001)}`, 400, "1000 at most"],
  ["GET", "/events?replay=-1", 400, 'Cannot read "replay"'],
  ["GET", "/events?name=nobody", 404, 'Cannot find processes "nobody"'],
];

for (const [method, target, status, error] of REFUSED) {
  Deno.test(`${method} ${target.slice(0, 40)} is refused with ${status}`, async () => {
    const rig = new ApiRig([{ name: "web" }]);
    const request = requestOf(`/api/v1${target}`, { method });
    const answer = await ask(apiHandler(rig.runner), request);
    assertEquals(answer.status, status, answer.text);
    assertEquals(answer.json.error.includes(error), true, answer.text);
    if (status === 405) assertEquals(error.endsWith(answer.headers["allow"] ?? "none"), true);
  });
}

Deno.test("HEAD is answered as GET", async () => {
  const rig = new ApiRig([]);
  const request = requestOf("/api/v1/runner", { method: "HEAD" });
  assertEquals((await ask(apiHandler(rig.runner), request)).status, 200);
});

Deno.test("/healthz is good as long as the runner answers", async () => {
  const rig = new ApiRig([{ name: "web" }]);
  const health = () => ask(healthHandler(rig.runner), requestOf("/healthz"));
  assertEquals((await health()).json, { status: "ok", phase: "UP" });
  rig.runner.order({ kind: "shutdown", why: "test" });
  assertEquals([(await health()).status, (await health()).json.phase], [200, "STOPPING"]);
  const posted = requestOf("/healthz", { method: "POST" });
  assertEquals((await ask(healthHandler(rig.runner), posted)).status, 405);
});

Deno.test("/readyz waits for what is started at boot, and for nothing else", async () => {
  const once = { ...OURS, autorestart: "never" } as const;
  const rig = new ApiRig([
    { name: "slow", own: { restart: SUPERVISORD } },
    { name: "once", own: { restart: once } },
    { name: "off", own: BY_HAND },
  ]);
  const ready = () => ask(healthHandler(rig.runner), requestOf("/readyz"));
  const before = await ready();
  assertEquals([before.status, before.json.ready], [503, false]);
  assertEquals(before.json.waiting, [
    { id: "slow:slow", state: "STARTING", waitingFor: [] },
    { id: "once:once", state: "STARTING", waitingFor: [] },
  ]);
  rig.end("once:once", 0);
  rig.clock.pass(1_000);
  assertEquals([(await ready()).status, (await ready()).json], [200, { ready: true, waiting: [] }]);
  rig.runner.order({ kind: "stop", ids: ["slow:slow"] });
  rig.end("slow:slow");
  const stopped = { id: "slow:slow", state: "STOPPED", waitingFor: [] };
  assertEquals((await ready()).json.waiting, [stopped]);
});
