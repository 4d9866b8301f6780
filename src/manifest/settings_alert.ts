// The table of keys: alerts.
import { didYouMean } from "../base/suggest.ts";
import { ALERT_EVENTS, ALERT_TEMPLATES, type AlertEvent } from "./alert_plan.ts";
import { isTable } from "./document.ts";
import type { Millis } from "./plan.ts";
import { choice, integer, listItems, NAME_LIST, SECRET, TEXT } from "./readers.ts";
import { PATH } from "./readers_system.ts";
import { DURATION, parseTime } from "./readers_units.ts";
import { ownSetting } from "./setting.ts";
import { bad, cannotRead, good, textOf, type ValueType } from "./value_type.ts";

const EVENTS: ValueType<readonly AlertEvent[]> = {
  name: "list of events",
  allowed: `use ${ALERT_EVENTS.join(", ")}`,
  schema: { type: ["array", "string"], items: { enum: ALERT_EVENTS } },
  read(raw) {
    const words = listItems(raw)?.map((word) => word.trim().toLowerCase()) ?? null;
    if (words === null) return bad(cannotRead(raw, "a list of events"), this.allowed);
    const events: AlertEvent[] = [];
    for (const word of words) {
      const event = ALERT_EVENTS.find((one) => one === word);
      if (event === undefined) {
        return bad(`There is no event "${word}"${didYouMean(word, ALERT_EVENTS)}`, this.allowed);
      }
      events.push(event);
    }
    return events.length > 0 ? good(events) : bad("Tells of nothing", this.allowed);
  },
};

const FLAPPING: ValueType<{ readonly ends: number; readonly within: Millis }> = {
  name: "ends in a time",
  allowed: "use ENDS in TIME, such as 5 in 10m",
  schema: { type: "string", pattern: "^\\s*\\d+\\s+in\\s+\\S.*$" },
  read(raw) {
    const text = isTable(raw)
      ? `${textOf(raw["ends"] ?? "")} in ${textOf(raw["within"] ?? "")}`
      : raw;
    const match = typeof text === "string" ? /^\s*(\d+)\s+in\s+(\S.*)$/.exec(text) : null;
    const within = match === null ? null : parseTime(match[2] ?? "");
    const ends = Number(match?.[1] ?? 0);
    if (within === null || within === 0 || ends < 2 || ends > 1000) {
      return bad(cannotRead(raw, "ends in a time"), this.allowed);
    }
    return good({ ends, within });
  },
};

/** What an alert is told of, and whom it tells. */
export const ALERT = {
  on: ownSetting("on", EVENTS, {
    ini: null,
    help: "What it tells of; required.",
  }),
  programs: ownSetting("programs", NAME_LIST, {
    ini: [],
    help:
      "Names or patterns of programs, processes or groups it is about, all if not set; the runner's own events are told in any case.",
  }),
  to: ownSetting("to", SECRET, {
    ini: null,
    shares: true,
    secret: true,
    help: "A webhook's URL, mailto:ADDRESS for sendmail, or exec:COMMAND.",
  }),
  urlEnv: ownSetting("url_env", TEXT, {
    ini: null,
    help: "The variable that holds the webhook's URL, instead of to.",
  }),
  urlFile: ownSetting("url_file", PATH, {
    ini: null,
    help: "The file that holds the webhook's URL, instead of to; it is read for each message.",
  }),
  template: ownSetting("template", choice(ALERT_TEMPLATES), {
    ini: null,
    shown: "json, by mail text",
    help: "Form of the message.",
  }),
  message: ownSetting("message", TEXT, {
    ini: "[%(host)s] %(text)s",
    shown: "[%(host)s] %(text)s",
    expansions: 0,
    help:
      "The line for an event: %(alert)s, %(event)s, %(text)s, %(host)s, %(time)s, %(process)s, %(program)s, %(group)s, %(manifest)s.",
  }),
} as const;

/** How often, and how stubbornly. */
export const ALERT_DELIVERY = {
  every: ownSetting("every", DURATION, {
    ini: 60_000,
    shown: "1m",
    help: "Least time between two messages; what happens meanwhile is told in the next one.",
  }),
  groupWait: ownSetting("group_wait", DURATION, {
    ini: 1_000,
    shown: "1s",
    help: "How long a message waits for further events to tell of.",
  }),
  timeout: ownSetting("timeout", DURATION, {
    ini: 10_000,
    shown: "10s",
    help: "A try that takes longer has failed.",
  }),
  retries: ownSetting("retries", integer({ min: 0, max: 100 }), {
    ini: 5,
    shown: "5",
    help: "Further tries after a failed one, with growing waits up to a minute.",
  }),
  flapping: ownSetting("flapping", FLAPPING, {
    ini: { ends: 5, within: 600_000 },
    shown: "5 in 10m",
    help: "So many unexpected ends of a process within that time count as flapping.",
  }),
} as const;

/** What must not be read by everybody. */
export const ALERT_SECRET = {
  secret: ownSetting("secret", SECRET, {
    ini: null,
    shares: true,
    secret: true,
    help:
      "Key of a DingTalk robot's signature; elsewhere it is sent as Authorization, as Bearer when it is one word.",
  }),
  secretEnv: ownSetting("secret_env", TEXT, {
    ini: null,
    help: "The variable that holds secret.",
  }),
  secretFile: ownSetting("secret_file", PATH, {
    ini: null,
    help: "The file that holds secret; it is read for each message.",
  }),
} as const;
