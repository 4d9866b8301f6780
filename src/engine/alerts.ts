// Alerts at work: facts come in, messages go out, and what becomes of them is made known.
import {
  type Delivery,
  type Desk,
  type DeskStep,
  deskWakeAt,
  type DeskWord,
  EMPTY_DESK,
  hurry,
  isClear,
  stepDesk,
  takeDelivery,
  takeNews,
} from "../core/alert_desk.ts";
import { type News, type NewsMemory, NO_MEMORY, noteFact, subjectOf } from "../core/alert_news.ts";
import type { Fact } from "../core/events.ts";
import type { AlertPlan } from "../manifest/alert_plan.ts";
import type { Millis, ProcessPlan } from "../manifest/plan.ts";
import type { Clock } from "../ports/clock.ts";
import type { SendAlert } from "./alert_sender.ts";

export interface AlertsParts {
  readonly clock: Clock;
  readonly send: SendAlert;
  /** Alerts of the plan in force. */
  plans(): readonly AlertPlan[];
  processOf(id: string): ProcessPlan | null;
  /** Makes known how a message fared. */
  report(fact: Fact): void;
}

/** How an alert stands. */
export interface AlertStanding {
  readonly name: string;
  readonly sent: number;
  readonly failed: number;
  readonly lost: number;
  /** News that have not been delivered yet. */
  readonly waiting: number;
  /** Its receiver takes nothing at present. */
  readonly isOut: boolean;
}

interface Held {
  readonly desk: Desk;
  /** The try that is under way. */
  readonly sending: Disposable | null;
}

/** What waits to be told, as it is handed over to another program. */
export interface AlertsState {
  readonly desks: ReadonlyMap<string, Desk>;
  readonly memory: NewsMemory;
}

const NEW: Held = { desk: EMPTY_DESK, sending: null };

export class Alerts implements Disposable {
  readonly #parts: AlertsParts;
  readonly #held = new Map<string, Held>();
  #memory: NewsMemory = NO_MEMORY;
  #timer: Disposable | null = null;
  #timerAt: Millis = Infinity;
  #cleared: (() => void)[] = [];
  #isEnding = false;

  constructor(parts: AlertsParts) {
    this.#parts = parts;
  }

