// The desk of one alert: collects news, decides when a message goes, and what follows from how it went.
import { formatDuration } from "../base/units.ts";
import type { AlertPlan } from "../manifest/alert_plan.ts";
import type { Millis } from "../manifest/plan.ts";
import { isAbout } from "../manifest/plan_alerts.ts";
import { type Flaps, noteFlap } from "./alert_flapping.ts";
import type { News } from "./alert_news.ts";

/** A message on its way. */
export interface Parcel {
  readonly news: readonly News[];
  /** Further ones there was no room for. */
  readonly omitted: number;
}

interface Outgoing extends Parcel {
  /** From 1. */
  readonly attempt: number;
  /** When it is tried again; null: a try is under way. */
  readonly retryAt: Millis | null;
}

export interface Desk {
  /** In no message yet. */
  readonly waiting: Parcel;
  /** When they go; null: nothing waits. */
  readonly sendAt: Millis | null;
  readonly outgoing: Outgoing | null;
  /** When the last message was begun. */
  readonly begunAt: Millis;
  /** The receiver does not take anything, and it has been said. */
  readonly isOut: boolean;
  /** News that have been lost since. */
  readonly lostMeanwhile: number;
  readonly flaps: Flaps;
  /** Messages delivered, tries that failed, news that nobody will hear of. */
  readonly sent: number;
  readonly failed: number;
  readonly lost: number;
}

const NOTHING: Parcel = { news: [], omitted: 0 };

export const EMPTY_DESK: Desk = {
  waiting: NOTHING,
  sendAt: null,
  outgoing: null,
  begunAt: -Infinity,
  isOut: false,
  lostMeanwhile: 0,
  flaps: new Map(),
  sent: 0,
  failed: 0,
  lost: 0,
};

/** News in one message. More of them nobody reads. */
const MOST_NEWS = 100;
/** Wait before the second try; it doubles from there. */
const FIRST_WAIT: Millis = 1_000;
const LONGEST_WAIT: Millis = 60_000;

/** How a try ended. `final`: another one would end the same way. */
export type Delivery =
  | { readonly kind: "delivered" }
  | { readonly kind: "failed"; readonly fault: string; readonly final: boolean };

/** What is to be said about the delivery itself. */
export interface DeskWord {
  readonly outcome: "sent" | "failed" | "lost" | "restored";
  /** News it is about. */
  readonly count: number;
  readonly detail: string;
}

export interface DeskStep {
  readonly desk: Desk;
  /** To be sent now. */
  readonly parcel: Parcel | null;
  readonly word: DeskWord | null;
}

/** Takes news in that this alert is about. */
export function takeNews(desk: Desk, plan: AlertPlan, { news, now }: {
  readonly news: News;
  readonly now: Millis;
}): Desk {
  const { subject } = news;
  if (subject !== null && !isAbout(plan.programs, subject)) return desk;
  const told = plan.on.some((event) => event === news.event)
    ? put(desk, plan, { news, now })
    : desk;
  return isUnexpectedEnd(news) ? noteEnd(told, plan, { news, now }) : told;
}

function isUnexpectedEnd({ event, subject }: News): boolean {
  return subject !== null && (event === "exit" || event === "start-failed");
}

function noteEnd(desk: Desk, plan: AlertPlan, { news, now }: {
  readonly news: News;
  readonly now: Millis;
}): Desk {
  if (!plan.on.includes("flapping") || news.subject === null) return desk;
  const { ends, within } = plan.flapping;
  const { flaps, begins } = noteFlap(desk.flaps, { id: news.subject.id, at: now }, plan.flapping);
  if (!begins) return { ...desk, flaps };
  const text = `${news.subject.name} is flapping: ${ends} unexpected ends within ${
    formatDuration(within)
  }`;
  const flapping: News = {
    ...news,
    event: "flapping",
    text,
    detail: { ends, within: within / 1000 },
  };
  return put({ ...desk, flaps }, plan, { news: flapping, now });
}

