// The file that keeps the latest runs of jobs, and who is paused, while no runner runs.
import type { Exit } from "../base/exit.ts";
import { RUN_RESULTS } from "../core/job_state.ts";
import type {
  JobRecord,
  JobRecords,
  JobRun,
  PastRun,
  RunCause,
  RunResult,
} from "../core/job_state.ts";
import { NO_RECORDS } from "../core/job_state.ts";
import { type Fault, isTable, readState, type Table, writeState } from "./state_file.ts";

/** A file that is larger is not ours: what is kept is bounded to a quarter of it. */
const LARGEST = 16 << 20;

export interface RunReading {
  readonly records: JobRecords;
  readonly fault: Fault;
}

/** What was kept; nothing for a file that is missing, cut off or somebody else's. */
export function readRunFile(path: string): RunReading {
  const { value, fault } = readState(path, LARGEST);
  if (value === undefined) return { records: NO_RECORDS, fault };
  if (!isTable(value) || value["version"] !== 1 || !Array.isArray(value["jobs"])) {
    return { records: NO_RECORDS, fault: "it is none of this version" };
  }
  const paused = Array.isArray(value["paused"]) ? value["paused"].filter(isText) : [];
  return { records: { paused, jobs: value["jobs"].flatMap(recordOf) }, fault: "" };
}

/** Puts a new file in place whole. Monotonic times mean nothing to another runner: a run has its length instead. */
export function writeRunFile(path: string, { paused, jobs }: JobRecords): Fault {
  const kept = jobs.map(({ key, runs, past, last, lastSuccess }) => ({
    key,
    lastSuccess,
    last: last === null ? null : pastText(last),
    runs: runs.map(runText),
    past: past.map(pastText),
  }));
  return writeState(path, JSON.stringify({ version: 1, paused, jobs: kept }));
}

function runText({ id, run, why, planned, attempt, began }: JobRun) {
  return { id, run, why, planned, attempt, began: began.wall };
}

function pastText(past: PastRun) {
  const { ended, began, result, exit, reason } = past;
  const duration = ended.mono - began.mono;
  return { ...runText(past), ended: ended.wall, duration, result, exit, reason };
}

function recordOf(value: unknown): readonly JobRecord[] {
  if (!isTable(value) || !isText(value["key"])) return [];
  const { key, lastSuccess, last, runs, past } = value;
  return [{
    key,
    lastSuccess: isNumber(lastSuccess) ? lastSuccess : null,
    last: pastOf(last)[0] ?? null,
    runs: Array.isArray(runs) ? runs.flatMap(runOf) : [],
    past: Array.isArray(past) ? past.flatMap(pastOf) : [],
  }];
}

const CAUSES: readonly RunCause[] = ["schedule", "manual", "retry", "catch-up"];

function runOf(value: unknown): readonly JobRun[] {
  if (!isTable(value)) return [];
  const { id, run, planned, attempt, began } = value;
  const why = CAUSES.find((cause) => cause === value["why"]);
  const isWhole = isText(id) && isNumber(run) && isNumber(attempt) && isTime(began) &&
    (planned === null || isTime(planned));
  if (why === undefined || !isWhole) return [];
  return [{ id, run, why, planned, attempt, began: { wall: began, mono: 0 } }];
}

function pastOf(value: unknown): readonly PastRun[] {
  if (!isTable(value)) return [];
  const { ended, duration, reason } = value;
  const result: RunResult | undefined = RUN_RESULTS.find((one) => one === value["result"]);
  const exit = exitOf(value["exit"]);
  if (result === undefined || exit === undefined) return [];
  if (!isTime(ended) || !isNumber(duration) || !isText(reason)) return [];
  return runOf(value).map((run) => (
    { ...run, ended: { wall: ended, mono: duration }, result, exit, reason }
  ));
}

/** Undefined: it is none. */
function exitOf(value: unknown): Exit | null | undefined {
  if (value === null) return null;
  if (!isTable(value)) return undefined;
  return codeOf(value) ?? signalOf(value) ?? (value["kind"] === "lost" ? LOST : undefined);
}

const LOST: Exit = { kind: "lost" };

function codeOf({ kind, code }: Table): Exit | undefined {
  return kind === "code" && isNumber(code) ? { kind, code } : undefined;
}

function signalOf({ kind, signal, coreDumped }: Table): Exit | undefined {
  if (kind !== "signal" || !isNumber(signal) || typeof coreDumped !== "boolean") return undefined;
  return { kind, signal, coreDumped };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** What a date can be made of. */
function isTime(value: unknown): value is number {
  return isNumber(value) && Math.abs(value) <= 8.64e15;
}
