// Readers of readiness and probes: a kind, a colon, and what to look at.
import { isLinear } from "../base/linear_pattern.ts";
import { didYouMean } from "../base/suggest.ts";
import { splitWords } from "../base/words.ts";
import type { RawValue } from "./document.ts";
import type { Millis } from "./plan.ts";
import type { ProbePlan } from "./plan_work.ts";
import { DURATION, parseTime } from "./readers_units.ts";
import { LOOPBACK } from "./ready_words.ts";
import {
  bad,
  cannotRead,
  type Complaint,
  good,
  type Reading,
  type ValueType,
} from "./value_type.ts";

/** What `ready` says by itself; how often a probe looks is another key. */
export type ReadySource =
  | { readonly kind: "log"; readonly pattern: string }
  | { readonly kind: "notify" }
  | { readonly kind: "message" }
  | { readonly kind: "delay"; readonly wait: Millis }
  | { readonly kind: "probe"; readonly probe: ProbePlan };

type Failure = { readonly ok: false } & Complaint;

const PROBES = "tcp:PORT, tcp:HOST:PORT, unix:PATH, http://HOST:PORT/PATH or exec:COMMAND";
const PROBE_KINDS = ["tcp", "unix", "http", "https", "exec", "none"];
const READY_KINDS = ["log", "notify", "message", "delay", ...PROBE_KINDS];

export const READY: ValueType<ReadySource | null> = {
  name: "readiness",
  allowed: `use log:REGEX, notify, message, delay:TIME, ${PROBES}`,
  schema: {
    type: "string",
    pattern: "^\\s*((log|delay|tcp|unix|https?|exec):.+|notify|message|none)\\s*$",
  },
  read(raw): Reading<ReadySource | null> {
    const { kind, rest } = kindOf(raw);
    switch (kind) {
      case "none":
        return good(null);
      case "notify":
      case "message":
        return rest === ""
          ? good({ kind })
          : bad(cannotRead(raw, "readiness"), `use ${kind} alone`);
      case "delay": {
        const wait = parseTime(rest);
        return wait === null
          ? bad(cannotRead(rest, "a time"), DURATION.allowed)
          : good({ kind, wait });
      }
      case "log":
        return readPattern(rest);
    }
    const probe = readProbe(kind, rest);
    if (probe === null) {
      const near = didYouMean(kind, READY_KINDS);
      return bad(cannotRead(raw, "readiness") + near, this.allowed);
    }
    return probe.ok ? good({ kind: "probe", probe: probe.value }) : probe;
  },
};

export const PROBE: ValueType<ProbePlan | null> = {
  name: "probe",
  allowed: `use ${PROBES}`,
  schema: { type: "string", pattern: "^\\s*((tcp|unix|https?|exec):.+|none)\\s*$" },
  read(raw): Reading<ProbePlan | null> {
    const { kind, rest } = kindOf(raw);
    if (kind === "none") return good(null);
    return readProbe(kind, rest) ??
      bad(cannotRead(raw, "a probe") + didYouMean(kind, PROBE_KINDS), this.allowed);
  },
};

function kindOf(raw: RawValue): { readonly kind: string; readonly rest: string } {
  const text = typeof raw === "string" ? raw.trim() : "";
  const colon = text.indexOf(":");
  if (colon < 0) return { kind: text.toLowerCase(), rest: "" };
  return { kind: text.slice(0, colon).trim().toLowerCase(), rest: text.slice(colon + 1).trim() };
}

function readPattern(pattern: string): Reading<ReadySource> {
  if (pattern === "") {
    return bad("The expression is empty", "use log:REGEX, such as log:listening on");
  }
  try {
    new RegExp(pattern);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return bad(cannotRead(pattern, "a regular expression"), "use one of JavaScript");
  }
  if (!isLinear(pattern)) {
    return bad(
      cannotRead(pattern, "an expression that is quick on any line"),
      "do without (?=...), (?!...), (?i:...), \\1 and large {n,m}",
    );
  }
  return good({ kind: "log", pattern });
}

/** Null: no such kind of probe. */
function readProbe(
  kind: string,
  rest: string,
): { readonly ok: true; readonly value: ProbePlan; readonly doubt: null } | Failure | null {
  switch (kind) {
    case "tcp":
      return readTcp(rest);
    case "unix":
      return rest.startsWith("/")
        ? found({ kind, path: rest })
        : bad(cannotRead(rest, "a socket"), "use an absolute path");
    case "http":
    case "https":
      return readUrl(kind, rest);
    case "exec":
      return readCommand(rest);
    default:
      return null;
  }
}

function found(value: ProbePlan) {
  return { ok: true, value, doubt: null } as const;
}

function readTcp(text: string) {
  const match = /^(?:(?:\[([^\]\s]+)\]|([^\s:[\]]+)):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port < 1 || port > 65_535) {
    return bad(cannotRead(text, "a port"), "use a port from 1 to 65535, or HOST:PORT");
  }
  return found({ kind: "tcp", host: match[1] ?? match[2] ?? LOOPBACK, port });
}

/** `http://host/path`; `http:8080/path` and `http:/path` are on this machine. */
function readUrl(kind: "http" | "https", rest: string) {
  const allowed = `use a URL such as ${kind}://localhost:8080/health, or ${kind}:8080/health`;
  const own = /^https?:\/\//i.test(rest) ? rest : null;
  const local = /^(\d{1,5})(\/.*)?$/.exec(rest);
  const text = own ?? (local === null ? `${kind}:${rest}` : `${kind}://${LOOPBACK}:${rest}`);
  if (!/^https?:\/\/[^/]/i.test(text) || !URL.canParse(text)) {
    return bad(cannotRead(`${kind}:${rest}`, "a URL"), allowed);
  }
  const url = new URL(text);
  url.hash = "";
  return found({ kind: "http", url: url.href, status: null });
}

function readCommand(text: string) {
  const split = splitWords(text);
  if (!split.ok) return bad(cannotRead(text, "a command"), split.fault);
  const [word] = split.words;
  if (word === undefined || word === "") return bad("The command is empty", "use exec:COMMAND");
  return found({ kind: "exec", command: split.words });
}

/** A text for the IPC channel. */
export const MESSAGE: ValueType<string> = {
  name: "message",
  allowed: "use a text, such as shutdown",
  schema: { type: "string", minLength: 1 },
  read(raw) {
    return typeof raw === "string" && raw !== ""
      ? good(raw)
      : bad(cannotRead(raw, "a message"), this.allowed);
  },
};
