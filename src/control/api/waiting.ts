// Waits for what an action wishes for, notes what came of each process, and knows when to give up.
import type { Pool } from "../../core/pool.ts";
import type { Millis, ProcessPlan } from "../../manifest/plan.ts";
import { hookTime } from "../../core/hook_time.ts";
import type { RunnerFace } from "../runner_face.ts";
import type { ActionResult } from "./types.ts";
import { type Before, type Judge, stopTime, type Verdict } from "./verdict.ts";

/** Time on top of what the plans allow: for the system, and for a child that takes its time to die of SIGKILL. */
const SLACK: Millis = 10_000;
/** No wait is longer: a client has long gone by then. */
const LONGEST: Millis = 86_400_000;

/** One process and how it is judged. */
export interface Awaited {
  readonly before: Before;
  readonly judge: Judge;
  /** What to say when nobody waits for the end: `starting`, `stopping`, … */
  readonly begun: string;
}

export interface Outcome {
  readonly results: readonly ActionResult[];
  readonly timedOut: boolean;
}

/** Waits for all of them, `limit` milliseconds at most; 0 only looks. */
export async function waitForAll(
  runner: RunnerFace,
  awaited: readonly Awaited[],
  { wait, limit }: { readonly wait: boolean; readonly limit: Millis },
): Promise<Outcome> {
  const verdicts = new Map<string, Verdict>();
  let open = awaited;
  // Noted as soon as it is known: what becomes of a process later is another story.
  const look = (pool: Pool) => {
    open = open.filter(({ before, judge }) => {
      const verdict = judge(before, pool);
      if (verdict !== null) verdicts.set(before.id, verdict);
      return verdict === null;
    });
    return open.length === 0;
  };
  const start = runner.now().mono;
  const isDone = wait ? await runner.until(look, limit) : look(runner.pool);
  const waited = wait ? Math.round((runner.now().mono - start) / 100) / 10 : null;
  const results = awaited.map((item) =>
    resultOf(runner, item.before, verdicts.get(item.before.id) ?? unfinished(item, waited))
  );
  return { results, timedOut: wait && !isDone };
}

/** `waited` seconds; null: nobody did. */
function unfinished({ begun }: Awaited, waited: number | null): Verdict {
  if (waited === null) return { ok: true, outcome: begun, detail: "" };
  return { ok: false, outcome: "timed out", detail: `still ${begun} after ${waited} s` };
}

/** A result with the state as it is now. */
export function resultOf(runner: RunnerFace, before: Before, verdict: Verdict): ActionResult {
  const state = runner.pool.processes.get(before.id)?.state.name ?? "STOPPED";
  return { id: before.id, shown: before.shown, ...verdict, state };
}

/** How long these may take to stop, by their own plans. */
export function stopLimit(before: readonly Before[]): Millis {
  return bounded(longest(before, ({ plan }) => stopTime(plan)));
}

/** How long these may take to be RUNNING, those that are still stopping included. */
export function startLimit(before: readonly Before[]): Millis {
  return bounded(
    longest(
      before,
      ({ plan, state }) => upTime(plan) + (state === "STOPPING" ? stopTime(plan) : 0),
    ),
  );
}

/** How long these may take to stop and be RUNNING again. */
export function restartLimit(before: readonly Before[]): Millis {
  return bounded(longest(before, restartTime));
}

/** How long these may take one after another, `atOnce` together. */
export function reloadLimit(before: readonly Before[], atOnce: number): Millis {
  const sum = before.reduce((total, one) => total + restartTime(one), 0);
  return bounded(longest(before, restartTime) + sum / atOnce);
}

/** SIGKILL needs no time of the plan's. */
export function killLimit(): Millis {
  return bounded(0);
}

/** The same and more: what has to wait for others takes longer. */
export function longer(limit: Millis, more: Millis): Millis {
  return Math.min(LONGEST, limit + more);
}

function restartTime({ plan }: Before): Millis {
  return stopTime(plan) + upTime(plan);
}

/** Until it is RUNNING; one that is not ready in time has to be stopped before its start has failed. */
function upTime(plan: ProcessPlan): Millis {
  const { ready, restart } = plan;
  const held = hookTime(plan, "postExit", "preStart");
  if (ready === null) return held + restart.startSeconds;
  return held + Math.max(restart.startSeconds, ready.timeout + stopTime(plan));
}

function longest(before: readonly Before[], time: (one: Before) => Millis): Millis {
  return before.reduce((most, one) => Math.max(most, time(one)), 0);
}

function bounded(limit: Millis): Millis {
  return Math.min(LONGEST, limit + SLACK);
}
