// POST /actions on a real engine: what came of each process, and when the reply comes.
import { apiHandler } from "../../../src/control/api/handler.ts";
import type { ActionResult } from "../../../src/control/api/types.ts";
import { assertEquals } from "../../support/assert.ts";
import {
  type Answer,
  ApiRig,
  ask,
  AT_ONCE,
  requestOf,
  type RigProgram,
} from "../../support/api_rig.ts";
import { OURS, STOP, SUPERVISORD } from "../../support/plans.ts";

const SLOW = { restart: SUPERVISORD };
const BY_HAND = { autostart: false };

function act(rig: ApiRig, body: Readonly<Record<string, unknown>>): Promise<Answer> {
  return ask(apiHandler(rig.runner), requestOf("/api/v1/actions", { method: "POST", body }));
}

/** `id ok outcome: detail (state)`, one line a process. */
function told(answer: Answer): string[] {
  if (answer.status !== 200) return [`${answer.status} ${answer.text}`];
  return answer.json.results.map(({ shown, ok, outcome, detail, state }: ActionResult) =>
    `${shown} ${ok ? "ok" : "NOT"} ${outcome}${detail === "" ? "" : `: ${detail}`} (${state})`
  );
}

/** True when a promise has been kept by now. */
async function isOver(promise: Promise<unknown>): Promise<boolean> {
  let over = false;
  promise.then(() => over = true);
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  return over;
}

Deno.test("start waits until the process is RUNNING", async () => {
  const rig = new ApiRig([{ name: "web", own: { ...SLOW, ...BY_HAND } }]);
  const answer = act(rig, { action: "start", names: ["web"] });
  assertEquals([rig.stateOf("web:web"), await isOver(answer)], ["STARTING", false]);
  rig.clock.pass(1_000);
  assertEquals(told(await answer), ["web ok started (RUNNING)"]);
  assertEquals(rig.clock.waiting, 0);
});

Deno.test("start says so when it runs already, and waits for one that is starting", async () => {
  const rig = new ApiRig([{ name: "a" }, { name: "b", own: SLOW }]);
  const answer = act(rig, { action: "start", names: ["all"] });
  assertEquals(await isOver(answer), false);
  rig.clock.pass(1_000);
  assertEquals(told(await answer), ["a ok already started (RUNNING)", "b ok started (RUNNING)"]);
});

Deno.test("start is over as soon as the first attempt has failed", async () => {
  const rig = new ApiRig([{ name: "web", own: { ...SLOW, ...BY_HAND } }]);
  const answer = act(rig, { action: "start", names: ["web"] });
  rig.clock.pass(300);
  rig.end("web:web", 7);
  assertEquals(told(await answer), [
    "web NOT failed: exit status 7 after 300ms; it is tried again (BACKOFF)",
  ]);
});

Deno.test("start tells the spawn error", async () => {
  const own = { command: ["nope"], ...BY_HAND };
  const rig = new ApiRig([{ name: "web", own }]);
  assertEquals(told(await act(rig, { action: "start", names: ["web"] })), [
    "web NOT failed: can't find command 'nope'; it is tried again (BACKOFF)",
  ]);
});

Deno.test("start of a program that does one thing and ends is good when its end is expected", async () => {
  const once = { ...OURS, autorestart: "never" } as const;
  const rig = new ApiRig([{ name: "once", own: { restart: once, ...BY_HAND } }]);
  const answer = act(rig, { action: "start", names: ["once"] });
  rig.clock.pass(20);
  rig.end("once:once", 0);
  assertEquals(told(await answer), ["once ok started: ended: exit status 0 after 20ms (EXITED)"]);
});

Deno.test("start of a program that is started again at once is judged by its first end", async () => {
  const restart = { ...OURS, startSeconds: 500, autorestart: "always" } as const;
  const rig = new ApiRig([{ name: "web", own: { restart, ...BY_HAND } }]);
  const answer = act(rig, { action: "start", names: ["web"] });
  rig.clock.pass(100);
  rig.end("web:web", 1);
  const [line = ""] = told(await answer);
  assertEquals(line.startsWith("web NOT failed: exit status 1 after 100ms"), true, line);
});

