// The pool as the JSON API shows it: plain functions of what is known, cheap for a thousand processes.
import type { Instant } from "../../base/instant.ts";
import { signalName } from "../../base/signals.ts";
import { waitTexts } from "../../core/dependencies.ts";
import { exitText } from "../../core/log_lines.ts";
import type { Job } from "../../core/job_state.ts";
import type { Pool } from "../../core/pool.ts";
import { type EndRecord, pidOf, type Process, type StopCause } from "../../core/process_state.ts";
import { shownName } from "../../core/resolve_names.ts";
import type { RunnerFace, RunnerIdentity, Usage } from "../runner_face.ts";
import { isStandingBy } from "../../core/recycle_swap.ts";
import { ownDescription } from "./description.ts";
import { jobsById, jobView } from "./job_view.ts";
import type { EndView, ProcessList, ProcessView, RunnerView } from "./types.ts";

/** Usage that is younger than this is not measured again for a list. */
export const USAGE_AGE = 2_000;

/** What there is to know of processes besides the pool. */
export interface Look {
  readonly now: Instant;
  readonly usage: ReadonlyMap<string, Usage>;
  since(id: string): Instant | null;
  /** The latest end as the ledger has it. */
  latestEnd(id: string): EndRecord | undefined;
  /** By the ids of their processes. */
  readonly jobs: ReadonlyMap<string, Job>;
  /** What a process waits for; empty: it does not. */
  waits(id: string): readonly string[];
  /** What its latest health probe found wrong; empty: nothing. */
  healthFault(id: string): string;
}

/** One look at everything, for any number of views. */
export function lookAt(runner: RunnerFace, age = USAGE_AGE): Look {
  return {
    now: runner.now(),
    usage: runner.usage(age),
    since: (id) => runner.since(id),
    latestEnd: (id) => runner.ends(id)[0],
    jobs: jobsById(runner.pool),
    waits: (id) => waitTexts(runner.pool, id),
    healthFault: (id) => runner.wellness(id)?.health?.fault ?? "",
  };
}

function jobOf(id: string, { jobs }: Look): ProcessView["job"] {
  const job = jobs.get(id);
  return job === undefined ? null : jobView(job);
}

export function processView(process: Process, look: Look): ProcessView {
  const { plan, state, tally, lastEnd, spawnError } = process;
  const pid = pidOf(process);
  const usage = look.usage.get(plan.id);
  const since = look.since(plan.id);
  return {
    id: plan.id,
    group: plan.group,
    name: plan.name,
    shown: shownName(plan),
    program: plan.program,
    instance: plan.instance,
    kind: plan.kind,
    state: state.name,
    up: isUp(process),
    pid,
    uptime: pid === null ? null : uptimeOf(process, look.now),
    since: since === null ? null : isoTime(since.wall),
    restarts: tally.restarts,
    memory: pid === null ? null : usage?.memory ?? null,
    cpu: pid === null ? null : rounded(usage?.cpu ?? null),
    lastExit: lastEnd === null ? null : endView(lastOf(lastEnd, look.latestEnd(plan.id))),
    spawnError,
    retryIn: state.name === "BACKOFF" ? retryIn(state.retryAt, look.now) : null,
    autostart: plan.autostart,
    spare: isStandingBy(process),
    job: jobOf(plan.id, look),
    paused: process.pausedUntil === Infinity,
    waitingFor: look.waits(plan.id),
    healthFault: look.healthFault(plan.id),
    done: plan.type === "oneshot" && state.name === "EXITED" && state.expected,
    description: ownDescription(process, look.now),
  };
}

/** The ledger knows more of an end than the core keeps, but not of a program that was never there. */
function lastOf(own: EndRecord, noted: EndRecord | undefined): EndRecord {
  return noted !== undefined && noted.run === own.run ? noted : own;
}

/** supervisorctl's meaning of up: there is a child, or there will be one. */
export function isUp({ state }: Process): boolean {
  switch (state.name) {
    case "STARTING":
    case "RUNNING":
    case "BACKOFF":
    case "STOPPING":
      return true;
    case "STOPPED":
    case "EXITED":
    case "FATAL":
      return false;
  }
}

function uptimeOf({ state }: Process, now: Instant): number | null {
  return "since" in state ? seconds(now.mono - state.since.mono) : null;
}

function retryIn(retryAt: number, now: Instant): number | null {
  return Number.isFinite(retryAt) ? seconds(retryAt - now.mono) : null;
}

export function endView(end: EndRecord): EndView {
  const { exit } = end;
  return {
    at: isoTime(end.at.wall),
    code: exit.kind === "code" ? exit.code : null,
    signal: exit.kind === "signal" ? signalName(exit.signal) : null,
    planned: end.planned,
    uptime: seconds(end.uptime),
    reason: endReason(end),
  };
}

const CAUSES: readonly string[] = [
  "command",
  "reload",
  "update",
  "shutdown",
  "memory",
  "max-age",
  "dependency",
  "max-jobs",
  "schedule",
  "watch",
  "not-ready",
  "watchdog",
  "health",
  "silence",
  "timeout",
  "overlap",
] satisfies readonly StopCause[];

/** Why a child ended, in words. */
export function endReason(end: EndRecord): string {
  if (end.reason === "") return exitText(end.exit);
  const [cause = "", killed] = end.reason.split(", ");
  // Anything else is in words already: what the ledger has noted, or why a launch failed.
  if (!CAUSES.includes(cause)) return end.reason;
  const why = cause === "command" ? "stopped" : `stopped for ${cause}`;
  return `${why} (${exitText(end.exit)}${killed === "killed" ? ", had to be killed" : ""})`;
}

/** Processes as a list, with what is asked for beside them. */
export function processList(
  runner: RunnerFace,
  { ids, unknown = [], age = USAGE_AGE }: {
    /** Null: all of them. */
    readonly ids: readonly string[] | null;
    readonly unknown?: ProcessList["unknown"];
    /** Usage may be that old. */
    readonly age?: number;
  },
): ProcessList {
  const look = lookAt(runner, age);
  const { pool } = runner;
  return {
    processes: chosen(pool, ids).map((process) => processView(process, look)),
    unknown,
    drift: runner.drift,
    runner: runnerView(runner),
  };
}

function chosen(pool: Pool, ids: readonly string[] | null): readonly Process[] {
  if (ids === null) return [...pool.processes.values()];
  return ids.flatMap((id) => pool.processes.get(id) ?? []);
}

export function runnerView(runner: RunnerFace): RunnerView {
  const { identity, pool } = runner;
  const { memory, cpuTime } = runner.ownUsage();
  return {
    ...identityView(identity),
    identifier: pool.plan.runner.identifier,
    dialect: pool.plan.dialect,
    uptime: seconds(runner.now().wall - identity.startedAt),
    phase: pool.phase.name,
    memory,
    memoryLimit: identity.memoryLimit ?? null,
    cpuTime: seconds(cpuTime),
    upgrades: identity.upgrades ?? 0,
    environment: identity.environment ?? null,
  };
}

function identityView({ pid, version, manifest, startedAt }: RunnerIdentity) {
  return { pid, version, manifest, startedAt: isoTime(startedAt) };
}

/** ISO 8601, UTC. */
export function isoTime(wall: number): string {
  return new Date(wall).toISOString();
}

/** Milliseconds as seconds, never negative. */
export function seconds(millis: number): number {
  return Math.max(0, Math.round(millis)) / 1000;
}

function rounded(percent: number | null): number | null {
  return percent === null ? null : Math.round(percent * 10) / 10;
}
