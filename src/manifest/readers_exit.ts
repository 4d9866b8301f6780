// Readers of the two policies with a grammar of their own: on_exit and backoff.
import { didYouMean } from "../base/suggest.ts";
import { isTable, type RawTable, type RawValue } from "./document.ts";
import type { BackoffPlan, ExitAction, ExitMatch, ExitRule } from "./plan.ts";
import { parseTime, readOwnSignal } from "./readers_units.ts";
import { bad, cannotRead, good, type Reading, textOf, type ValueType } from "./value_type.ts";

const MATCHES = "use an exit code, a range such as 1-9, a signal such as SIGKILL, signal, or *";
const ACTIONS = "use restart, restart after TIME, stop, fatal, shutdown or shutdown STATUS";

/** `12=restart, 1-9=restart after 30s, SIGKILL=fatal, *=stop`, or a table of the same. */
export const ON_EXIT: ValueType<readonly ExitRule[]> = {
  name: "exit table",
  allowed: `write EXIT=ACTION, separated by commas; for EXIT ${MATCHES}; for ACTION ${ACTIONS}`,
  schema: { type: ["object", "string"], additionalProperties: { type: "string" } },
  read(raw) {
    const pairs = isTable(raw) ? Object.entries(raw) : textPairs(raw);
    if (pairs === null) return bad(cannotRead(raw, "exits and actions"), this.allowed);
    const rules: ExitRule[] = [];
    for (const [exit, what] of pairs) {
      const match = readMatch(exit.trim());
      if (!match.ok) return match;
      const action = readAction((textOf(what) ?? "").trim());
      if (!action.ok) return action;
      rules.push({ match: match.value, action: action.value });
    }
    // The narrowest rule decides, wherever it stands: a TOML table has no order to rely on.
    return good(rules.toSorted((one, other) => breadth(one.match) - breadth(other.match)));
  },
};

function textPairs(raw: RawValue): [string, RawValue][] | null {
  if (typeof raw !== "string") return null;
  const items = raw.split(/[,\n]/).filter((item) => item.trim() !== "");
  const pairs = items.map((item): [string, RawValue] => {
    const equals = item.indexOf("=");
    return equals < 0 ? ["", ""] : [item.slice(0, equals), item.slice(equals + 1)];
  });
  return pairs.length === 0 || pairs.some(([exit]) => exit === "") ? null : pairs;
}

function readMatch(text: string): Reading<ExitMatch> {
  if (text === "*") return good({ kind: "rest" });
  if (text.toLowerCase() === "signal") return good({ kind: "any-signal" });
  const range = /^(\d+)(?:\s*-\s*(\d+))?$/.exec(text);
  if (range === null) {
    const signal = readOwnSignal(text);
    return signal.ok
      ? good({ kind: "signal", signal: signal.value })
      : bad(`Cannot read "${text}" as an exit`, MATCHES);
  }
  const from = Number(range[1]);
  const to = Number(range[2] ?? from);
  if (from > to || to > 255) {
    return bad(`"${text}" is no range of exit codes`, "use 0 to 255, the smaller first");
  }
  return good({ kind: "codes", from, to });
}

function readAction(text: string): Reading<ExitAction> {
  const [, verb = "", rest = ""] = /^(\S*)\s*(.*)$/s.exec(text.toLowerCase()) ?? [];
  const delay = rest === "" ? 0 : parseTime(/^after\s+(.*)$/.exec(rest)?.[1] ?? "none");
  if (verb === "restart" && delay !== null) return good({ kind: "restart", delay });
  if (verb === "stop" && rest === "") return good({ kind: "stop" });
  if (verb === "fatal" && rest === "") return good({ kind: "fatal" });
  const status = rest === "" ? 0 : /^\d+$/.test(rest) ? Number(rest) : 256;
  if (verb === "shutdown" && status <= 255) return good({ kind: "shutdown", status });
  const near = didYouMean(verb, ["restart", "stop", "fatal", "shutdown"]);
  return bad(`Cannot read "${text}" as an action${near}`, ACTIONS);
}

