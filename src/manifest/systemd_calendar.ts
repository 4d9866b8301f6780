// OnCalendar= of systemd's timers and the fields of cron: from one to the other.
import { type CronFields, cronFields, cronText } from "./cron_fields.ts";

export interface CalendarTime {
  /** As `schedule` has it. */
  readonly expression: string;
  readonly timeZone: string | null;
}

const SHORT: Readonly<Record<string, string>> = {
  minutely: "*-*-* *:*:00",
  hourly: "*-*-* *:00:00",
  daily: "*-*-* 00:00:00",
  weekly: "Mon *-*-* 00:00:00",
  monthly: "*-*-01 00:00:00",
  quarterly: "*-01,04,07,10-01 00:00:00",
  semiannually: "*-01,07-01 00:00:00",
  yearly: "*-01-01 00:00:00",
  annually: "*-01-01 00:00:00",
};

/** Several of them count together; null when cron has no words for it. */
export function cronOfCalendars(texts: readonly string[]): CalendarTime | null {
  const times = texts.map(readCalendar);
  const [first] = times;
  if (first === undefined || first === null) return null;
  let fields = first.fields;
  for (const time of times.slice(1)) {
    const both = time === null || time.timeZone !== first.timeZone
      ? null
      : united(fields, time.fields);
    if (both === null) return null;
    fields = both;
  }
  // Both together are "and" in systemd, and "or" in cron.
  if (fields.day !== "*" && fields.weekday !== "*") return null;
  return { expression: cronText(fields), timeZone: first.timeZone };
}

const NAMES = ["second", "minute", "hour", "day", "month", "weekday"] as const;

/** Times that differ in one field only are the list of both. */
function united(one: CronFields, other: CronFields): CronFields | null {
  const different = NAMES.filter((name) => one[name] !== other[name]);
  const [name, ...more] = different;
  if (name === undefined) return one;
  return more.length > 0 ? null : { ...one, [name]: `${one[name]},${other[name]}` };
}

interface ZonedFields {
  readonly fields: CronFields;
  readonly timeZone: string | null;
}

function readCalendar(text: string): ZonedFields | null {
  const [word = "", ...zone] = text.trim().split(/\s+/);
  const words = [...(SHORT[word.toLowerCase()] ?? word).split(" "), ...zone];
  const weekdays = /^[A-Za-z]{3,9}([,.]|$)/.test(words[0] ?? "") ? words.shift() : undefined;
  const date = /^[\d*,./~]+-/.test(words[0] ?? "") ? words.shift() : "*-*-*";
  const clock = words[0]?.includes(":") ? words.shift() : "00:00:00";
  const timeZone = words.shift() ?? null;
  if (words.length > 0 || date === undefined || clock === undefined) return null;
  const weekday = weekdays === undefined ? "*" : weekdayField(weekdays);
  const day = dateFields(date);
  const time = clockFields(clock);
  if (weekday === null || day === null || time === null) return null;
  return { fields: { ...time, ...day, weekday }, timeZone };
}

function dateFields(text: string): Pick<CronFields, "month" | "day"> | null {
  const parts = text.split("-");
  const [year, month, day] = parts.length === 2 ? ["*", ...parts] : parts;
  if (year !== "*" || month === undefined || day === undefined) return null;
  return both({ month: field(month, 1, 12), day: field(day, 1, 31) });
}

function clockFields(text: string): Pick<CronFields, "hour" | "minute" | "second"> | null {
  const [hour = "", minute = "", second = "00", ...more] = text.split(":");
  if (more.length > 0) return null;
  return both({
    hour: field(hour, 0, 23),
    minute: field(minute, 0, 59),
    second: field(second, 0, 59),
  });
}

function both<K extends string>(parts: Record<K, string | null>): Record<K, string> | null {
  const isWhole = (all: Record<K, string | null>): all is Record<K, string> =>
    Object.values(all).every((part) => part !== null);
  return isWhole(parts) ? parts : null;
}

/** `1..5`, `0/15`, `*`, lists of them; null for fractions and days from the end. */
function field(text: string, min: number, max: number): string | null {
  const items = text.split(",").map((item) => {
    const match = /^(?:(\*)|(\d+)(?:\.\.(\d+))?)(?:\/(\d+))?$/.exec(item);
    if (match === null) return null;
    const [, any, from, to, step] = match;
    const first = any === undefined ? Number(from) : min;
    const last = to === undefined ? step === undefined ? first : max : Number(to);
    if (any !== undefined) return step === undefined ? "*" : `*/${step}`;
    if (first < min || last > max || first > last) return null;
    if (step === undefined) return first === last ? `${first}` : `${first}-${last}`;
    return first === min && last === max ? `*/${step}` : `${first}-${last}/${step}`;
  });
  return items.includes(null) ? null : items.join(",");
}

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

