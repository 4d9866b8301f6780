// What is worth telling: facts on their way to alerts, each about one thing in plain words.
import { signalName } from "../base/signals.ts";
import { formatDuration, formatSize } from "../base/units.ts";
import type { AlertEvent } from "../manifest/alert_plan.ts";
import type { Millis, ProcessPlan } from "../manifest/plan.ts";
import type { Fact } from "./events.ts";
import { exitText } from "./log_lines.ts";

/** Whom something is about. */
export interface Subject extends Pick<ProcessPlan, "id" | "program" | "name" | "group"> {
  /** It runs at its times only. */
  readonly isJob: boolean;
}

export function subjectOf({ id, program, name, group, schedule }: ProcessPlan): Subject {
  return { id, program, name, group, isJob: schedule !== null };
}

/** Particulars, plain enough for JSON and for variables. */
export type NewsDetail = Readonly<Record<string, string | number | boolean | null>>;

export interface News {
  /** test: sent to see whether it arrives. */
  readonly event: AlertEvent | "test";
  /** Wall time. */
  readonly at: Millis;
  /** Null: the runner itself. */
  readonly subject: Subject | null;
  readonly text: string;
  readonly detail: NewsDetail;
}

/** What has to be known of the past to tell what is new. */
export interface NewsMemory {
  /** Processes that are down and should not be, and since when. */
  readonly outages: ReadonlyMap<string, Millis>;
  /** Children that the runner itself has sent SIGKILL. */
  readonly killed: ReadonlySet<string>;
  /** Why the runner stops. */
  readonly stopWhy: string;
}

export const NO_MEMORY: NewsMemory = { outages: new Map(), killed: new Set(), stopWhy: "" };

export interface NewsStep {
  readonly memory: NewsMemory;
  readonly news: readonly News[];
}

/** The event, what the subject has done, and the particulars. */
type Told = readonly [AlertEvent, string, NewsDetail];

export interface FactAt<F extends Fact = Fact> {
  readonly fact: F;
  /** Wall time. */
  readonly at: Millis;
  /** Null: it is about no process, or one that has left. */
  readonly subject: Subject | null;
}

type FactOf<K extends Fact["kind"]> = FactAt<Extract<Fact, { readonly kind: K }>>;

const SIGKILL = 9;

/** Takes a fact in; most of them are no news. */
export function noteFact(memory: NewsMemory, { fact, at, subject }: FactAt): NewsStep {
  switch (fact.kind) {
    case "exited":
      return noteEnd(memory, { fact, at, subject });
    case "spawn-error": {
      const told: Told = ["start-failed", `did not start: ${fact.reason}`, { reason: fact.reason }];
      return wentDown(memory, { id: fact.id, at, subject }, [told]);
    }
    case "gave-up": {
      const told: Told = ["fatal", `is given up: ${fact.reason}`, { reason: fact.reason }];
      return wentDown(memory, { id: fact.id, at, subject }, [told]);
    }
    case "running":
      return cameUp(memory, { fact, at, subject });
    case "stopped":
      return { memory: forget(memory, fact.id), news: [] };
    case "killing":
      return { memory: { ...memory, killed: new Set([...memory.killed, fact.id]) }, news: [] };
    case "shutdown":
      return { memory: { ...memory, stopWhy: memory.stopWhy || fact.why }, news: [] };
    default: {
      const told = plainNews(fact, memory.stopWhy);
      return { memory, news: told === null ? [] : [newsOf(told, { at, subject })] };
    }
  }
}

function newsOf(
  [event, text, detail]: Told,
  { at, subject }: Pick<FactAt, "at" | "subject">,
): News {
  return { event, at, subject, text: `${subject?.name ?? "the runner"} ${text}`, detail };
}

