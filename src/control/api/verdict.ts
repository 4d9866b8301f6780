// Whether an action on a process has come to its end, and what came of it: plain functions of before and now.
import { formatDuration } from "../../base/units.ts";
import { hookTime } from "../../core/hook_time.ts";
import { isInVain, waitTexts } from "../../core/dependencies.ts";
import { type Pool, servesFromBoot } from "../../core/pool.ts";
import { runsJob } from "../../core/pool_schedule.ts";
import { isDown, pidOf, type Process, type StateName } from "../../core/process_state.ts";
import { isKeptBack } from "../../core/recycle_swap.ts";
import { shownName } from "../../core/resolve_names.ts";
import type { ProcessPlan } from "../../manifest/plan.ts";
import { endReason } from "./views.ts";

/** A process as it was before the order. */
export interface Before {
  readonly id: string;
  readonly shown: string;
  readonly plan: ProcessPlan;
  readonly run: number;
  readonly state: StateName;
  readonly pid: number | null;
}

/** What came of it. */
export interface Verdict {
  readonly ok: boolean;
  readonly outcome: string;
  readonly detail: string;
}

/** Judges one process; null: it is not over yet. */
export type Judge = (before: Before, pool: Pool) => Verdict | null;

export function beforeOf(process: Process): Before {
  const { plan, run, state } = process;
  const { id } = plan;
  return { id, shown: shownName(plan), plan, run, state: state.name, pid: pidOf(process) };
}

/** A process of this plan that has not been there. */
export function beforeNew(plan: ProcessPlan): Before {
  return { id: plan.id, shown: shownName(plan), plan, run: 0, state: "STOPPED", pid: null };
}

const wasUp = ({ state }: Before) => state === "RUNNING" || state === "STARTING";

export const judgeStart: Judge = (before, pool) => {
  // One that was starting is judged by the attempt that was under way.
  const baseline = wasUp(before) ? before.run - 1 : before.run;
  const outcome = before.state === "RUNNING" ? "already started" : "started";
  return judgeUp(pool, before.id, { baseline, outcome });
};

export const judgeRestart: Judge = (before, pool) => {
  const outcome = wasUp(before) ? "restarted" : "started";
  return judgeUp(pool, before.id, { baseline: before.run, outcome });
};

export const judgeStop: Judge = (before, pool) => {
  const process = pool.processes.get(before.id);
  const wasDown = isDownState(before.state);
  const outcome = wasDown ? "not running" : "stopped";
  if (process === undefined) return good(outcome);
  if (process.run > before.run && !wasDown) return good(outcome, "and started again by somebody");
  if (!isDown(process)) return null;
  return good(outcome, wasDown ? "" : killedText(process, before));
};

export const judgeKill: Judge = (before, pool) => {
  const verdict = judgeStop(before, pool);
  if (verdict?.outcome !== "stopped") return verdict;
  return good("killed");
};

export const judgeGone: Judge = (before, pool) => {
  const process = pool.processes.get(before.id);
  // Taken back by a later update: it is there, and nobody removes it any more.
  const isBack = process !== undefined && pool.fates.get(before.id)?.kind !== "leave";
  if (isBack) return bad("kept", "a later update has brought it back");
  return process === undefined ? good("removed") : null;
};

/** A judge of a rolling reload; looks into the queue once for each state of the pool. */
export function reloadJudge(): Judge {
  let rolling: Pool["rolling"] = null;
  let pending = new Set<string>();
  return (before, pool) => {
    if (pool.rolling !== rolling) {
      rolling = pool.rolling;
      pending = new Set([
        ...(rolling?.queue ?? []),
        ...(rolling?.current ?? []).map(({ id }) => id),
      ]);
    }
    if (isDownState(before.state)) return good("not running", "left as it is");
    if (pending.has(before.id)) return null;
    const process = pool.processes.get(before.id);
    if (process?.standsBy === true && wasUp(before)) return good("reloaded", "a spare took over");
    if (process?.run === before.run && pool.phase.name === "UP" && !isDown(process)) {
      return bad("kept", "not reloaded: another one did not come up again");
    }
    return judgeUp(pool, before.id, { baseline: before.run, outcome: "reloaded" });
  };
}