Deno.test("start gives up waiting after the timeout, and says where it stands", async () => {
  const rig = new ApiRig([{ name: "web", own: { ...SLOW, ...BY_HAND } }]);
  const answer = act(rig, { action: "start", names: ["web"], timeout: 0.5 });
  rig.clock.pass(499);
  assertEquals(await isOver(answer), false);
  rig.clock.pass(1);
  assertEquals(told(await answer), ["web NOT timed out: still starting after 0.5 s (STARTING)"]);
  assertEquals((await answer).json.timedOut, true);
});

Deno.test("an action without wait replies at once", async () => {
  const rig = new ApiRig([{ name: "web" }]);
  const stop = await act(rig, { action: "stop", names: ["web"], wait: false });
  assertEquals(told(stop), ["web ok stopping (STOPPING)"]);
  assertEquals([stop.json.timedOut, rig.clock.waiting], [false, 1]);
});

Deno.test("stop waits for the end of the child", async () => {
  const rig = new ApiRig([{ name: "web" }, { name: "off", own: BY_HAND }]);
  const answer = act(rig, { action: "stop", names: ["all"] });
  assertEquals(await isOver(answer), false);
  rig.end("web:web");
  assertEquals(told(await answer), ["web ok stopped (STOPPED)", "off ok not running (STOPPED)"]);
});

Deno.test("stop says that the child had to be killed", async () => {
  const rig = new ApiRig([{ name: "web" }]);
  const answer = act(rig, { action: "stop", names: ["web"] });
  rig.clock.pass(10_000);
  rig.host.end(100, { kind: "signal", signal: 9, coreDumped: false });
  rig.engine.reap();
  assertEquals(told(await answer), ["web ok stopped: did not stop within 10s: killed (STOPPED)"]);
});

Deno.test("stop waits as long as the stop signals of the program and some more", async () => {
  const stop = { ...STOP, steps: [{ signal: 1, wait: 20_000 }, { signal: 15, wait: 40_000 }] };
  const rig = new ApiRig([{ name: "web", own: { stop } }]);
  const answer = act(rig, { action: "stop", names: ["web"] });
  rig.clock.pass(69_999);
  assertEquals(await isOver(answer), false);
  rig.clock.pass(1);
  assertEquals(told(await answer), ["web NOT timed out: still stopping after 70 s (STOPPING)"]);
});

Deno.test("restart waits for the new child", async () => {
  const rig = new ApiRig([{ name: "web", own: SLOW }, { name: "off", own: BY_HAND }]);
  rig.clock.pass(1_000);
  const answer = act(rig, { action: "restart", names: ["all"] });
  rig.end("web:web");
  assertEquals(await isOver(answer), false);
  rig.clock.pass(1_000);
  assertEquals(told(await answer), ["web ok restarted (RUNNING)", "off ok started (RUNNING)"]);
});

Deno.test("restart that is overtaken by a stop does not wait in vain", async () => {
  const rig = new ApiRig([{ name: "web" }]);
  const answer = act(rig, { action: "restart", names: ["web"] });
  rig.runner.order({ kind: "stop", ids: ["web:web"] });
  rig.end("web:web");
  assertEquals(told(await answer), [
    "web NOT stopped: somebody has stopped it meanwhile (STOPPED)",
  ]);
});

Deno.test("reload replaces one after another and reports each", async () => {
  const rig = new ApiRig([{ name: "web", count: 3 }]);
  rig.runner.order({ kind: "stop", ids: ["web:web_2"] });
  rig.end("web:web_2");
  const answer = act(rig, { action: "reload", names: ["web"] });
  assertEquals([0, 1].map((n) => rig.stateOf(`web:web_${n}`)), ["STOPPING", "RUNNING"]);
  rig.end("web:web_0");
  assertEquals([0, 1].map((n) => rig.stateOf(`web:web_${n}`)), ["RUNNING", "STOPPING"]);
  assertEquals(await isOver(answer), false);
  rig.end("web:web_1");
  assertEquals(told(await answer), [
    "web:web_0 ok reloaded (RUNNING)",
    "web:web_1 ok reloaded (RUNNING)",
    "web:web_2 ok not running: left as it is (STOPPED)",
  ]);
});

