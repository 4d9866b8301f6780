// Cron expressions: what is read, what is refused with the field it is wrong in, and when it is due.
import { cronCalendar, cronFault, isTimeZone, loadCron } from "../../src/manifest/cron.ts";
import { assertEquals } from "../support/assert.ts";

await loadCron();

/** The next due times after a moment, in UTC. */
function dueAfter(
  expression: string,
  timeZone: string | null,
  { after, count }: { readonly after: string; readonly count: number },
): string[] {
  const times: string[] = [];
  let at: number | null = Date.parse(after);
  while (times.length < count) {
    at = cronCalendar({ expression, timeZone }, at);
    if (at === null) break;
    times.push(new Date(at).toISOString().replace(":00.000Z", "Z"));
  }
  return times;
}

Deno.test("cronFault() takes five and six fields, names, lists, steps and nicknames", () => {
  const good = [
    "*/5 * * * *",
    "0 2,14 * * MON-FRI",
    "30 4 1-7 JAN,JUL *",
    "*/10 * * * * *",
    "0 0 L * *",
    "@hourly",
    "@Daily",
    "@midnight",
  ];
  assertEquals(good.map(cronFault), good.map(() => null));
});

Deno.test("cronFault() names the field that is wrong", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["61 * * * *", 'minute "61": '],
    ["* 24 * * *", 'hour "24": '],
    ["* * 32 * *", 'day of the month "32": '],
    ["* * * 13 *", 'month "13": '],
    ["* * * * MO", 'day of the week "MO": '],
    ["61 * * * * *", 'second "61": '],
    ["* * * *", "it has 4 fields"],
    ["bogus", "it has 1 field"],
    ["* * * * * * 2026", "it has 7 fields"],
    ["@dayly", "there is no @dayly, did you mean @daily?"],
    ["@reboot", "there is no @reboot"],
  ];
  for (const [expression, beginning] of cases) {
    assertEquals(cronFault(expression)?.slice(0, beginning.length), beginning, expression);
  }
});

Deno.test("isTimeZone() knows the names of the database", () => {
  assertEquals(["UTC", "Europe/Berlin", "Mars/Base"].map(isTimeZone), [true, true, false]);
});

Deno.test("cronCalendar() says when it is due in the time zone", () => {
  const after = "2026-11-21T12:00:00Z";
  assertEquals(dueAfter("0 3 * * *", "Asia/Shanghai", { after, count: 2 }), [
    "2026-11-21T19:00Z",
    "2026-11-22T19:00Z",
  ]);
  assertEquals(dueAfter("*/20 * * * * *", "UTC", { after, count: 3 }), [
    "2026-11-21T12:00:20.000Z",
    "2026-11-21T12:00:40.000Z",
    "2026-11-21T12:01Z",
  ]);
  assertEquals(dueAfter("0 0 29 2 *", "UTC", { after, count: 1 }), ["2028-02-29T00:00Z"]);
});

Deno.test("cronCalendar() has nothing for a day that never comes", () => {
  assertEquals(dueAfter("0 0 30 2 *", "UTC", { after: "2026-01-01T00:00:00Z", count: 1 }), []);
});

Deno.test("where clocks go forward, what falls into the gap is due once, at its end", () => {
  assertEquals(
    dueAfter("30 2 * * *", "Europe/Berlin", { after: "2026-03-28T12:00:00Z", count: 2 }),
    ["2026-03-29T01:00Z", "2026-03-30T00:30Z"],
  );
  assertEquals(
    dueAfter("30 2 * * *", "America/New_York", { after: "2026-03-07T12:00:00Z", count: 2 }),
    ["2026-03-08T07:00Z", "2026-03-09T06:30Z"],
  );
  assertEquals(
    dueAfter("*/30 * * * *", "Europe/Berlin", { after: "2026-03-29T00:00:00Z", count: 3 }),
    ["2026-03-29T00:30Z", "2026-03-29T01:00Z", "2026-03-29T01:30Z"],
  );
});

Deno.test("where clocks go back, a fixed time is due once, and every so many minutes stays so", () => {
  assertEquals(
    dueAfter("30 2 * * *", "Europe/Berlin", { after: "2026-10-24T12:00:00Z", count: 2 }),
    ["2026-10-25T00:30Z", "2026-10-26T01:30Z"],
  );
  assertEquals(
    dueAfter("*/30 * * * *", "Europe/Berlin", { after: "2026-10-25T00:00:00Z", count: 4 }),
    ["2026-10-25T00:30Z", "2026-10-25T01:00Z", "2026-10-25T01:30Z", "2026-10-25T02:00Z"],
  );
  assertEquals(
    dueAfter("30 1 * * *", "America/New_York", { after: "2026-10-31T12:00:00Z", count: 2 }),
    ["2026-11-01T05:30Z", "2026-11-02T06:30Z"],
  );
});
