// The desk of an alert on a clock of its own: grouping, the least time between messages, retries, the end.
import {
  type Delivery,
  type Desk,
  deskWakeAt,
  type DeskWord,
  EMPTY_DESK,
  hurry,
  isClear,
  stepDesk,
  takeDelivery,
  takeNews,
} from "../../src/core/alert_desk.ts";
import type { News } from "../../src/core/alert_news.ts";
import type { AlertPlan } from "../../src/manifest/alert_plan.ts";
import { alertPlan, news, WEB } from "../support/alerts.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

const FAILED: Delivery = { kind: "failed", fault: "refused", final: false };
const DELIVERED: Delivery = { kind: "delivered" };

/** A desk, its time, and what has come of it. */
class World {
  desk: Desk = EMPTY_DESK;
  now = 0;
  /** Time and size of each message, tries counted. */
  readonly sent: (readonly [number, number])[] = [];
  readonly words: DeskWord["outcome"][] = [];
  readonly plan: AlertPlan;

  constructor(own: Partial<AlertPlan> = {}) {
    this.plan = alertPlan(own);
  }

  tell(...all: readonly News[]): void {
    for (const one of all) {
      this.desk = takeNews(this.desk, this.plan, { news: one, now: this.now });
    }
  }

  /** Lets time pass; each try ends at once as the next of `ends` says, and stays under way after those. */
  pass(milliseconds: number, ends: readonly Delivery[] = []): void {
    const answers = [...ends];
    const end = this.now + milliseconds;
    while (deskWakeAt(this.desk) <= end) {
      this.now = Math.max(this.now, deskWakeAt(this.desk));
      const step = stepDesk(this.desk, this.now);
      this.desk = step.desk;
      if (step.parcel === null) throw new Error("it woke for nothing");
      this.sent.push([this.now, step.parcel.news.length + step.parcel.omitted]);
      const answer = answers.shift();
      if (answer !== undefined) this.answer(answer);
    }
    this.now = end;
  }

  answer(delivery: Delivery): void {
    const step = takeDelivery(this.desk, this.plan, { delivery, now: this.now, lot: 0.5 });
    this.desk = step.desk;
    if (step.word !== null) this.words.push(step.word.outcome);
  }
}

Deno.test("a desk sends what happens within group_wait in one message", () => {
  const world = new World();
  world.tell(news());
  world.pass(500);
  world.tell(news(), news());
  world.pass(10_000, [DELIVERED]);
  assertEquals([world.sent, world.words], [[[1_000, 3]], ["sent"]]);
  assertTrue(isClear(world.desk), "nothing is left");
});

Deno.test("a desk keeps `every` between two messages, and loses nothing", () => {
  const world = new World();
  world.tell(news());
  world.pass(5_000, [DELIVERED]);
  world.tell(news());
  world.pass(20_000);
  world.tell(news());
  world.pass(60_000, [DELIVERED]);
  assertEquals(world.sent, [[1_000, 1], [61_000, 2]]);
});

Deno.test("a desk with every = 0 and group_wait = 0 sends at once", () => {
  const world = new World({ every: 0, groupWait: 0 });
  world.tell(news());
  world.pass(0, [DELIVERED]);
  world.tell(news());
  world.pass(0, [DELIVERED]);
  assertEquals(world.sent, [[0, 1], [0, 1]]);
});

Deno.test("a desk passes over what the alert is not about", () => {
  const world = new World({ on: ["fatal"], programs: ["api*", "group:*"] });
  world.tell(news("exit"), news("fatal"));
  assertTrue(isClear(world.desk), "web is none of its programs");
  const api = { ...WEB, id: "api:api_1", program: "api", name: "api_1", group: "api" };
  world.tell(news("exit", "x", { subject: api }));
  assertTrue(isClear(world.desk), "an exit is none of its events");
  world.tell(news("fatal", "x", { subject: api }));
  assertTrue(!isClear(world.desk), "this is what it is about");
});