Deno.test("reload replaces several at once when asked to", async () => {
  const rig = new ApiRig([{ name: "web", count: 3 }]);
  const answer = act(rig, { action: "reload", names: ["web"], atOnce: 2 });
  const states = () => [0, 1, 2].map((n) => rig.stateOf(`web:web_${n}`));
  assertEquals(states(), ["STOPPING", "STOPPING", "RUNNING"]);
  for (const n of [0, 1, 2]) rig.end(`web:web_${n}`);
  assertEquals((await answer).json.results.map(({ outcome }: ActionResult) => outcome), [
    "reloaded",
    "reloaded",
    "reloaded",
  ]);
});

Deno.test("reload keeps the old ones when a new one does not come up", async () => {
  const rig = new ApiRig([{ name: "web", count: 2, own: SLOW }]);
  rig.clock.pass(1_000);
  const answer = act(rig, { action: "reload", names: ["web"] });
  rig.end("web:web_0");
  rig.clock.pass(10);
  rig.end("web:web_0", 3);
  assertEquals(told(await answer), [
    "web:web_0 NOT failed: exit status 3 after 10ms; it is tried again (BACKOFF)",
    "web:web_1 NOT kept: not reloaded: another one did not come up again (RUNNING)",
  ]);
});

Deno.test("signal reaches the living ones and says who is not there", async () => {
  const rig = new ApiRig([{ name: "web" }, { name: "off", own: BY_HAND }]);
  const answer = await act(rig, { action: "signal", names: ["all"], signal: "usr1" });
  assertEquals(told(answer), [
    "web ok signalled: SIGUSR1 (RUNNING)",
    "off NOT not running: there is no child to signal (STOPPED)",
  ]);
  assertEquals(rig.host.signals, [{ pid: 100, signal: 10, scope: "process" }]);
});

Deno.test("kill sends SIGKILL at once", async () => {
  const rig = new ApiRig([{ name: "web" }]);
  const answer = act(rig, { action: "kill", names: ["web"] });
  assertEquals(rig.host.signals.map(({ signal }) => signal), [9]);
  rig.end("web:web");
  assertEquals(told(await answer), ["web ok killed (STOPPED)"]);
});

Deno.test("clear empties the logs of what is named", async () => {
  const rig = new ApiRig([{ name: "a" }, { name: "b" }]);
  assertEquals(told(await act(rig, { action: "clear", names: ["b"] })), ["b ok cleared (RUNNING)"]);
  assertEquals(rig.cleared, ["b:b"]);
});

Deno.test("delete stops and removes, until the next update brings it back", async () => {
  const rig = new ApiRig([{ name: "web", count: 2 }, { name: "mail" }]);
  const answer = act(rig, { action: "delete", names: ["web:web_1", "mail"] });
  rig.end("web:web_1");
  assertEquals(await isOver(answer), false);
  rig.end("mail:mail");
  assertEquals(told(await answer), [
    "web:web_1 ok removed (STOPPED)",
    "mail ok removed (STOPPED)",
  ]);
  assertEquals([...rig.runner.pool.processes.keys()], ["web:web_0"]);
  const body = { dryRun: true };
  const handler = apiHandler(rig.runner);
  const update = await ask(handler, requestOf("/api/v1/update", { method: "POST", body }));
  assertEquals(update.json.added, ["web:web_1", "mail:mail"]);
});

Deno.test("an action says how a name was understood, and which one it does not know", async () => {
  const rig = new ApiRig([{ name: "worker", count: 2 }]);
  const { json } = await act(rig, { action: "start", names: ["worker", "wroker"] });
  assertEquals(json.notes, ["worker means the 2 processes of worker:*"]);
  assertEquals(json.unknown, [{ name: "wroker", meant: "worker" }]);
  assertEquals(json.results.length, 2);
});

