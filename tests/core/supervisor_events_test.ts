// Facts as supervisord's events: names, payloads word for word, subscriptions.
import type { Fact } from "../../src/core/events.ts";
import {
  communicationEvent,
  covers,
  type EventName,
  eventsOf,
  groupEvent,
  logEvent,
  remoteEvent,
  runningEvent,
  type SupervisorEvent,
  tickEvent,
} from "../../src/core/supervisor_events.ts";
import type { StateName } from "../../src/core/process_state.ts";
import { assertEquals } from "../support/assert.ts";

function shown({ name, payload }: SupervisorEvent): string {
  return `${name} ${JSON.stringify(new TextDecoder().decode(payload))}`;
}

type StateFact = Extract<Fact, { kind: "state" }>;

function state(from: StateName, to: StateName, own: Partial<StateFact> = {}): StateFact {
  const base = { id: "g:web_1", from, to, pid: 7, run: 3, tries: 2, expected: true };
  return { ...base, ...own, kind: "state" };
}

/** Taken from supervisord 4.2.5. */
const STATES: readonly (readonly [StateFact, string])[] = [
  [state("STOPPED", "STARTING"), "from_state:STOPPED tries:2"],
  [state("STARTING", "RUNNING"), "from_state:STARTING pid:7"],
  [state("STARTING", "BACKOFF"), "from_state:STARTING tries:2"],
  [state("RUNNING", "STOPPING"), "from_state:RUNNING pid:7"],
  [state("RUNNING", "EXITED"), "from_state:RUNNING expected:1 pid:7"],
  [state("RUNNING", "EXITED", { expected: false }), "from_state:RUNNING expected:0 pid:7"],
  [state("STOPPING", "STOPPED"), "from_state:STOPPING pid:7"],
  [state("BACKOFF", "STOPPED", { pid: null }), "from_state:BACKOFF pid:0"],
  [state("BACKOFF", "FATAL"), "from_state:BACKOFF"],
];

for (const [fact, rest] of STATES) {
  const { to } = fact;
  Deno.test(`eventsOf() tells of ${to} with ${rest}`, () => {
    const payload = JSON.stringify(`processname:web_1 groupname:g ${rest}`);
    assertEquals(eventsOf(fact).map(shown), [`PROCESS_STATE_${to} ${payload}`]);
  });
}

Deno.test("eventsOf() tells of the end once, and of groups that come", () => {
  const stop = (step: "graceful" | "forced"): Fact => ({ kind: "shutdown", step, why: "test" });
  assertEquals(eventsOf(stop("graceful")).map(shown), ['SUPERVISOR_STATE_CHANGE_STOPPING ""']);
  assertEquals(eventsOf(stop("forced")), []);
  const none = { added: [], removed: [], restarted: [], adjusted: [], alerts: [] };
  const updated: Fact = {
    kind: "updated",
    ...none,
    groupsAdded: ["a", "b"],
    groupsRemoved: ["c"],
  };
  assertEquals(eventsOf(updated).map(shown), [
    'PROCESS_GROUP_ADDED "groupname:a\\n"',
    'PROCESS_GROUP_ADDED "groupname:b\\n"',
  ]);
  assertEquals(eventsOf({ kind: "waiting", ids: ["a:a"] }), []);
});

Deno.test("events of other origins say what supervisord's say", () => {
  const origin = { name: "p", group: "g", pid: 9, stream: "stderr" } as const;
  const bytes = new TextEncoder().encode("日本\n");
  assertEquals(
    [
      groupEvent("REMOVED", "x"),
      runningEvent(),
      remoteEvent("deploy", "now\nplease"),
      tickEvent(60, 120),
      logEvent(origin, bytes),
      communicationEvent({ ...origin, stream: "stdout" }, bytes),
    ].map(shown),
    [
      'PROCESS_GROUP_REMOVED "groupname:x\\n"',
      'SUPERVISOR_STATE_CHANGE_RUNNING ""',
      'REMOTE_COMMUNICATION "type:deploy\\nnow\\nplease"',
      'TICK_60 "when:120"',
      'PROCESS_LOG_STDERR "processname:p groupname:g pid:9 channel:stderr\\n日本\\n"',
      'PROCESS_COMMUNICATION_STDOUT "processname:p groupname:g pid:9\\n日本\\n"',
    ],
  );
});

const SUBSCRIPTIONS: readonly (readonly [string, EventName, boolean])[] = [
  ["EVENT", "TICK_5", true],
  ["TICK", "TICK_3600", true],
  ["TICK_5", "TICK_5", true],
  ["TICK_6", "TICK_60", false],
  ["TICK_60", "TICK_5", false],
  ["PROCESS_STATE", "PROCESS_STATE_FATAL", true],
  ["PROCESS_STATE", "PROCESS_LOG_STDOUT", false],
  ["PROCESS_STATE_STOPPED", "PROCESS_STATE_STOPPING", false],
  ["PROCESS_GROUP", "PROCESS_GROUP_REMOVED", true],
  ["SUPERVISOR_STATE_CHANGE", "SUPERVISOR_STATE_CHANGE_STOPPING", true],
  ["REMOTE_COMMUNICATION", "PROCESS_COMMUNICATION_STDOUT", false],
];

for (const [wanted, name, expected] of SUBSCRIPTIONS) {
  Deno.test(`covers() says ${expected} for ${wanted} and ${name}`, () => {
    assertEquals(covers(wanted, name), expected);
  });
}