function weekdayField(text: string): string | null {
  const dayOf = (name: string): number => DAYS.indexOf(name.slice(0, 3).toLowerCase());
  const items = text.split(",").filter((item) => item !== "").map((item) => {
    const [from = "", to] = item.split("..");
    const first = dayOf(from);
    const last = to === undefined ? first : dayOf(to);
    if (first < 0 || last < 0) return null;
    if (first === last) return `${first}`;
    // Sunday is the last day of a week in systemd.
    return first < last ? `${first}-${last}` : last === 0 ? `${first}-7` : null;
  });
  return items.includes(null) ? null : items.join(",");
}

/** The values of OnCalendar= for a schedule; null when it has none. */
export function calendarsOfCron(
  expression: string,
  timeZone: string | null,
): readonly string[] | null {
  const fields = cronFields(expression);
  if (fields === null) return null;
  const month = calendarField(fields.month, { min: 1, max: 12, names: MONTHS });
  const day = calendarField(fields.day, { min: 1, max: 31, names: [] });
  const weekday = weekdayNames(fields.weekday);
  const clock = [fields.hour, fields.minute, fields.second].map((part, at) =>
    calendarField(part, { min: 0, max: at === 0 ? 23 : 59, names: [] })
  );
  if (month === null || day === null || weekday === null || clock.includes(null)) return null;
  const rest = `${clock.join(":")}${timeZone === null ? "" : ` ${timeZone}`}`;
  const onDays = `*-${month}-${day} ${rest}`;
  if (weekday === "") return [onDays];
  // In cron a day of the month or one of the week is enough.
  const onWeekdays = `${weekday} *-${month}-* ${rest}`;
  return fields.day === "*" ? [onWeekdays] : [onDays, onWeekdays];
}

const MONTHS = [
  ...["", "jan", "feb", "mar", "apr", "may", "jun"],
  ...["jul", "aug", "sep", "oct", "nov", "dec"],
];

interface Range {
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

function calendarField(text: string, { min, max, names }: Range): string | null {
  const items = text.split(",").map((item) => {
    const match = /^(?:(\*|\?)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(item);
    if (match === null) return null;
    const [, any, from, to, step] = match;
    if (any !== undefined) return step === undefined ? "*" : `${two(min)}/${step}`;
    const first = numberOf(from ?? "", names);
    const last = to === undefined ? null : numberOf(to, names);
    if (first === null || (to !== undefined && last === null)) return null;
    if (last === null) return step === undefined ? two(first) : `${two(first)}..${max}/${step}`;
    return `${two(first)}..${two(last)}${step === undefined ? "" : `/${step}`}`;
  });
  return items.includes(null) ? null : items.join(",");
}

function two(number: number): string {
  return `${number}`.padStart(2, "0");
}

function numberOf(text: string, names: readonly string[]): number | null {
  if (/^\d+$/.test(text)) return Number(text);
  const at = names.indexOf(text.toLowerCase());
  return at > 0 ? at : null;
}

const SHOWN = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** Empty for any day; every day by its name, since systemd's weeks begin on Monday. */
function weekdayNames(text: string): string | null {
  if (text === "*" || text === "?") return "";
  const dayOf = (word: string): number | null => {
    const number = /^\d+$/.test(word) ? Number(word) : DAYS.indexOf(word.toLowerCase());
    return number >= 0 && number <= 7 ? number : null;
  };
  const days = text.split(",").flatMap((item) => {
    const match = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(item);
    const [, any, from = "", to, step] = match ?? [];
    const first = any === undefined ? dayOf(from) : 0;
    const last = any !== undefined ? 6 : to === undefined ? first : dayOf(to);
    if (match === null || first === null || last === null || first > last) return [null];
    const size = step === undefined ? 1 : Number(step);
    return Array.from({ length: last - first + 1 }, (_, at) => first + at)
      .filter((day) => (day - first) % Math.max(1, size) === 0).map((day) => day % 7);
  });
  if (days.includes(null)) return null;
  return SHOWN.filter((_, day) => days.includes(day)).join(",");
}
