// POST /update: the manifest read again, what differs, and what came of it.
import { formatProblem, type Problem } from "../../base/errors.ts";
import { plansInOrder, type Pool } from "../../core/pool.ts";
import type { Plan } from "../../manifest/plan.ts";
import { diffAlerts } from "../../manifest/alert_diff.ts";
import { diffPlans, type PlanDiff } from "../../manifest/plan_diff.ts";
import { type HttpReply, jsonReply } from "../http/message.ts";
import { runnerChanges } from "../runner_changes.ts";
import { flagField, readBody } from "./body.ts";
import { type Answer, refuseWhileEnding, WAIT_FIELDS, waitWish } from "./call.ts";
import { orderTime } from "./order_time.ts";
import type { UpdateRefusal } from "./runner_types.ts";
import type { ProblemView } from "./types.ts";
import type { UpdateReply } from "./update_types.ts";
import {
  beforeNew,
  beforeOf,
  type Judge,
  judgeGone,
  judgeReplaced,
  judgeStart,
} from "./verdict.ts";
import { type Awaited, longer, restartLimit, waitForAll } from "./waiting.ts";

export const update: Answer = async ({ runner, request }) => {
  const body = readBody(request, ["dryRun", ...WAIT_FIELDS]);
  const isDry = flagField(body, "dryRun", false);
  const wish = waitWish(body);
  refuseWhileEnding(runner, "update");
  const { plan, problems } = await runner.reread();
  if (plan === null) return refusal("update", problems);
  // The end may have begun while the manifest was read.
  refuseWhileEnding(runner, "update");
  const diff = diffPlans(runner.pool.plan, plan);
  const view = diffView(diff, { before: runner.pool.plan, after: plan, problems });
  if (isDry) {
    const nothing = { results: [], timedOut: false, applied: false };
    return jsonReply({ ...view, ...nothing } satisfies UpdateReply);
  }
  const awaited = whatToAwait(runner.pool, plan, diff);
  runner.apply(plan);
  const more = orderTime(runner.pool, awaited.map(({ before }) => before.id));
  const limit = longer(restartLimit(awaited.map(({ before }) => before)), more);
  const outcome = await waitForAll(runner, awaited, wish(limit));
  const reply: UpdateReply = { ...view, ...outcome, applied: true };
  return jsonReply(reply);
};

/** 422: the manifest cannot be used, and everything runs on. */
export function refusal(what: string, problems: readonly Problem[]): HttpReply {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const reply: UpdateRefusal = {
    error: `Cannot ${what}: the manifest has ${errors === 1 ? "an error" : `${errors} errors`}`,
    hint: "Nothing was changed: mend the manifest and ask again",
    applied: false,
    problems: problems.map(problemView),
  };
  return jsonReply(reply, 422);
}

function problemView(problem: Problem): ProblemView {
  return { severity: problem.severity, text: formatProblem(problem) };
}

type DiffView = Omit<UpdateReply, "applied" | "results" | "timedOut">;

interface Compared {
  readonly before: Plan;
  readonly after: Plan;
  readonly problems: readonly Problem[];
}

function diffView(diff: PlanDiff, { before, after, problems }: Compared): DiffView {
  const { live, later } = runnerChanges(before, after);
  const changes = new Map(diff.changes.map(({ id, changed }) => [id, changed]));
  const withChanges = (ids: readonly string[]) =>
    ids.map((id) => ({ id, changed: changes.get(id) ?? [] }));
  return {
    added: diff.added,
    removed: diff.removed,
    restarted: withChanges(diff.restart),
    adjusted: withChanges(diff.adjust),
    unchanged: diff.unchanged.length,
    alerts: diffAlerts(before.alerts, after.alerts),
    live,
    runner: later,
    problems: problems.map(problemView),
  };
}

function whatToAwait(pool: Pool, plan: Plan, diff: PlanDiff): readonly Awaited[] {
  const plans = new Map(plansInOrder(plan).map((item) => [item.id, item]));
  const known = (ids: readonly string[], judge: Judge, begun: string) =>
    ids.flatMap((id): Awaited[] => {
      const process = pool.processes.get(id);
      return process === undefined ? [] : [{ before: beforeOf(process), judge, begun }];
    });
  const added = diff.added.flatMap((id): Awaited[] => {
    const item = plans.get(id);
    if (item === undefined || !item.autostart) return [];
    const old = pool.processes.get(id);
    const before = old === undefined ? beforeNew(item) : beforeOf(old);
    return [{ before, judge: judgeStart, begun: "starting" }];
  });
  return [
    ...known(diff.removed, judgeGone, "stopping"),
    ...known(diff.restart, judgeReplaced, "restarting"),
    ...added,
  ];
}
