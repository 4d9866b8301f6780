// Pools of event listeners: who gets which event, what waits, what is lost and what comes back.
import {
  changeListenerPool,
  isQuiet,
  type ListenerEffect,
  type ListenerInput,
  type ListenerPool,
  newListenerPool,
  type PoolSettings,
  stepListeners,
} from "../../src/core/listener_pool.ts";
import type { StateName } from "../../src/core/process_state.ts";
import { tickEvent } from "../../src/core/supervisor_events.ts";
import { assertEquals } from "../support/assert.ts";

const SETTINGS: PoolSettings = {
  name: "l",
  bufferSize: 3,
  wanted: ["TICK"],
  lengthUnit: "characters",
};

/** A pool of two, moved by hand. */
class World {
  pool: ListenerPool;
  readonly sent: string[] = [];
  readonly said: string[] = [];

  constructor(ids: readonly string[] = ["l:a", "l:b"], settings = SETTINGS) {
    this.pool = newListenerPool(settings, ids);
  }

  take(input: ListenerInput): this {
    const step = stepListeners(this.pool, input);
    this.pool = step.pool;
    for (const effect of step.effects) this.#note(effect);
    return this;
  }

  #note(effect: ListenerEffect): void {
    if (effect.kind === "send") {
      this.sent.push(`${effect.queued.serial}/${effect.queued.poolSerial} to ${effect.id}`);
    } else if (effect.level !== "debug") this.said.push(`${effect.level} ${effect.text}`);
  }

  event(...serials: readonly number[]): this {
    for (const serial of serials) {
      this.take({ kind: "event", event: tickEvent(5, serial), serial });
    }
    return this;
  }

  state(id: string, to: StateName, run = 1): this {
    return this.take({ kind: "state", id, to, run });
  }

  hears(id: string, text: string, run = 1): this {
    return this.take({ kind: "said", id, run, bytes: new TextEncoder().encode(text) });
  }

  up(id: string, run = 1): this {
    return this.state(id, "STARTING", run).state(id, "RUNNING", run).hears(id, "READY\n", run);
  }

  get waiting(): number[] {
    return this.pool.buffer.map(({ serial }) => serial);
  }
}

Deno.test("stepListeners() gives each event to one member that is READY", () => {
  const world = new World().up("l:a").up("l:b").event(10, 11, 12);
  assertEquals(world.sent, ["10/0 to l:a", "11/1 to l:b"]);
  assertEquals(world.waiting, [12]);
  world.hears("l:b", "RESULT 2\nOKREADY\n");
  assertEquals(world.sent.at(-1), "12/2 to l:b");
});

Deno.test("stepListeners() passes by events that nobody has subscribed to", () => {
  const world = new World(["l:a"], { ...SETTINGS, wanted: ["TICK_60"] }).up("l:a").event(1);
  assertEquals([world.sent, world.waiting], [[], []]);
});

Deno.test("stepListeners() waits until the process is RUNNING, READY or not", () => {
  const world = new World(["l:a"]).state("l:a", "STARTING").hears("l:a", "READY\n").event(1);
  assertEquals(world.sent, []);
  world.state("l:a", "RUNNING");
  assertEquals(world.sent, ["1/0 to l:a"]);
});

Deno.test("stepListeners() drops the oldest event of a full buffer, and says so", () => {
  const world = new World().event(1, 2, 3, 4);
  assertEquals(world.waiting, [2, 3, 4]);
  assertEquals(world.said, ["error pool l event buffer overflowed, discarding event 1"]);
});

Deno.test("stepListeners() puts a rejected event back at the head", () => {
  const world = new World(["l:a"]).up("l:a").event(1, 2).hears("l:a", "RESULT 4\nFAIL");
  assertEquals(world.waiting, [1, 2]);
  assertEquals(world.said, ["warn a: event was rejected"]);
  world.hears("l:a", "READY\n");
  assertEquals(world.sent, ["1/0 to l:a", "1/0 to l:a"]);
});

Deno.test("stepListeners() puts the event of a listener that dies back at the head", () => {
  const world = new World().up("l:a").up("l:b").event(1, 2, 3).state("l:a", "EXITED");
  assertEquals(world.waiting, [1, 3]);
  world.hears("l:b", "RESULT 2\nOKREADY\n");
  assertEquals(world.sent.at(-1), "1/0 to l:b");
});

Deno.test("stepListeners() drops the oldest one when what comes back finds no room", () => {
  const world = new World(["l:a"]).up("l:a").event(1, 2, 3, 4).state("l:a", "EXITED");
  assertEquals(world.waiting, [1, 3, 4]);
  assertEquals(world.said, ["error pool l event buffer overflowed, discarding event 2"]);
});

Deno.test("stepListeners() sends nothing more to a listener in UNKNOWN, until it is started anew", () => {
  const world = new World(["l:a"]).up("l:a").event(1).hears("l:a", "RESULT\n");
  assertEquals(world.said, [
    "warn a: bad result line: 'RESULT'",
    "warn a: has entered the UNKNOWN state and will no longer receive events, " +
    "this usually indicates the process violated the eventlistener protocol",
  ]);
  world.hears("l:a", "READY\n").event(2);
  assertEquals([world.sent.length, world.waiting], [1, [1, 2]]);
  world.state("l:a", "EXITED").up("l:a", 2);
  assertEquals(world.sent.at(-1), "1/0 to l:a");
});

Deno.test("stepListeners() lets a listener that is being stopped answer, and gives it no more", () => {
  const world = new World(["l:a"]).up("l:a").event(1, 2).state("l:a", "STOPPING");
  world.hears("l:a", "RESULT 2\nOKREADY\n").state("l:a", "STOPPED");
  assertEquals([world.sent, world.waiting], [["1/0 to l:a"], [2]]);
});

Deno.test("stepListeners() does not listen to what an earlier run has left behind", () => {
  const world = new World(["l:a"]).state("l:a", "STARTING", 2).state("l:a", "RUNNING", 2);
  world.hears("l:a", "READY\n", 1).event(1);
  assertEquals(world.sent, []);
});

Deno.test("stepListeners() gives a refused event to the next member", () => {
  const world = new World().up("l:a").up("l:b").event(1);
  world.take({ kind: "refused", id: "l:a", why: "closed" });
  assertEquals(world.sent, ["1/0 to l:a", "1/0 to l:b"]);
  assertEquals(world.said, ["warn a: event 1 cannot be sent (closed)"]);
});

Deno.test("changeListenerPool() keeps members, what waits, and who still has an event", () => {
  const world = new World().up("l:a").up("l:b").event(1);
  world.pool = changeListenerPool(world.pool, { ...SETTINGS, bufferSize: 1 }, ["l:b", "l:c"]);
  assertEquals(world.pool.members.map(({ id }) => id), ["l:b", "l:c", "l:a"]);
  world.state("l:a", "STOPPING").state("l:a", "STOPPED");
  assertEquals(world.sent, ["1/0 to l:a", "1/0 to l:b"]);
});

Deno.test("isQuiet() is true when waiting makes no difference", () => {
  const world = new World(["l:a"]);
  assertEquals(isQuiet(world.event(1).pool), true);
  assertEquals(isQuiet(world.state("l:a", "STARTING").state("l:a", "RUNNING").pool), false);
  assertEquals(isQuiet(world.hears("l:a", "READY\n").pool), false);
  assertEquals(isQuiet(world.hears("l:a", "RESULT 2\nOK").pool), true);
});
