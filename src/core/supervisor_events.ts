// supervisord's events: their names, which subscription covers which, and what each of them says.
import type { Fact } from "./events.ts";
import type { StateName } from "./process_state.ts";

/** A stream as event names have it. */
export type Channel = "STDOUT" | "STDERR";

/** Names of events that are sent. A listener may also name what several of them begin with. */
export type EventName =
  | `PROCESS_STATE_${StateName}`
  | `PROCESS_LOG_${Channel}`
  | `PROCESS_COMMUNICATION_${Channel}`
  | "REMOTE_COMMUNICATION"
  | "SUPERVISOR_STATE_CHANGE_RUNNING"
  | "SUPERVISOR_STATE_CHANGE_STOPPING"
  | `TICK_${5 | 60 | 3600}`
  | "PROCESS_GROUP_ADDED"
  | "PROCESS_GROUP_REMOVED";

export interface SupervisorEvent {
  readonly name: EventName;
  readonly payload: Uint8Array;
}

/** True when a subscription to `wanted` covers the event: `PROCESS_STATE` covers all below it, `EVENT` everything. */
export function covers(wanted: string, name: EventName): boolean {
  return wanted === "EVENT" || wanted === name || name.startsWith(`${wanted}_`);
}

/** The events that a fact is, in the order in which supervisord sends them. */
export function eventsOf(fact: Fact): readonly SupervisorEvent[] {
  if (fact.kind === "state") return [textEvent(`PROCESS_STATE_${fact.to}`, stateText(fact))];
  if (fact.kind === "updated") return fact.groupsAdded.map((group) => groupEvent("ADDED", group));
  const isStopping = fact.kind === "shutdown" && fact.step === "graceful";
  return isStopping ? [textEvent("SUPERVISOR_STATE_CHANGE_STOPPING", "")] : [];
}

/** A group has come, or the last process of one has gone. */
export function groupEvent(change: "ADDED" | "REMOVED", group: string): SupervisorEvent {
  // The line end is supervisord's.
  return textEvent(`PROCESS_GROUP_${change}`, `groupname:${group}\n`);
}

/** What the runner itself is about. */
export function runningEvent(): SupervisorEvent {
  return textEvent("SUPERVISOR_STATE_CHANGE_RUNNING", "");
}

/** Sent by an operator or a program, by way of the control server. */
export function remoteEvent(type: string, content: string): SupervisorEvent {
  return textEvent("REMOTE_COMMUNICATION", `type:${type}\n${content}`);
}

/** `when` is a multiple of the period, in seconds since the epoch. */
export function tickEvent(period: 5 | 60 | 3600, when: number): SupervisorEvent {
  return textEvent(`TICK_${period}`, `when:${when}`);
}

/** Whose output an event is about. */
export interface OutputOrigin {
  readonly name: string;
  readonly group: string;
  readonly pid: number;
  readonly stream: "stdout" | "stderr";
}

/** A piece of output as it went to the log. Copies the bytes. */
export function logEvent(origin: OutputOrigin, bytes: Uint8Array): SupervisorEvent {
  const head = `${originText(origin)} channel:${origin.stream}\n`;
  return { name: `PROCESS_LOG_${channel(origin)}`, payload: withHead(head, bytes) };
}

/** What a program has written in capture mode. Copies the bytes. */
export function communicationEvent(origin: OutputOrigin, bytes: Uint8Array): SupervisorEvent {
  const head = `${originText(origin)}\n`;
  return { name: `PROCESS_COMMUNICATION_${channel(origin)}`, payload: withHead(head, bytes) };
}

function channel({ stream }: OutputOrigin): Channel {
  return stream === "stdout" ? "STDOUT" : "STDERR";
}

function originText({ name, group, pid }: OutputOrigin): string {
  return `processname:${name} groupname:${group} pid:${pid}`;
}

function withHead(head: string, bytes: Uint8Array): Uint8Array {
  const start = new TextEncoder().encode(head);
  const payload = new Uint8Array(start.length + bytes.length);
  payload.set(start);
  payload.set(bytes, start.length);
  return payload;
}

function textEvent(name: EventName, text: string): SupervisorEvent {
  return { name, payload: new TextEncoder().encode(text) };
}

function stateText(fact: Extract<Fact, { kind: "state" }>): string {
  const { id, from, to, tries, expected } = fact;
  const colon = id.indexOf(":");
  const head = `processname:${id.slice(colon + 1)} groupname:${id.slice(0, colon)}`;
  const pid = fact.pid ?? 0;
  const rest: Record<StateName, string> = {
    STARTING: ` tries:${tries}`,
    BACKOFF: ` tries:${tries}`,
    RUNNING: ` pid:${pid}`,
    STOPPING: ` pid:${pid}`,
    STOPPED: ` pid:${pid}`,
    EXITED: ` expected:${expected ? 1 : 0} pid:${pid}`,
    FATAL: "",
  };
  return `${head} from_state:${from}${rest[to]}`;
}
