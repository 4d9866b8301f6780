// What holds for every order of events, answers and deaths: no event is lost or doubled, one at a time for each.
import fc from "fast-check";
import {
  type ListenerInput,
  type ListenerPool,
  newListenerPool,
  stepListeners,
} from "../../src/core/listener_pool.ts";
import { tickEvent } from "../../src/core/supervisor_events.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

const IDS = ["l:a", "l:b", "l:c"];
const WORDS = [
  "READY\n",
  "RESULT 2\nOK",
  "RESULT 4\nFAIL",
  "RES",
  "ULT 2\n",
  "O",
  "K",
  "nonsense\n",
];
const STATES = ["STARTING", "RUNNING", "STOPPING", "EXITED"] as const;

const id = fc.constantFrom(...IDS);
const bytes = fc.constantFrom(...WORDS).map((word) => new TextEncoder().encode(word));
const input: fc.Arbitrary<ListenerInput> = fc.oneof(
  fc.record({ id, to: fc.constantFrom(...STATES) })
    .map((it) => ({ kind: "state", run: 1, ...it } as const)),
  fc.record({ id, bytes }).map((it) => ({ kind: "said", run: 1, ...it } as const)),
  id.map((it) => ({ kind: "refused", id: it, why: "closed" } as const)),
  fc.constant({ kind: "event", event: tickEvent(5, 0), serial: 0 } as const),
);

/** Brings a member to READY, or has it answer, in one go: chance alone seldom does. */
const inputs = fc.array(
  fc.oneof(
    input.map((one) => [one]),
    id.map((it): ListenerInput[] => [
      { kind: "state", id: it, to: "STARTING", run: 1 },
      { kind: "state", id: it, to: "RUNNING", run: 1 },
      { kind: "said", id: it, run: 1, bytes: new TextEncoder().encode("READY\n") },
    ]),
    id.map((it): ListenerInput[] => [
      { kind: "event", event: tickEvent(5, 0), serial: 0 },
      { kind: "said", id: it, run: 1, bytes: new TextEncoder().encode("RESULT 2\nOK") },
    ]),
  ),
  { minLength: 20, maxLength: 60, size: "max" },
).map((list) => list.flat());

function held(pool: ListenerPool): number[] {
  return [...pool.buffer, ...pool.members.flatMap(({ event }) => event ?? [])]
    .map(({ serial }) => serial);
}

Deno.test("stepListeners() neither loses nor doubles an event while there is room", () => {
  let answered = 0;
  fc.assert(fc.property(inputs, fc.integer({ min: 1, max: 4 }), (list, bufferSize) => {
    const settings = { name: "l", bufferSize, wanted: ["EVENT"], lengthUnit: "bytes" } as const;
    let pool = newListenerPool(settings, IDS);
    let next = 0;
    const open = new Set<number>();
    for (const one of list) {
      const step = stepListeners(pool, one.kind === "event" ? { ...one, serial: next } : one);
      if (one.kind === "event") open.add(next++);
      for (const effect of step.effects) {
        const gone = effect.kind === "log" && /discarding event (\d+)/.exec(effect.text)?.[1];
        if (gone) open.delete(Number(gone));
      }
      const still = held(step.pool);
      // What is neither held nor dropped has been answered, and only by who had it.
      const done = [...open].filter((serial) => !still.includes(serial));
      for (const serial of done) {
        assertEquals(one.kind, "said", `event ${serial} got lost`);
        assertTrue(
          pool.members.some(({ event }) => event?.serial === serial),
          `event ${serial} was answered by nobody`,
        );
        open.delete(serial);
        answered += 1;
      }
      assertEquals(still.length, new Set(still).size, "an event is there twice");
      assertTrue(step.pool.buffer.length <= bufferSize, "the buffer is over its size");
      pool = step.pool;
    }
  }));
  assertTrue(answered > 20, `only ${answered} events were ever answered: nothing has been tried`);
});
