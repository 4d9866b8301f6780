// The fields of a schedule as cron has them, taken apart for formats that write them otherwise.

export interface CronFields {
  readonly second: string;
  readonly minute: string;
  readonly hour: string;
  readonly day: string;
  readonly month: string;
  readonly weekday: string;
}

const NICKNAMES: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** Five or six fields or a nickname; null for what is neither. */
export function cronFields(expression: string): CronFields | null {
  const bare = expression.trim().toLowerCase();
  const words = (NICKNAMES[bare] ?? expression.trim()).split(/\s+/);
  const all = words.length === 5 ? ["0", ...words] : words;
  const [second, minute, hour, day, month, weekday, ...more] = all;
  if (second === undefined || minute === undefined || hour === undefined) return null;
  if (day === undefined || month === undefined || weekday === undefined) return null;
  return more.length > 0 ? null : { second, minute, hour, day, month, weekday };
}

/** As short as it can be written: without seconds when they are 0. */
export function cronText({ second, ...rest }: CronFields): string {
  const { minute, hour, day, month, weekday } = rest;
  return [...(second === "0" ? [] : [second]), minute, hour, day, month, weekday].join(" ");
}

/** Steps such as every 15 minutes, where the clock has them; null where they do not fit into it. */
export function cronOfInterval(seconds: number): string | null {
  const every = (count: number): string => count === 1 ? "*" : `*/${count}`;
  if (!Number.isInteger(seconds) || seconds < 1) return null;
  if (seconds < 60) return 60 % seconds === 0 ? `${every(seconds)} * * * * *` : null;
  if (seconds % 60 !== 0) return null;
  const minutes = seconds / 60;
  if (minutes < 60) return 60 % minutes === 0 ? `${every(minutes)} * * * *` : null;
  if (minutes % 60 !== 0) return null;
  const hours = minutes / 60;
  if (hours < 24) return 24 % hours === 0 ? `0 ${every(hours)} * * *` : null;
  if (hours === 24) return "0 0 * * *";
  return hours === 168 ? "0 0 * * 0" : null;
}