Deno.test("a desk tells of the runner whatever its programs are", () => {
  const world = new World({ on: ["runner-stop"], programs: ["api"] });
  world.tell(news("runner-stop", "bye", { subject: null }));
  world.pass(1_000);
  assertEquals(world.sent, [[1_000, 1]]);
});

Deno.test("a desk holds a hundred news and counts the rest", () => {
  const world = new World();
  world.tell(...Array.from({ length: 250 }, () => news()));
  assertEquals([world.desk.waiting.news.length, world.desk.waiting.omitted], [100, 150]);
  world.pass(1_000);
  assertEquals(world.sent, [[1_000, 250]]);
});

Deno.test("a desk tries again after growing waits, and says once that the receiver is out", () => {
  const world = new World({ retries: 3 });
  world.tell(news());
  world.pass(60_000, [FAILED, FAILED, FAILED, DELIVERED]);
  assertEquals(world.sent.map(([at]) => at), [1_000, 2_000, 4_000, 8_000]);
  assertEquals(world.words, ["failed", "restored"]);
  assertEquals([world.desk.sent, world.desk.failed, world.desk.lost], [1, 3, 0]);
});

Deno.test("a desk gives a message up after its retries, says that once, and the sum at the end", () => {
  const world = new World({ retries: 1, every: 0 });
  world.tell(news(), news());
  world.pass(10_000, [FAILED, FAILED]);
  assertEquals(world.words, ["failed", "lost"]);
  world.tell(news());
  world.pass(10_000, [FAILED, FAILED]);
  assertEquals(world.words, ["failed", "lost"]);
  assertEquals([world.desk.lost, world.desk.lostMeanwhile], [3, 3]);
  world.tell(news());
  world.pass(10_000, [DELIVERED]);
  assertEquals(world.words, ["failed", "lost", "restored"]);
  assertEquals(world.desk.lostMeanwhile, 0);
});

Deno.test("a desk does not try again what would fail again", () => {
  const world = new World();
  world.tell(news());
  world.pass(60_000, [{ kind: "failed", fault: "HTTP status 404", final: true }]);
  assertEquals([world.sent.length, world.words], [1, ["lost"]]);
});

Deno.test("a desk collects what happens while a message is on its way", () => {
  const world = new World({ every: 0 });
  world.tell(news());
  world.pass(1_000);
  world.tell(news(), news());
  world.pass(30_000);
  assertEquals(world.sent, [[1_000, 1]]);
  world.answer(DELIVERED);
  world.pass(0, [DELIVERED]);
  assertEquals(world.sent, [[1_000, 1], [31_000, 2]]);
});

Deno.test("a desk takes no answer that nobody waits for", () => {
  const world = new World();
  world.answer(DELIVERED);
  assertEquals([world.desk, world.words], [EMPTY_DESK, []]);
  world.tell(news());
  world.pass(1_000, [FAILED]);
  world.answer(DELIVERED);
  assertEquals(world.desk.sent, 0);
});

Deno.test("a desk that must hurry waits neither for others, nor for `every`, nor for the next try", () => {
  const world = new World();
  world.tell(news());
  world.desk = hurry(world.desk, world.now);
  world.pass(0, [FAILED]);
  assertEquals(world.sent, [[0, 1]]);
  world.desk = hurry(world.desk, world.now);
  world.pass(0, [DELIVERED]);
  world.tell(news());
  world.desk = hurry(world.desk, world.now);
  world.pass(0, [DELIVERED]);
  assertEquals(world.sent.length, 3);
});

Deno.test("a desk tells of flapping, whether or not it tells of ends", () => {
  const world = new World({ on: ["flapping"], flapping: { ends: 2, within: 10_000 } });
  world.tell(news("exit"));
  assertTrue(isClear(world.desk), "one end is none");
  world.pass(1_000);
  world.tell(news("start-failed"));
  const [flapping] = world.desk.waiting.news;
  assertEquals([flapping?.event, flapping?.text], [
    "flapping",
    "web is flapping: 2 unexpected ends within 10s",
  ]);
});