/** What is asked, the status, the error. */
const REFUSED: readonly (readonly [unknown, number, string])[] = [
  [{ action: "start", names: ["wbe"] }, 404, 'Cannot find processes "wbe" (did you mean "web"?)'],
  [{ action: "strat", names: ["web"] }, 400, "wanted is one of start, stop"],
  [{ action: "start" }, 400, 'Cannot read "names": it is missing'],
  [{ action: "start", names: [] }, 400, 'Cannot read "names": it is []'],
  [{ action: "start", names: "web" }, 400, 'Cannot read "names": it is "web"'],
  [{ action: "start", names: [7] }, 400, 'Cannot read "names"'],
  [{ action: "start", name: ["web"] }, 400, 'unknown field "name" (did you mean "names"?)'],
  [{ action: "start", names: ["web"], wait: 1 }, 400, 'Cannot read "wait": it is 1'],
  [{ action: "start", names: ["web"], timeout: -1 }, 400, 'Cannot read "timeout": it is -1'],
  [{ action: "start", names: ["web"], timeout: "5" }, 400, 'Cannot read "timeout": it is "5"'],
  [{ action: "start", names: ["web"], signal: "HUP" }, 400, 'Cannot use "signal" with start'],
  [{ action: "start", names: ["web"], atOnce: 2 }, 400, 'Cannot use "atOnce" with start'],
  [{ action: "reload", names: ["web"], atOnce: 0 }, 400, 'Cannot read "atOnce": it is 0'],
  [{ action: "reload", names: ["web"], atOnce: 1.5 }, 400, "a whole number from 1"],
  [{ action: "signal", names: ["web"] }, 400, 'Cannot read "signal": it is missing'],
  [{ action: "signal", names: ["web"], signal: "TEMR" }, 400, 'did you mean "TERM"?'],
  [{ action: "signal", names: ["web"], signal: "0" }, 400, "there is no such signal"],
  ["nonsense", 400, "Cannot read the body as JSON"],
  ['"text"', 400, "it must be a JSON object"],
  ["[]", 400, "it must be a JSON object"],
  ["null", 400, "it must be a JSON object"],
  ["[".repeat(100_000), 400, "Cannot read the body as JSON"],
  ['{"__proto__": 1}', 400, 'unknown field "__proto__"'],
  [{ action: "start", names: Array(1_001).fill("web") }, 400, "a list of 1 to 1000 names"],
];

for (const [body, status, error] of REFUSED) {
  const shown = (typeof body === "string" ? body : JSON.stringify(body)).slice(0, 60);
  Deno.test(`an action refuses ${shown}`, async () => {
    const rig = new ApiRig([{ name: "web" }]);
    const request = requestOf("/api/v1/actions", { method: "POST", body });
    const answer = await ask(apiHandler(rig.runner), request);
    assertEquals(answer.status, status, answer.text);
    assertEquals(answer.json.error.includes(error), true, answer.text);
    assertEquals(rig.host.signals, []);
  });
}

Deno.test("once the end has begun only signal, kill and clear are done", async () => {
  const programs: RigProgram[] = [{ name: "web", own: { restart: AT_ONCE } }];
  const rig = new ApiRig(programs);
  rig.runner.order({ kind: "shutdown", why: "test" });
  for (const action of ["start", "stop", "restart", "reload", "delete"]) {
    const { status, json } = await act(rig, { action, names: ["web"] });
    assertEquals([status, json.error], [409, `Cannot ${action}: the runner is stopping`]);
  }
  const signal = await act(rig, { action: "signal", names: ["web"], signal: "HUP" });
  const clear = await act(rig, { action: "clear", names: ["web"] });
  assertEquals([signal.status, clear.status], [200, 200]);
});

Deno.test("a wait ends when the runner does", async () => {
  const rig = new ApiRig([{ name: "web", own: { ...SLOW, ...BY_HAND } }]);
  const answer = act(rig, { action: "start", names: ["web"] });
  rig.runner.order({ kind: "shutdown", why: "test" });
  rig.end("web:web");
  assertEquals(told(await answer), [
    "web NOT stopped: somebody has stopped it meanwhile (STOPPED)",
  ]);
});