/** How many exits a rule is for, roughly: one code is narrowest, `*` widest. */
function breadth(match: ExitMatch): number {
  switch (match.kind) {
    case "codes":
      return match.to - match.from;
    case "signal":
      return 0;
    case "any-signal":
      return 256;
    case "rest":
      return 257;
  }
}

type Exponential = Extract<BackoffPlan, { readonly kind: "exponential" }>;

/** What TOML programs have, and what INI programs get for the parts of `backoff` they leave out. */
export const EXPONENTIAL: Exponential = {
  kind: "exponential",
  initial: 500,
  factor: 2,
  max: 30_000,
  jitter: 0.1,
  resetAfter: 10_000,
};

const BACKOFF_KEYS = ["initial", "factor", "max", "jitter", "reset_after"] as const;

export const BACKOFF: ValueType<BackoffPlan> = {
  name: "back-off",
  allowed: "use initial=500ms factor=2 max=30s jitter=0.1 reset_after=10s (any of them), or linear",
  schema: {
    type: ["object", "string"],
    properties: {
      initial: { type: ["number", "string"] },
      factor: { type: "number", minimum: 1 },
      max: { type: ["number", "string"] },
      jitter: { type: ["number", "string"], minimum: 0, maximum: 1 },
      reset_after: { type: ["number", "string"] },
    },
    additionalProperties: false,
  },
  read(raw) {
    const word = typeof raw === "string" ? raw.trim().toLowerCase() : "";
    if (word === "linear") return good({ kind: "linear" });
    if (word === "exponential") return good(EXPONENTIAL);
    const parts = isTable(raw) ? raw : textParts(raw);
    if (parts === null) return bad(cannotRead(raw, "a back-off"), this.allowed);
    return readParts(parts);
  },
};

function textParts(raw: RawValue): RawTable | null {
  if (typeof raw !== "string" || raw.trim() === "") return null;
  const parts = raw.trim().replaceAll(/\s*=\s*/g, "=").split(/[\s,]+/).map((part) =>
    part.split("=")
  );
  if (parts.some((part) => part.length !== 2)) return null;
  return Object.fromEntries(parts.map(([key = "", value = ""]) => [key, value]));
}

function readParts(parts: RawTable): Reading<BackoffPlan> {
  const unknown = Object.keys(parts).find((key) => !BACKOFF_KEYS.some((known) => known === key));
  if (unknown !== undefined) {
    return bad(
      `There is no "${unknown}" in it${didYouMean(unknown, BACKOFF_KEYS)}`,
      BACKOFF.allowed,
    );
  }
  const initial = part(parts["initial"], EXPONENTIAL.initial, parseTime);
  const factor = part(parts["factor"], EXPONENTIAL.factor, parseNumber);
  const max = part(parts["max"], Math.max(EXPONENTIAL.max, initial ?? 0), parseTime);
  const jitter = part(parts["jitter"], EXPONENTIAL.jitter, parseShare);
  const resetAfter = part(parts["reset_after"], EXPONENTIAL.resetAfter, parseTime);
  if (initial === null || initial === 0) {
    return badPart("initial", parts, "use a time above 0 such as 500ms");
  }
  if (factor === null || factor < 1) return badPart("factor", parts, "use a number of 1 or more");
  if (max === null || max < initial) {
    return badPart("max", parts, "use a time such as 30s, not below initial");
  }
  if (jitter === null) return badPart("jitter", parts, "use a share from 0 to 1, or 0% to 100%");
  if (resetAfter === null) return badPart("reset_after", parts, "use a time such as 10s");
  return good({ kind: "exponential", initial, factor, max, jitter, resetAfter });
}

function part(
  raw: RawValue | undefined,
  fallback: number,
  read: (raw: RawValue) => number | null,
): number | null {
  return raw === undefined ? fallback : read(raw);
}

function badPart(key: string, parts: RawTable, allowed: string): Reading<BackoffPlan> {
  return bad(cannotRead(parts[key] ?? "", key), allowed);
}

function parseNumber(raw: RawValue): number | null {
  const text = textOf(raw) ?? "";
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}

function parseShare(raw: RawValue): number | null {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(textOf(raw) ?? "");
  const share = percent === null ? parseNumber(raw) : Number(percent[1]) / 100;
  return share !== null && share <= 1 ? share : null;
}
