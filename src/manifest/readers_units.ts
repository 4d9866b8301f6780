// Readers of sizes, times and signals. supervisord's keys are as strict as there in INI, and generous in TOML.
import { parseAnySignal, parseSignal, SIGNAL_NAMES } from "../base/signals.ts";
import { didYouMean } from "../base/suggest.ts";
import { parseDuration, parseSize } from "../base/units.ts";
import type { RawValue } from "./document.ts";
import type { Bytes, Millis } from "./plan.ts";
import { parseInteger } from "./python_text.ts";
import { parseWhole } from "./readers.ts";
import { bad, cannotRead, good, type Reading, textOf, type ValueType } from "./value_type.ts";

/** supervisord's seconds: whole numbers in INI; in TOML also fractions and `"1m30s"`. Kept in milliseconds. */
export const SECONDS: ValueType<Millis> = {
  name: "seconds",
  allowed: "use a whole number of seconds",
  schema: {
    type: ["number", "string"],
    minimum: 0,
    pattern: "^\\s*(\\d+(\\.\\d+)?\\s*(ms|[smhdw])?\\s*)+$",
  },
  read(raw, { dialect }) {
    const whole = parseWhole(raw);
    if (whole !== null) return fromSeconds(whole);
    const value = dialect === "toml" ? parseTime(raw) : null;
    return value === null ? bad(cannotRead(raw, "seconds"), this.allowed) : good(value);
  },
};

function fromSeconds(seconds: number): Reading<Millis> {
  if (seconds >= 0) return good(seconds * 1000);
  return good(0, { what: `${seconds} counts as 0`, allowed: "use 0 or more" });
}

/** A time in our own keys, in both dialects: a number of seconds or `500ms`, `1h30m`. */
export const DURATION: ValueType<Millis> = {
  name: "duration",
  allowed: "use a number of seconds, or a time such as 500ms, 10s, 5m, 1h30m, 2d",
  schema: {
    type: ["number", "string"],
    minimum: 0,
    pattern: "^\\s*(\\d+(\\.\\d+)?\\s*(ms|[smhdw])?\\s*)+$",
  },
  read(raw) {
    const value = parseTime(raw);
    return value === null ? bad(cannotRead(raw, "a time"), this.allowed) : good(value);
  },
};

/** Milliseconds of a number of seconds or a text with units; null when it is neither. */
export function parseTime(raw: RawValue): Millis | null {
  if (typeof raw === "number") return raw >= 0 ? parseDuration(raw.toFixed(3)) : null;
  return typeof raw === "string" ? parseDuration(raw) : null;
}

/** supervisord's sizes: a whole number with KB, MB or GB in INI; in TOML any unit. */
export const SIZE: ValueType<Bytes> = {
  name: "size",
  allowed: "use a whole number of bytes, or with KB, MB or GB",
  schema: {
    type: ["integer", "string"],
    pattern: "^\\s*\\d+(\\.\\d+)?\\s*([KMGTkmgt]?[iI]?[Bb]?)\\s*$",
  },
  read(raw, { dialect }) {
    const value = typeof raw === "string" && dialect === "toml"
      ? parseSize(raw)
      : parseByteSize(raw);
    if (value === null) return bad(cannotRead(raw, "a size"), this.allowed);
    return value >= 0
      ? good(value)
      : good(0, { what: `${value} counts as 0`, allowed: "use 0 or more" });
  },
};

const BYTE_UNITS = new Map([["kb", 1024], ["mb", 1024 ** 2], ["gb", 1024 ** 3]]);

function parseByteSize(raw: RawValue): number | null {
  if (typeof raw !== "string") return parseWhole(raw);
  const unit = BYTE_UNITS.get(raw.slice(-2).toLowerCase());
  if (unit === undefined) return parseInteger(raw);
  const count = parseInteger(raw.slice(0, -2));
  return count === null ? null : count * unit;
}

/** A size in our own keys; `25%` is of the machine's memory. */
export const MEMORY: ValueType<Bytes> = {
  name: "size or share",
  allowed: "use a size such as 200MB or 1.5GB, or a share of the memory such as 25%",
  schema: {
    type: ["integer", "string"],
    pattern: "^\\s*\\d+(\\.\\d+)?\\s*(%|[KMGTkmgt]?[iI]?[Bb]?)\\s*$",
  },
  read(raw, { machine }) {
    const text = textOf(raw) ?? "";
    const share = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(text);
    const value = share === null
      ? parseSize(text)
      : Math.floor(machine.totalMemory * Number(share[1]) / 100);
    if (value === null) return bad(cannotRead(raw, "a size"), this.allowed);
    return value > 0 ? good(value) : bad(`${showZero(raw)} would never let it run`, this.allowed);
  },
};

function showZero(raw: RawValue): string {
  return typeof raw === "string" ? `"${raw}"` : "0";
}

/** A size in our own keys. */
export const OWN_SIZE: ValueType<Bytes> = {
  name: "size",
  allowed: "use a size such as 200MB or 1.5GB",
  schema: SIZE.schema,
  read(raw) {
    const value = parseSize(textOf(raw) ?? "");
    return value === null ? bad(cannotRead(raw, "a size"), this.allowed) : good(value);
  },
};

/** One signal by supervisord's rules. */
export const SIGNAL_TYPE: ValueType<number> = {
  name: "signal",
  allowed: "use a name such as TERM, INT, QUIT, HUP, USR1, or its number",
  schema: { type: ["string", "integer"] },
  read(raw) {
    const text = textOf(raw) ?? "";
    const value = parseSignal(text);
    if (value === null) return bad(cannotRead(raw, "a signal") + nearSignal(text), this.allowed);
    if (value > 0) return good(value);
    return good(0, {
      what: "0 is no signal: nothing is sent before SIGKILL",
      allowed: this.allowed,
    });
  },
};

/** The number of a signal in our own keys, RTMIN+1 and its like included, or a complaint. */
export function readOwnSignal(text: string): Reading<number> {
  const value = parseAnySignal(text);
  return value === null
    ? bad(`Cannot read "${text}" as a signal${nearSignal(text)}`, SIGNAL_TYPE.allowed)
    : good(value);
}

function nearSignal(text: string): string {
  return didYouMean(text.toUpperCase().replace(/^SIG/, ""), SIGNAL_NAMES);
}
