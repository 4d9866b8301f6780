// What a request for logs asks for, read strictly: a misspelt wish must not be passed over in silence.
import type { Pool } from "../../core/pool.ts";
import { namedOf, type Resolution, resolveNames } from "../../core/resolve_names.ts";
import type { Millis, ProcessPlan } from "../../manifest/plan.ts";
import type { StreamName } from "../../ports/logs.ts";
import { ApiFault, unknownFault } from "../api/api_fault.ts";
import type { Window } from "./read_log.ts";

/** Lines when nobody says how many. */
const LINES = 20;

/** `GET /logs`. */
export interface LinesQuery {
  /** None: all processes. */
  readonly names: readonly string[];
  readonly streams: readonly StreamName[];
  /** Of each stream; Infinity: all there are. */
  readonly lines: number;
  readonly within: Millis | null;
  /** Only lines with this text in them; empty: all. */
  readonly grep: string;
  readonly follow: boolean;
}

/** `GET /logs/{id}/{stream}` and `GET /log`. */
export interface BytesQuery {
  /** Null: as the default of the path. */
  readonly range: Window | null;
  /** The last lines instead of a range; null: the range. */
  readonly lines: number | null;
  readonly follow: boolean;
}

export function readLinesQuery(query: URLSearchParams): LinesQuery {
  allow(query, ["name", "stream", "lines", "since", "grep", "follow"]);
  const since = one(query, "since");
  const within = since === null ? null : 1000 * numberOf("since", since);
  return {
    names: query.getAll("name"),
    streams: streamsOf(one(query, "stream") ?? "both"),
    lines: linesOf(query) ?? (within === null ? LINES : Infinity),
    within,
    grep: one(query, "grep") ?? "",
    follow: flagOf(query, "follow"),
  };
}

export function readBytesQuery(query: URLSearchParams): BytesQuery {
  allow(query, ["offset", "length", "lines", "follow"]);
  const [offset, length] = [one(query, "offset"), one(query, "length")];
  const lines = linesOf(query);
  if (lines !== null && (offset !== null || length !== null)) {
    throw new ApiFault(400, "Cannot take lines together with offset or length: use one of them");
  }
  const isPlain = offset === null && length === null;
  return {
    range: isPlain ? null : {
      offset: integerOf("offset", offset ?? "0"),
      length: integerOf("length", length ?? "0"),
    },
    lines,
    follow: flagOf(query, "follow"),
  };
}

/** The processes that are meant; throws a 404 that names the unknown. */
export function plansFor(pool: Pool, names: readonly string[]): readonly ProcessPlan[] {
  const { unknown } = resolve(pool, names);
  if (unknown.length > 0) throw unknownFault("the process", unknown);
  return knownPlans(pool, names);
}

/** The processes that are meant; a name may mean nothing any more. */
export function knownPlans(pool: Pool, names: readonly string[]): readonly ProcessPlan[] {
  return resolve(pool, names).ids.flatMap((id) => pool.processes.get(id)?.plan ?? []);
}

function resolve(pool: Pool, names: readonly string[]): Resolution {
  return resolveNames(names.length === 0 ? ["all"] : names, namedOf(pool));
}

function allow(query: URLSearchParams, known: readonly string[]): void {
  for (const name of query.keys()) {
    if (known.includes(name)) continue;
    throw new ApiFault(400, `Cannot read the parameter "${name}": use ${known.join(", ")}`);
  }
}

function one(query: URLSearchParams, name: string): string | null {
  const values = query.getAll(name);
  if (values.length > 1) throw new ApiFault(400, `Cannot take "${name}" more than once`);
  return values[0] ?? null;
}

function streamsOf(text: string): readonly StreamName[] {
  if (text === "both") return ["stdout", "stderr"];
  if (text === "stdout" || text === "stderr") return [text];
  throw new ApiFault(400, `Cannot read stream "${text}": use stdout, stderr or both`);
}

function linesOf(query: URLSearchParams): number | null {
  const text = one(query, "lines");
  if (text === null) return null;
  return text === "all" ? Infinity : numberOf("lines", text, "a number of lines, or all");
}

function numberOf(name: string, text: string, wanted = "a number, 0 or more"): number {
  // Number("") is 0, and Number(" 1") is 1.
  if (/^\d{1,15}(\.\d+)?$/.test(text)) return Number(text);
  throw new ApiFault(400, `Cannot read ${name} "${text}": use ${wanted}`);
}

function integerOf(name: string, text: string): number {
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  throw new ApiFault(400, `Cannot read ${name} "${text}": use a whole number`);
}

function flagOf(query: URLSearchParams, name: string): boolean {
  const text = one(query, name);
  if (text === null || text === "0") return false;
  if (text === "1") return true;
  throw new ApiFault(400, `Cannot read ${name} "${text}": use 1 or 0`);
}