/** A process that an update gives other values and so a new child. */
export const judgeReplaced: Judge = (before, pool) => {
  if (runsJob(pool, before.id)) return good("changed", "from the next run on");
  if (pool.fates.has(before.id)) return null;
  const process = pool.processes.get(before.id);
  const starts = process !== undefined &&
    (servesFromBoot(process) || !isDownState(before.state));
  if (!starts) return good("changed");
  return judgeUp(pool, before.id, { baseline: before.run, outcome: "restarted" });
};

interface Wish {
  /** Runs after this one count. */
  readonly baseline: number;
  /** What to say when it is RUNNING. */
  readonly outcome: string;
}

/** Judged as soon as it runs, or its first attempt has come to nothing. */
function judgeUp(pool: Pool, id: string, { baseline, outcome }: Wish): Verdict | null {
  const process = pool.processes.get(id);
  if (process === undefined) return bad("removed", "it has been taken out of the pool");
  if (isKeptBack(pool, process)) return good("spare", "it stands by");
  if (process.run <= baseline) return judgeNoAttempt(pool, process);
  const { state, lastEnd, spawnError } = process;
  // What is expected to end is waited for until it has.
  if (state.name === "RUNNING") return process.plan.type === "oneshot" ? null : good(outcome);
  if (state.name === "STOPPED") return bad("stopped", "somebody has stopped it meanwhile");
  if (lastEnd !== null && lastEnd.run > baseline) {
    return lastEnd.reason !== "" && lastEnd.planned ? null : judgeFirstEnd(process, outcome);
  }
  if (state.name === "BACKOFF" || state.name === "FATAL" || state.name === "EXITED") {
    return bad("failed", `${spawnError}${nextText(process)}`);
  }
  return null;
}

function judgeNoAttempt(pool: Pool, process: Process): Verdict | null {
  if (pool.phase.name !== "UP") return bad("not started", "the runner is stopping");
  if (pool.waiting.has(process.plan.id)) return judgeWait(pool, process);
  return isDown(process) && !pool.fates.has(process.plan.id)
    ? bad("stopped", "somebody has stopped it meanwhile")
    : null;
}

/** Nobody waits for what does not come by itself. */
function judgeWait(pool: Pool, process: Process): Verdict | null {
  if (!isInVain(pool, process)) return null;
  return bad("waiting", `waits for ${waitTexts(pool, process.plan.id).join(", ")}`);
}

/** A short-lived program has ended before it was RUNNING, or between two looks. */
function judgeFirstEnd(process: Process, outcome: string): Verdict {
  const { lastEnd, spawnError } = process;
  if (lastEnd === null) return bad("failed", spawnError);
  if (lastEnd.reason.startsWith("not-ready")) return bad("failed", spawnError + nextText(process));
  const words = `${endReason(lastEnd)} after ${formatDuration(lastEnd.uptime)}`;
  const next = nextText(process);
  return lastEnd.planned ? good(outcome, `ended: ${words}${next}`) : bad("failed", words + next);
}

function nextText({ state }: Process): string {
  if (state.name === "BACKOFF") return "; it is tried again";
  return state.name === "FATAL" ? "; given up" : "";
}

function killedText({ lastEnd }: Process, { run, plan }: Before): string {
  if (lastEnd?.run !== run || !lastEnd.reason.endsWith(", killed")) return "";
  return `did not stop within ${formatDuration(signalTime(plan))}: killed`;
}

/** How long a stop may take before SIGKILL, milliseconds. */
export function stopTime(plan: ProcessPlan): number {
  return hookTime(plan, "preStop") + signalTime(plan);
}

function signalTime({ stop }: ProcessPlan): number {
  return stop.steps.reduce((sum, { wait }) => sum + wait, 0);
}

function isDownState(state: StateName): boolean {
  return state === "STOPPED" || state === "EXITED" || state === "FATAL";
}

function good(outcome: string, detail = ""): Verdict {
  return { ok: true, outcome, detail };
}

function bad(outcome: string, detail: string): Verdict {
  return { ok: false, outcome, detail };
}