  get standings(): readonly AlertStanding[] {
    return this.#parts.plans().map(({ name }) => {
      const { sent, failed, lost, waiting, outgoing, isOut } = this.#deskOf(name);
      const underWay = outgoing === null ? 0 : outgoing.news.length + outgoing.omitted;
      const count = waiting.news.length + waiting.omitted + underWay;
      return { name, sent, failed, lost, waiting: count, isOut };
    });
  }

  /** The runner is up. */
  begin(pid: number): void {
    if (this.#parts.plans().length === 0) return;
    const text = `the runner has started with pid ${pid}`;
    const at = this.#parts.clock.now().wall;
    this.#tell([{ event: "runner-start", at, subject: null, text, detail: { pid } }]);
  }

  /** For the program that takes over. */
  handOver(): AlertsState {
    const desks = new Map([...this.#held].map(([name, { desk }]) => [name, desk]));
    return { desks, memory: this.#memory };
  }

  /** Goes on where another program has left off, instead of `begin`. What was on its way may come twice. */
  adopt({ desks, memory }: AlertsState): void {
    this.#memory = memory;
    const delivery: Delivery = { kind: "failed", fault: "the runner was upgraded", final: false };
    for (const plan of this.#parts.plans()) {
      const desk = desks.get(plan.name);
      if (desk === undefined) continue;
      this.#keep(plan.name, { desk });
      const isUnderWay = desk.outgoing !== null && desk.outgoing.retryAt === null;
      if (isUnderWay) this.#delivered(plan, delivery);
    }
    this.#look();
  }

  /** A fact of the engine. What alerts say of themselves is no news to them. */
  fact(fact: Fact): void {
    if (fact.kind === "alert" || this.#parts.plans().length === 0) return;
    const plan = "id" in fact ? this.#parts.processOf(fact.id) : null;
    const subject = plan === null ? null : subjectOf(plan);
    if ("id" in fact && subject === null) return;
    const at = this.#parts.clock.now().wall;
    const { memory, news } = noteFact(this.#memory, { fact, at, subject });
    this.#memory = memory;
    if (news.length > 0) this.#tell(news);
  }

  /** Sends everything that waits, and resolves when it is gone, or at that time. */
  async close(until: Millis): Promise<void> {
    const { clock } = this.#parts;
    this.#isEnding = true;
    for (const plan of this.#parts.plans()) this.#hurry(plan.name);
    this.#look();
    if (!this.#isClear()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#cleared.push(resolve);
      using _limit = clock.wakeAt(until, resolve);
      await promise;
    }
    this[Symbol.dispose]();
  }

  /** Gives up what has not been delivered, and says so. */
  [Symbol.dispose](): void {
    for (const { name, waiting } of this.standings) {
      const detail = "the end came first";
      if (waiting > 0) {
        this.#parts.report(factOf(name, { outcome: "lost", count: waiting, detail }));
      }
    }
    this.#timer?.[Symbol.dispose]();
    this.#timer = null;
    this.#timerAt = Infinity;
    for (const { sending } of this.#held.values()) sending?.[Symbol.dispose]();
    this.#held.clear();
  }

  #tell(all: readonly News[]): void {
    const now = this.#parts.clock.now().mono;
    for (const plan of this.#parts.plans()) {
      for (const news of all) {
        const desk = takeNews(this.#deskOf(plan.name), plan, { news, now });
        this.#keep(plan.name, { desk });
      }
      if (this.#isEnding) this.#hurry(plan.name);
    }
    this.#look();
  }

  #hurry(name: string): void {
    this.#keep(name, { desk: hurry(this.#deskOf(name), this.#parts.clock.now().mono) });
  }

  /** Sends what is due, and sees to it that it is looked again in time. */
  #look(): void {
    const now = this.#parts.clock.now().mono;
    let next = Infinity;
    this.#forgetRemoved();
    for (const plan of this.#parts.plans()) {
      const step = stepDesk(this.#deskOf(plan.name), now);
      this.#take(plan, step);
      next = Math.min(next, deskWakeAt(step.desk));
    }
    this.#setTimer(next);
    if (this.#isClear()) { for (const resolve of this.#cleared.splice(0)) resolve(); }
  }

  /** What an update has taken away tells nobody anything any more. */
  #forgetRemoved(): void {
    const names = new Set(this.#parts.plans().map(({ name }) => name));
    for (const [name, { sending }] of this.#held) {
      if (names.has(name)) continue;
      sending?.[Symbol.dispose]();
      this.#held.delete(name);
    }
  }

  #take(plan: AlertPlan, { desk, parcel, word }: DeskStep): void {
    this.#keep(plan.name, { desk });
    if (word !== null) this.#parts.report(factOf(plan.name, word));
    if (parcel === null) return;
    const sending = this.#parts.send(plan, parcel, (delivery) => this.#delivered(plan, delivery));
    this.#keep(plan.name, { sending });
  }

  #delivered(plan: AlertPlan, delivery: Delivery): void {
    const { clock } = this.#parts;
    const [now, lot] = [clock.now().mono, clock.random()];
    this.#keep(plan.name, { sending: null });
    this.#take(plan, takeDelivery(this.#deskOf(plan.name), plan, { delivery, now, lot }));
    if (this.#isEnding) this.#hurryWaiting(plan.name);
    this.#look();
  }

  /** At the end `every` does not count any more; the waits between tries do. */
  #hurryWaiting(name: string): void {
    const desk = this.#deskOf(name);
    if (desk.outgoing === null) this.#hurry(name);
  }

  #deskOf(name: string): Desk {
    return (this.#held.get(name) ?? NEW).desk;
  }

  #keep(name: string, own: Partial<Held>): void {
    this.#held.set(name, { ...(this.#held.get(name) ?? NEW), ...own });
  }

  #isClear(): boolean {
    return this.#parts.plans().every(({ name }) => isClear(this.#deskOf(name)));
  }

  #setTimer(at: Millis): void {
    if (at === this.#timerAt) return;
    this.#timer?.[Symbol.dispose]();
    this.#timerAt = at;
    this.#timer = at === Infinity ? null : this.#parts.clock.wakeAt(at, () => {
      this.#timerAt = Infinity;
      this.#look();
    });
  }
}

function factOf(alert: string, { outcome, count, detail }: DeskWord): Fact {
  return { kind: "alert", alert, outcome, count, detail };
}
