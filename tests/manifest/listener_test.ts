// Event listeners in manifests: what differs between the dialects, and the names of events.
import { covers, type EventName } from "../../src/core/supervisor_events.ts";
import type { ProcessPlan } from "../../src/manifest/plan.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { loadText, problemsOf } from "./fake_machine.ts";

async function listener(text: string, name: string): Promise<ProcessPlan> {
  const { plan, problems } = await loadText(text, { name });
  const process = plan?.groups[0]?.processes[0];
  assertTrue(process !== undefined, JSON.stringify(problems, null, 1));
  return process;
}

Deno.test("an eventlistener has a stdin; its lengths are supervisord's in INI, bytes in TOML", async () => {
  const toml = `[eventlistener.e]\ncommand = ["/bin/cat"]\nevents = ["EVENT"]\n`;
  const ini = "[eventlistener:e]\ncommand=/bin/cat\nevents=EVENT\n";
  const cases = [
    [toml, "bytes"],
    [`${toml}event_length = "characters"\n`, "characters"],
    [ini, "characters"],
    [`${ini}event_length = bytes\n`, "bytes"],
  ] as const;
  for (const [text, unit] of cases) {
    const process = await listener(text, text.includes("eventlistener.e") ? "a.toml" : "a.ini");
    assertEquals([process.stdin, process.listener?.lengthUnit], ["pipe", unit], text);
  }
});

/** Every event that is ever sent: the compiler insists on all of them. */
const SENT: Readonly<Record<EventName, true>> = {
  PROCESS_STATE_STOPPED: true,
  PROCESS_STATE_STARTING: true,
  PROCESS_STATE_RUNNING: true,
  PROCESS_STATE_BACKOFF: true,
  PROCESS_STATE_STOPPING: true,
  PROCESS_STATE_EXITED: true,
  PROCESS_STATE_FATAL: true,
  PROCESS_LOG_STDOUT: true,
  PROCESS_LOG_STDERR: true,
  PROCESS_COMMUNICATION_STDOUT: true,
  PROCESS_COMMUNICATION_STDERR: true,
  REMOTE_COMMUNICATION: true,
  SUPERVISOR_STATE_CHANGE_RUNNING: true,
  SUPERVISOR_STATE_CHANGE_STOPPING: true,
  TICK_5: true,
  TICK_60: true,
  TICK_3600: true,
  PROCESS_GROUP_ADDED: true,
  PROCESS_GROUP_REMOVED: true,
};

Deno.test("an eventlistener may subscribe to every event that is sent, by its own name", async () => {
  const names = Object.keys(SENT);
  const text = `[eventlistener:e]\ncommand=/bin/cat\nevents=${names.join(",")}\n`;
  assertEquals(await problemsOf(text), []);
  const { listener: plan } = await listener(text, "a.ini");
  assertEquals(plan?.events, names.toSorted());
  assertTrue(covers("EVENT", "TICK_5"), "EVENT is everything");
});
