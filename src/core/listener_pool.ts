// One pool of event listeners: events wait in its buffer, each goes to exactly one member that is READY.
import type { ListenerPlan, LogLevel } from "../manifest/plan.ts";
import { busy, hear, type Heard, lost, SILENT, type Talk } from "./listener_talk.ts";
import type { StateName } from "./process_state.ts";
import { covers, type SupervisorEvent } from "./supervisor_events.ts";

/** An event in a pool, with its number among all events and among those of the pool. */
export interface Queued {
  readonly event: SupervisorEvent;
  readonly serial: number;
  readonly poolSerial: number;
}

/** One process of the pool. */
export interface Member {
  readonly id: string;
  readonly run: number;
  /** Only a process that is RUNNING gets events. */
  readonly isRunning: boolean;
  readonly talk: Talk;
  /** The event it has been given and has not answered. */
  readonly event: Queued | null;
}

export interface ListenerPool {
  readonly name: string;
  readonly bufferSize: number;
  /** Names of the events it wants. */
  readonly wanted: readonly string[];
  readonly lengthUnit: ListenerPlan["lengthUnit"];
  readonly members: readonly Member[];
  /** The oldest first. */
  readonly buffer: readonly Queued[];
  readonly nextSerial: number;
}

/** What a pool is made of. */
export type PoolSettings = Pick<ListenerPool, "name" | "bufferSize" | "wanted" | "lengthUnit">;

export type ListenerInput =
  | { readonly kind: "event"; readonly event: SupervisorEvent; readonly serial: number }
  /** A member has entered a state. */
  | { readonly kind: "state"; readonly id: string; readonly to: StateName; readonly run: number }
  | {
    readonly kind: "said";
    readonly id: string;
    readonly run: number;
    readonly bytes: Uint8Array;
  }
  /** What was sent last could not be written. */
  | {
    readonly kind: "refused";
    readonly id: string;
    readonly why: "not-running" | "closed" | "full";
  };

export type ListenerEffect =
  | { readonly kind: "send"; readonly id: string; readonly queued: Queued }
  | { readonly kind: "log"; readonly level: LogLevel; readonly text: string };

export interface ListenerStep {
  readonly pool: ListenerPool;
  readonly effects: readonly ListenerEffect[];
}

export function newListenerPool(settings: PoolSettings, ids: readonly string[]): ListenerPool {
  const empty: ListenerPool = { ...settings, members: [], buffer: [], nextSerial: 0 };
  return changeListenerPool(empty, settings, ids);
}

/** New settings or other members. Whoever still has an event stays until it has ended. */
export function changeListenerPool(
  pool: ListenerPool,
  settings: PoolSettings,
  ids: readonly string[],
): ListenerPool {
  const known = new Map(pool.members.map((member) => [member.id, member]));
  const leaving = pool.members.filter(({ id, event }) => event !== null && !ids.includes(id));
  const members = [...ids.map((id) => known.get(id) ?? newMember(id)), ...leaving];
  return { ...pool, ...settings, members };
}

function newMember(id: string): Member {
  return { id, run: 0, isRunning: false, talk: SILENT, event: null };
}

/** True when it makes no difference to wait: nobody has anything to answer or to take. */
export function isQuiet({ members, buffer }: ListenerPool): boolean {
  const canHear = (member: Member) => member.isRunning && member.talk.state !== "UNKNOWN";
  return members.every(({ event }) => event === null) &&
    (buffer.length === 0 || !members.some(canHear));
}

/** Takes one input, then sends what can be sent. */
export function stepListeners(pool: ListenerPool, input: ListenerInput): ListenerStep {
  return follow(take(pool, input), dispatch);
}

function take(pool: ListenerPool, input: ListenerInput): ListenerStep {
  if (input.kind === "event") return accept(pool, input);
  const member = pool.members.find(({ id }) => id === input.id);
  if (member === undefined) return { pool, effects: [] };
  switch (input.kind) {
    case "state":
      return enter(pool, member, input);
    case "said":
      return input.run === member.run ? say(pool, member, input.bytes) : { pool, effects: [] };
    case "refused": {
      const text = `${shown(member)}: event ${member.event?.serial} cannot be sent (${input.why})`;
      const told = changed(pool, member.id, { talk: lost() });
      return takeBack(
        withLog(told, input.why === "not-running" ? "debug" : "warn", text),
        member.id,
      );
    }
  }
}

/** An event that nobody can take now waits; with a full buffer the oldest one is lost. */
function accept(
  pool: ListenerPool,
  { event, serial }: { readonly event: SupervisorEvent; readonly serial: number },
): ListenerStep {
  if (!wantsEvent(pool, event)) return { pool, effects: [] };
  const queued: Queued = { event, serial, poolSerial: pool.nextSerial };
  const room = makeRoom({ ...pool, nextSerial: pool.nextSerial + 1 });
  return {
    ...room,
    pool: { ...room.pool, buffer: [...room.pool.buffer, queued] },
  };
}

