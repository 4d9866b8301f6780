// Readers of supervisord's own policies and of our smaller ones: restart, exit codes, limits, ages, stop sequences.
import { didYouMean } from "../base/suggest.ts";
import { parseSize } from "../base/units.ts";
import { isList, isTable, type RawTable, type RawValue } from "./document.ts";
import type { MemoryPlan, Millis, RestartPlan } from "./plan.ts";
import { parseInteger } from "./python_text.ts";
import { listItems, parseBoolean, parseWhole } from "./readers.ts";
import { DURATION, parseTime, readOwnSignal } from "./readers_units.ts";
import {
  bad,
  cannotRead,
  good,
  type Reading,
  showRaw,
  textOf,
  type ValueType,
} from "./value_type.ts";

export const AUTORESTART: ValueType<RestartPlan["autorestart"]> = {
  name: "autorestart",
  allowed: "use true, false or unexpected",
  schema: { enum: [true, false, "true", "false", "unexpected"] },
  read(raw) {
    if (raw === "unexpected" || (typeof raw === "string" && raw.toLowerCase() === "unexpected")) {
      return good("unexpected");
    }
    const value = parseBoolean(raw);
    if (value !== null) return good(value ? "always" : "never");
    const near = typeof raw === "string" ? didYouMean(raw, ["unexpected", "true", "false"]) : "";
    return bad(cannotRead(raw, "autorestart") + near, this.allowed);
  },
};

export const EXIT_CODES: ValueType<readonly number[]> = {
  name: "exit codes",
  allowed: "use numbers from 0 to 255, separated by commas; ranges and signals belong in on_exit",
  schema: {
    type: ["array", "integer", "string"],
    items: { type: "integer", minimum: 0, maximum: 255 },
  },
  read(raw) {
    const items = listItems(raw);
    const codes = items?.map(parseInteger);
    const valid = codes?.every((code) => code !== null && code >= 0 && code <= 255);
    if (codes === undefined || valid !== true) {
      return bad(cannotRead(raw, "exit codes"), this.allowed);
    }
    return good(codes.filter((code) => code !== null));
  },
};

export const START_LIMIT: ValueType<NonNullable<RestartPlan["startLimit"]>> = {
  name: "start limit",
  allowed: "use STARTS in TIME, such as 5 in 1m",
  schema: { type: "string", pattern: "^\\s*\\d+\\s+in\\s+\\S.*$" },
  read(raw) {
    const text = isTable(raw)
      ? `${textOf(raw["starts"] ?? "")} in ${textOf(raw["within"] ?? "")}`
      : raw;
    const match = typeof text === "string" ? /^\s*(\d+)\s+in\s+(\S.*)$/.exec(text) : null;
    const within = match === null ? null : parseTime(match[2] ?? "");
    const starts = Number(match?.[1] ?? 0);
    if (within === null || within === 0 || starts === 0) {
      return bad(cannotRead(raw, "a start limit"), this.allowed);
    }
    return good({ starts, within });
  },
};

/** A time that is drawn by lot around its middle. */
export interface Age {
  readonly age: Millis;
  /** Null when the value says nothing of it. */
  readonly jitter: Millis | null;
}

export const MAX_AGE: ValueType<Age> = {
  name: "age",
  allowed: "use a time such as 1h, or 1h +- 10m",
  schema: { type: ["string", "number"], minimum: 0 },
  read(raw) {
    const [middle = "", spread] = (textOf(raw) ?? "").split(/\+-|\+\/-|\u00b1/);
    const age = parseTime(middle);
    const jitter = spread === undefined ? null : parseTime(spread);
    if (age === null || age === 0 || (spread !== undefined && jitter === null)) {
      return bad(cannotRead(raw, "an age"), this.allowed);
    }
    if (jitter !== null && jitter > age) {
      return bad(`${showRaw(raw)} could be negative`, this.allowed);
    }
    return good({ age, jitter });
  },
};

export const MEMORY_ACTION: ValueType<MemoryPlan["action"]> = {
  name: "action",
  allowed: "use restart, stop, kill or the name of a signal",
  schema: { type: "string" },
  read(raw) {
    const text = (textOf(raw) ?? "").trim().toLowerCase();
    if (text === "restart" || text === "stop" || text === "kill") return good(text);
    const signal = readOwnSignal(text.replace(/^signal\s+/, ""));
    if (signal.ok) return good({ signal: signal.value });
    return bad(
      cannotRead(raw, "an action") + didYouMean(text, ["restart", "stop", "kill"]),
      this.allowed,
    );
  },
};

