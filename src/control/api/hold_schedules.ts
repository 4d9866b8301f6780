// Pausing and resuming schedules: who is meant, and what came of each.
import { isTimed } from "../../core/job_state.ts";
import type { Pool } from "../../core/pool.ts";
import { isPaused } from "../../core/pool_pause.ts";
import type { Resolution } from "../../core/resolve_names.ts";
import type { RunnerFace } from "../runner_face.ts";
import { ApiFault } from "./api_fault.ts";
import { type Asked, isNameOf } from "./jobs_left_alone.ts";
import type { Before } from "./verdict.ts";
import { type Outcome, resultOf } from "./waiting.ts";

const HINT = "schedule and restart_schedule are what can be paused; runner stop ends a program";

/** Of those that are meant only by the way, as by `all`, the ones that have a schedule. */
export function onlyTimed(pool: Pool, named: Resolution, { action, names }: Asked): Resolution {
  if (action !== "pause" && action !== "resume") return named;
  const ids = named.ids.filter((id) => {
    const plan = pool.processes.get(id)?.plan;
    return plan !== undefined && (isTimed(plan) || names.some((name) => isNameOf(plan, name)));
  });
  if (ids.length > 0 || named.ids.length === 0) return { ...named, ids };
  const what = names.map((name) => `"${name}"`).join(", ");
  throw new ApiFault(409, `Cannot ${action} ${what}: nothing there has a schedule`, { hint: HINT });
}

const OUTCOMES = {
  pause: { before: "already paused", now: "paused" },
  resume: { before: "not paused", now: "resumed" },
} as const;

/** A program is one schedule, however many processes it has. */
export function holdAll(
  { runner, before }: { readonly runner: RunnerFace; readonly before: readonly Before[] },
  kind: "pause" | "resume",
): Outcome {
  const words = OUTCOMES[kind];
  const isWish = kind === "pause";
  const done = new Set(before.filter(({ plan }) => isPaused(runner.pool, plan) === isWish));
  runner.order({ kind, ids: before.map(({ id }) => id) });
  const results = before.map((one) => {
    const verdict = isTimed(one.plan)
      ? { ok: true, outcome: done.has(one) ? words.before : words.now, detail: "" }
      : { ok: false, outcome: "has no schedule", detail: HINT };
    return resultOf(runner, one, verdict);
  });
  return { results, timedOut: false };
}