/** True when the pool has subscribed to the event. */
export function wantsEvent(pool: ListenerPool, { name }: Pick<SupervisorEvent, "name">): boolean {
  return pool.wanted.some((wanted) => covers(wanted, name));
}

function makeRoom(pool: ListenerPool): ListenerStep {
  const [oldest, ...buffer] = pool.buffer;
  if (oldest === undefined || pool.buffer.length < pool.bufferSize) return { pool, effects: [] };
  const text = `pool ${pool.name} event buffer overflowed, discarding event ${oldest.serial}`;
  return withLog({ ...pool, buffer }, "error", text);
}

/** The event of a member goes back to the head of the buffer. */
function takeBack(step: ListenerStep, id: string): ListenerStep {
  const member = step.pool.members.find((one) => one.id === id);
  const event = member?.event ?? null;
  if (member === undefined || event === null) return step;
  return follow(step, (pool) => {
    const text = `rebuffering event ${event.serial} for pool ${pool.name} ` +
      `(buf size=${pool.buffer.length}, max=${pool.bufferSize})`;
    const told = withLog(changed(pool, id, { event: null }), "debug", text);
    return follow(told, (next) => {
      const room = makeRoom(next);
      return { ...room, pool: { ...room.pool, buffer: [event, ...room.pool.buffer] } };
    });
  });
}

function enter(
  pool: ListenerPool,
  member: Member,
  { to, run }: { readonly to: StateName; readonly run: number },
): ListenerStep {
  switch (to) {
    case "STARTING": {
      const fresh = changed(pool, member.id, { run, isRunning: false, talk: SILENT });
      return takeBack({ pool: fresh, effects: [] }, member.id);
    }
    case "RUNNING":
    case "STOPPING": // What it has been given it may still answer.
      return { pool: changed(pool, member.id, { isRunning: to === "RUNNING" }), effects: [] };
    case "STOPPED":
    case "BACKOFF":
    case "EXITED":
    case "FATAL": {
      const silent = changed(pool, member.id, { isRunning: false, talk: SILENT });
      return takeBack({ pool: silent, effects: [] }, member.id);
    }
  }
}

function say(pool: ListenerPool, member: Member, bytes: Uint8Array): ListenerStep {
  const { talk, heard } = hear(member.talk, bytes);
  const spoken: ListenerStep = { pool: changed(pool, member.id, { talk }), effects: [] };
  return heard.reduce((step, one) => understand(step, member.id, one), spoken);
}

function understand(step: ListenerStep, id: string, heard: Heard): ListenerStep {
  const name = shown({ id });
  switch (heard.kind) {
    case "ready":
      return logged(step, "debug", `${name}: ACKNOWLEDGED -> READY`);
    case "answered": {
      if (!heard.isOk) return takeBack(logged(step, "warn", `${name}: event was rejected`), id);
      const told = logged(step, "debug", `${name}: event was processed`);
      return { ...told, pool: changed(told.pool, id, { event: null }) };
    }
    case "broken": {
      const told = heard.line === null
        ? step
        : logged(step, "warn", `${name}: bad result line: '${heard.line}'`);
      const text = `${name}: has entered the UNKNOWN state and will no longer receive events, ` +
        "this usually indicates the process violated the eventlistener protocol";
      return takeBack(logged(told, "warn", text), id);
    }
  }
}

/** Gives waiting events to members that can take one, in the order of both. */
function dispatch(pool: ListenerPool): ListenerStep {
  const [queued, ...buffer] = pool.buffer;
  const member = pool.members.find((one) => one.isRunning && one.talk.state === "READY");
  if (queued === undefined || member === undefined) return { pool, effects: [] };
  const given = changed({ ...pool, buffer }, member.id, {
    talk: busy(member.talk),
    event: queued,
  });
  const step: ListenerStep = {
    pool: given,
    effects: [{ kind: "send", id: member.id, queued }],
  };
  const text = `event ${queued.serial} sent to listener ${shown(member)}`;
  return follow(logged(step, "debug", text), dispatch);
}

function changed(pool: ListenerPool, id: string, change: Partial<Member>): ListenerPool {
  const members = pool.members.map((one) => one.id === id ? { ...one, ...change } : one);
  return { ...pool, members };
}

/** supervisord's log names the process without its group. */
function shown({ id }: { readonly id: string }): string {
  return id.slice(id.indexOf(":") + 1);
}

function withLog(pool: ListenerPool, level: LogLevel, text: string): ListenerStep {
  return { pool, effects: [{ kind: "log", level, text }] };
}

function logged(step: ListenerStep, level: LogLevel, text: string): ListenerStep {
  return { ...step, effects: [...step.effects, { kind: "log", level, text }] };
}

function follow(step: ListenerStep, next: (pool: ListenerPool) => ListenerStep): ListenerStep {
  const after = next(step.pool);
  return { pool: after.pool, effects: [...step.effects, ...after.effects] };
}