/** Puts news where they wait, whatever the alert is about. */
export function put(desk: Desk, plan: AlertPlan, { news, now }: {
  readonly news: News;
  readonly now: Millis;
}): Desk {
  const { waiting } = desk;
  const isFull = waiting.news.length >= MOST_NEWS;
  const more = isFull
    ? { ...waiting, omitted: waiting.omitted + 1 }
    : { ...waiting, news: [...waiting.news, news] };
  const sendAt = desk.sendAt ?? Math.max(now + plan.groupWait, desk.begunAt + plan.every);
  return { ...desk, waiting: more, sendAt };
}

/** When the desk wants to be looked at; Infinity: never. */
export function deskWakeAt({ outgoing, sendAt }: Desk): Millis {
  if (outgoing !== null) return outgoing.retryAt ?? Infinity;
  return sendAt ?? Infinity;
}

/** True when nothing waits and nothing is under way. */
export function isClear({ outgoing, sendAt }: Desk): boolean {
  return outgoing === null && sendAt === null;
}

/** Sends what is due. */
export function stepDesk(desk: Desk, now: Millis): DeskStep {
  if (now < deskWakeAt(desk)) return { desk, parcel: null, word: null };
  const { outgoing, waiting } = desk;
  const next: Outgoing = outgoing === null
    ? { ...waiting, attempt: 1, retryAt: null }
    : { ...outgoing, attempt: outgoing.attempt + 1, retryAt: null };
  const begun = outgoing === null ? { waiting: NOTHING, sendAt: null, begunAt: now } : {};
  return { desk: { ...desk, ...begun, outgoing: next }, parcel: next, word: null };
}

/** A try has ended. `lot` spreads the next ones. */
export function takeDelivery(
  desk: Desk,
  plan: AlertPlan,
  { delivery, now, lot }: {
    readonly delivery: Delivery;
    readonly now: Millis;
    readonly lot: number;
  },
): DeskStep {
  const { outgoing } = desk;
  if (outgoing === null || outgoing.retryAt !== null) return { desk, parcel: null, word: null };
  const count = outgoing.news.length + outgoing.omitted;
  // What has come meanwhile does not wait for its own sake any longer than `every` says.
  if (delivery.kind === "delivered") {
    const up = { isOut: false, lostMeanwhile: 0 };
    const done = { ...desk, ...up, outgoing: null, sent: desk.sent + 1 };
    const outcome = desk.isOut ? "restored" : "sent";
    const word = { outcome, count, detail: lostText(desk.lostMeanwhile) } as const;
    return { desk: done, parcel: null, word };
  }
  const { fault } = delivery;
  const failed = { ...desk, failed: desk.failed + 1, isOut: true };
  if (delivery.final || outgoing.attempt > plan.retries) {
    const { lostMeanwhile } = desk;
    const sums = { lost: desk.lost + count, lostMeanwhile: lostMeanwhile + count };
    // Once an outage is enough: the sum is told at its end.
    const word = lostMeanwhile > 0 ? null : { outcome: "lost", count, detail: fault } as const;
    return { desk: { ...failed, ...sums, outgoing: null }, parcel: null, word };
  }
  const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (outgoing.attempt - 1));
  const retryAt = now + wait * (0.8 + 0.4 * lot);
  const word = desk.isOut ? null : { outcome: "failed", count, detail: fault } as const;
  return { desk: { ...failed, outgoing: { ...outgoing, retryAt } }, parcel: null, word };
}

function lostText(count: number): string {
  if (count === 0) return "";
  return `${count} ${count === 1 ? "event was" : "events were"} lost meanwhile`;
}

/** Nothing waits any longer than it must: the end is near. */
export function hurry(desk: Desk, now: Millis): Desk {
  const { outgoing, sendAt } = desk;
  const isRetried = outgoing !== null && outgoing.retryAt !== null;
  return {
    ...desk,
    sendAt: sendAt === null ? null : Math.min(sendAt, now),
    outgoing: isRetried
      ? { ...outgoing, retryAt: Math.min(outgoing.retryAt ?? now, now) }
      : outgoing,
  };
}
