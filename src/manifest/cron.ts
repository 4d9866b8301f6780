// Reads cron expressions and says when they are due. The library is loaded when the first manifest needs it.
import type { Cron } from "croner";
import { suggest } from "../base/suggest.ts";
import type { Millis, ProcessPlan } from "./plan.ts";
import type { SchedulePlan } from "./plan_work.ts";

/** What decides when a schedule is due. */
export type Timing = Pick<SchedulePlan, "expression" | "timeZone">;

/** The first due time after `after`, both wall time; null: it never comes again. */
export type Calendar = (timing: Timing, after: Millis) => Millis | null;

type Maker = typeof Cron;

let maker: Maker | null = null;

/** To be awaited before anything else here is called. */
export async function loadCron(): Promise<void> {
  if (maker === null) maker = (await import("croner")).Cron;
}

const NICKNAMES = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];
const FIELDS = ["second", "minute", "hour", "day of the month", "month", "day of the week"];

/** What is wrong with an expression, with the field it is wrong in; null: nothing. */
export function cronFault(expression: string): string | null {
  if (expression.startsWith("@")) return nicknameFault(expression);
  const fields = expression.split(/\s+/);
  if (fields.length !== 5 && fields.length !== 6) {
    return `it has ${fields.length === 1 ? "1 field" : `${fields.length} fields`}`;
  }
  // Each field alone, so that the one that is wrong has a name.
  for (const [index, field] of fields.entries()) {
    const alone = fields.map((_, at) => at === index ? field : "*").join(" ");
    const fault = made(alone);
    const name = FIELDS[index + FIELDS.length - fields.length];
    if (fault !== null) return `${name} "${field}": ${fault}`;
  }
  return made(expression);
}

function nicknameFault(word: string): string | null {
  if (NICKNAMES.includes(word.toLowerCase())) return null;
  const near = suggest(word.toLowerCase(), NICKNAMES);
  return `there is no ${word}${near === null ? "" : `, did you mean ${near}?`}`;
}

/** Null when the library takes it, else its own words. */
function made(expression: string): string | null {
  try {
    cronOf({ expression, timeZone: null });
    return null;
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    return error.message.replace(/^CronPattern: /, "");
  }
}

/** True for a name of the time zone database. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return false;
  }
}

/** The real calendar. Where clocks are changed: see docs/schedules.md. */
export const cronCalendar: Calendar = (timing, after) =>
  cached(timing).nextRun(new Date(after))?.getTime() ?? null;

/** Reading an expression costs more than asking it. */
const KEPT = 1_000;
const known = new Map<string, Cron>();

function cached(timing: Timing): Cron {
  const key = `${timing.timeZone} ${timing.expression}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= KEPT) known.clear();
  const cron = cronOf(timing);
  known.set(key, cron);
  return cron;
}

function cronOf({ expression, timeZone }: Timing): Cron {
  if (maker === null) throw new Error("a schedule is asked before cron has been loaded");
  const zone = timeZone === null ? {} : { timezone: timeZone };
  // Paused: it has no timer of its own.
  return new maker(expression, { paused: true, mode: "5-or-6-parts", ...zone });
}

/** The key of a job in a pool, and in the file of the state folder: a program may be in several groups. */
export function jobKey({ group, program }: Pick<ProcessPlan, "group" | "program">): string {
  return `${group}:${program}`;
}
