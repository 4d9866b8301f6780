// Times of systemd's timers and of cron, from one to the other.
import { cronOfInterval } from "../../src/manifest/cron_fields.ts";
import { calendarsOfCron, cronOfCalendars } from "../../src/manifest/systemd_calendar.ts";
import { assertEquals } from "../support/assert.ts";

const TO_CRON: readonly (readonly [readonly string[], string | null])[] = [
  [["hourly"], "0 * * * *"],
  [["daily"], "0 0 * * *"],
  [["Weekly"], "0 0 * * 1"],
  [["quarterly"], "0 0 1 1,4,7,10 *"],
  [["*-*-* 02:30:00"], "30 2 * * *"],
  [["02:30"], "30 2 * * *"],
  [["Mon..Fri 08:00"], "0 8 * * 1-5"],
  [["Sat,Sun *-*-* 10:00"], "0 10 * * 6,0"],
  [["Fri..Sun 10:00"], "0 10 * * 5-7"],
  [["monday"], "0 0 * * 1"],
  [["*:0/15"], "*/15 * * * *"],
  [["*-*-* *:*:0/10"], "*/10 * * * * *"],
  [["*-*-* 08..18/2:00"], "0 8-18/2 * * *"],
  [["*-01..06-01,15 00:00"], "0 0 1,15 1-6 *"],
  [["6:00", "18:00"], "0 6,18 * * *"],
  [["*-*-01 06:00", "*-*-15 06:00"], "0 6 1,15 * *"],
  [["6:00", "18:30"], null],
  [["Fri *-*-13"], null],
  [["2027-01-01 00:00"], null],
  [["*-*~01"], null],
  [["12:00:00.5"], null],
  [["25:00"], null],
  [["soon"], null],
  [[], null],
];

Deno.test("cronOfCalendars() says the same as OnCalendar, or nothing", () => {
  for (const [calendars, cron] of TO_CRON) {
    assertEquals([calendars, cronOfCalendars(calendars)?.expression ?? null], [calendars, cron]);
  }
  assertEquals(cronOfCalendars(["02:30 Europe/Berlin"]), {
    expression: "30 2 * * *",
    timeZone: "Europe/Berlin",
  });
  assertEquals(cronOfCalendars(["02:30 UTC", "04:30"]), null);
});

const FROM_CRON: readonly (readonly [string, readonly string[] | null])[] = [
  ["*/5 * * * *", ["*-*-* *:00/5:00"]],
  ["30 2 * * 1-5", ["Mon,Tue,Wed,Thu,Fri *-*-* 02:30:00"]],
  ["30 2 * * sun", ["Sun *-*-* 02:30:00"]],
  ["30 2 * * 7", ["Sun *-*-* 02:30:00"]],
  ["0 0 13 * FRI", ["*-*-13 00:00:00", "Fri *-*-* 00:00:00"]],
  ["0 8-18/2 1,15 jan-jun *", ["*-01..06-01,15 08..18/2:00:00"]],
  ["15 10 * * * *", ["*-*-* *:10:15"]],
  ["@monthly", ["*-*-01 00:00:00"]],
  ["0 0 L * *", null],
  ["0 0 * * 5#2", null],
  ["@reboot", null],
];

Deno.test("calendarsOfCron() has a calendar for each day that cron would take", () => {
  for (const [cron, calendars] of FROM_CRON) {
    assertEquals([cron, calendarsOfCron(cron, null)], [cron, calendars]);
  }
  assertEquals(calendarsOfCron("0 4 * * *", "UTC"), ["*-*-* 04:00:00 UTC"]);
});

Deno.test("cronOfInterval() has words for steps that fit into the clock", () => {
  const table: readonly (readonly [number, string | null])[] = [
    [1, "* * * * * *"],
    [10, "*/10 * * * * *"],
    [45, null],
    [60, "* * * * *"],
    [900, "*/15 * * * *"],
    [420, null],
    [3600, "0 * * * *"],
    [7200, "0 */2 * * *"],
    [18_000, null],
    [86_400, "0 0 * * *"],
    [604_800, "0 0 * * 0"],
    [0, null],
    [0.5, null],
  ];
  for (const [seconds, cron] of table) {
    assertEquals([seconds, cronOfInterval(seconds)], [seconds, cron]);
  }
});