/** Facts that are news by themselves. */
function plainNews(fact: Fact, stopWhy: string): Told | null {
  switch (fact.kind) {
    case "over-cap": {
      const { bytes, cap, action } = fact;
      const text = `uses ${formatSize(bytes)}, over max_memory ${formatSize(cap)}: ${action}`;
      return ["memory", text, { bytes, cap, action }];
    }
    case "unwell": {
      const { cause, detail } = fact;
      return ["unhealthy", `is unhealthy: ${detail} (${cause})`, { cause, reason: detail }];
    }
    case "hook": {
      if (fact.outcome !== "failed") return null;
      const { hook, detail } = fact;
      return ["hook-failed", `has a failed ${hook}: ${detail}`, { hook, reason: detail }];
    }
    case "job":
      return jobNews(fact);
    case "down": {
      const why = stopWhy === "" ? "" : `: ${stopWhy}`;
      return ["runner-stop", `has stopped everything${why}`, {
        why: stopWhy,
        status: fact.status,
      }];
    }
    default:
      return null;
  }
}

/** A failed run that is tried again is none yet. */
function jobNews(fact: Extract<Fact, { readonly kind: "job" }>): Told | null {
  if (fact.step === "missed") {
    const times = fact.count === 1 ? "a run" : `${fact.count} runs`;
    return ["job-missed", `has missed ${times}`, { count: fact.count }];
  }
  if (fact.step !== "failed" || fact.retryIn !== null) return null;
  const { reason, attempt, duration } = fact;
  const tries = attempt === 1 ? "" : `, try ${attempt}`;
  return ["job-failed", `has failed as a job: ${reason}${tries}`, {
    reason,
    attempt,
    duration: Math.round(duration) / 1000,
  }];
}

function noteEnd(memory: NewsMemory, { fact, at, subject }: FactOf<"exited">): NewsStep {
  const { id, exit, uptime, restartIn } = fact;
  const isOurs = memory.killed.has(id);
  const known = isOurs ? { ...memory, killed: without(memory.killed, id) } : memory;
  if (fact.expected) return { memory: forget(known, id), news: [] };
  const detail = {
    code: exit.kind === "code" ? exit.code : null,
    signal: exit.kind === "signal" ? signalName(exit.signal) : null,
    uptime: Math.round(uptime) / 1000,
    restarts: restartIn !== null,
  };
  const after = formatDuration(Math.round(uptime));
  const told: Told[] = [
    ["exit", `has ended unexpectedly: ${exitText(exit)}, after ${after}`, detail],
  ];
  if (exit.kind === "signal" && exit.signal === SIGKILL && !isOurs) {
    told.push(["oom", "was killed from outside, most likely for want of memory", detail]);
  }
  return wentDown(known, { id, at, subject }, told);
}

/** An outage is told of once, however many tries to end it fail. A job that fails is no outage. */
function wentDown(
  memory: NewsMemory,
  { id, at, subject }: Pick<FactAt, "at" | "subject"> & { readonly id: string },
  told: readonly Told[],
): NewsStep {
  const news = told.map((one) => newsOf(one, { at, subject }));
  const [first] = told;
  if (first === undefined || memory.outages.has(id) || subject?.isJob === true) {
    return { memory, news };
  }
  const [, text, detail] = first;
  const down = newsOf(["down", `is down: it ${text}`, detail], { at, subject });
  const outages = new Map([...memory.outages, [id, at]]);
  return { memory: { ...memory, outages }, news: [...news, down] };
}

function cameUp(memory: NewsMemory, { fact, at, subject }: FactOf<"running">): NewsStep {
  const since = memory.outages.get(fact.id);
  if (since === undefined) return { memory, news: [] };
  const outage = Math.max(0, at - since);
  const text = `is up again, after ${formatDuration(Math.round(outage))}`;
  const news = newsOf(["recovered", text, { outage: Math.round(outage) / 1000 }], { at, subject });
  return { memory: forget(memory, fact.id), news: [news] };
}

/** It is where it should be. */
function forget(memory: NewsMemory, id: string): NewsMemory {
  if (!memory.outages.has(id) && !memory.killed.has(id)) return memory;
  const outages = new Map(memory.outages);
  outages.delete(id);
  return { ...memory, outages, killed: without(memory.killed, id) };
}

function without(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return new Set([...ids].filter((one) => one !== id));
}