/** A stop signal; no wait means `stopwaitsecs`. */
export interface StopSignal {
  readonly signal: number;
  readonly wait: Millis | null;
}

export const STOP_SIGNALS: ValueType<readonly StopSignal[]> = {
  name: "stop sequence",
  allowed: "use signals and waits such as TERM 10s, QUIT 5s, KILL",
  schema: { type: ["string", "array"], items: { type: "string" } },
  read(raw) {
    const items = typeof raw === "string" ? raw.split(",") : isList(raw) ? raw : [];
    const steps: StopSignal[] = [];
    for (const item of items) {
      const step = isTable(item) ? tableStep(item) : textStep(textOf(item) ?? "");
      if (!step.ok) return step;
      steps.push(step.value);
    }
    return steps.length > 0 ? good(steps) : bad(cannotRead(raw, "a stop sequence"), this.allowed);
  },
};

function textStep(text: string): Reading<StopSignal> {
  const [signal = "", ...wait] = text.trim().split(/\s+/);
  return step(signal, wait.length === 0 ? null : wait.join(" "));
}

function tableStep(table: RawTable): Reading<StopSignal> {
  return step(textOf(table["signal"] ?? "") ?? "", table["wait"] ?? null);
}

function step(name: string, rawWait: RawValue | null): Reading<StopSignal> {
  const signal = readOwnSignal(name);
  if (!signal.ok) return { ...signal, allowed: STOP_SIGNALS.allowed };
  if (rawWait === null) return good({ signal: signal.value, wait: null });
  const wait = parseTime(rawWait);
  if (wait !== null) return good({ signal: signal.value, wait });
  return bad(cannotRead(rawWait, "a time"), DURATION.allowed);
}

/** Variables let through: null is all of them. */
export const INHERITED: ValueType<readonly string[] | null> = {
  name: "list of variables",
  allowed:
    "use names separated by commas, LC_* for all that start so, true for all, false for none",
  schema: { type: ["array", "string", "boolean"], items: { type: "string" } },
  read(raw) {
    const word = typeof raw === "string" ? raw.trim().toLowerCase() : raw;
    if (word === "all" || word === "*" || parseBoolean(word) === true) return good(null);
    if (word === "none" || word === "" || parseBoolean(word) === false) return good([]);
    const names = listItems(raw)?.filter((name) => name !== "");
    return names === undefined ? bad(cannotRead(raw, "names"), this.allowed) : good(names);
  },
};

export type LimitUnit = "bytes" | "seconds" | "microseconds" | "count";

/** Both halves of a resource limit. */
export interface Limit {
  readonly soft: number | "unlimited";
  readonly hard: number | "unlimited" | null;
}

/** `N` sets both halves, `SOFT:HARD` each, `SOFT:` leaves the hard one. */
export function limit(unit: LimitUnit): ValueType<Limit> {
  const example = unit === "bytes" ? "64MB" : unit === "count" ? "4096" : "10s";
  const allowed = `use ${example}, SOFT:HARD, or unlimited`;
  return {
    name: unit === "count" ? "limit" : `limit in ${unit}`,
    allowed,
    schema: { type: ["integer", "string"] },
    read(raw) {
      const [first = "", second, ...more] = (textOf(raw) ?? "").split(":");
      const soft = limitValue(first, unit);
      const hard = second === undefined
        ? soft
        : second.trim() === ""
        ? null
        : limitValue(second, unit);
      if (soft === null || more.length > 0 || (hard === null && second?.trim() !== "")) {
        return bad(cannotRead(raw, "a limit"), allowed);
      }
      const upsideDown = soft === "unlimited"
        ? typeof hard === "number"
        : typeof hard === "number" && hard < soft;
      return upsideDown
        ? bad(`${showRaw(raw)} has its soft limit above the hard one`, allowed)
        : good({ soft, hard });
    },
  };
}

function limitValue(text: string, unit: LimitUnit): number | "unlimited" | null {
  const word = text.trim().toLowerCase();
  if (word === "unlimited" || word === "infinity" || word === "-1") return "unlimited";
  const plain = parseWhole(word);
  if (plain !== null || unit === "count") return plain !== null && plain >= 0 ? plain : null;
  if (unit === "bytes") return parseSize(word);
  const time = parseTime(word);
  if (time === null) return null;
  return unit === "seconds" ? Math.ceil(time / 1000) : time * 1000;
}
