// POST /actions: what can be asked of processes, and what came of each of them.
import { parseAnySignal, SIGNAL_NAMES, signalName } from "../../base/signals.ts";
import { didYouMean } from "../../base/suggest.ts";
import { withoutProcesses } from "../../manifest/plan_compose.ts";
import { jsonReply } from "../http/message.ts";
import type { RunnerFace } from "../runner_face.ts";
import { ApiFault } from "./api_fault.ts";
import { type Body, namesField, numberField, readBody, textField, wordField } from "./body.ts";
import { type Answer, refuseWhileEnding, resolved, WAIT_FIELDS, waitWish } from "./call.ts";
import { dependentsNotes } from "./dependents_note.ts";
import { holdAll, onlyTimed } from "./hold_schedules.ts";
import { withoutJobs } from "./jobs_left_alone.ts";
import { orderTime } from "./order_time.ts";
import type { ActionName, ActionReply } from "./types.ts";
import {
  type Before,
  beforeOf,
  type Judge,
  judgeGone,
  judgeKill,
  type Verdict,
} from "./verdict.ts";
import { judgeRestart, judgeStart, judgeStop, reloadJudge } from "./verdict.ts";
import { killLimit, longer, type Outcome, reloadLimit, restartLimit, resultOf } from "./waiting.ts";
import { startLimit, stopLimit, waitForAll } from "./waiting.ts";

const ACTIONS: readonly ActionName[] = [
  "start",
  "stop",
  "restart",
  "reload",
  "signal",
  "kill",
  "clear",
  "delete",
  "pause",
  "resume",
];

/** Actions that an end under way does not forbid. */
const ALWAYS: readonly ActionName[] = ["signal", "kill", "clear"];

export const actions: Answer = async ({ runner, request }) => {
  const body = readBody(request, ["action", "names", "signal", "atOnce", ...WAIT_FIELDS]);
  const action = wordField(body, "action", ACTIONS);
  const order = orderOf(action, body);
  const wish = waitWish(body);
  const names = namesField(body, "names");
  if (!ALWAYS.includes(action)) refuseWhileEnding(runner, action);
  const named = resolved(runner, names);
  const asked = { action, names };
  const meant = onlyTimed(runner.pool, withoutJobs(runner.pool, named, asked), asked);
  const { ids, unknown, notes } = meant;
  const before = ids.flatMap((id) => {
    const process = runner.pool.processes.get(id);
    return process === undefined ? [] : [beforeOf(process)];
  });
  const isStop = order.kind === "stop" || order.kind === "kill";
  const told = isStop ? [...notes, ...dependentsNotes(runner.pool, ids)] : notes;
  const outcome = await perform({ runner, before, wish }, order);
  const reply: ActionReply = { ...outcome, unknown, notes: told };
  return jsonReply(reply);
};

type Order =
  | { readonly kind: Exclude<ActionName, "signal" | "reload"> }
  | { readonly kind: "signal"; readonly signal: number }
  | { readonly kind: "reload"; readonly atOnce: number };

const MOST_AT_ONCE = 10_000;

function orderOf(kind: ActionName, body: Body): Order {
  refuseField(body, "signal", kind);
  const bounds = { from: 1, to: MOST_AT_ONCE, isWhole: true };
  const atOnce = numberField(body, "atOnce", bounds);
  if (kind !== "reload") refuseField(body, "atOnce", kind);
  if (kind === "reload") return { kind, atOnce: atOnce ?? 1 };
  return kind === "signal" ? { kind, signal: signalField(body) } : { kind };
}

/** A field that another action has would be ignored silently. */
function refuseField(body: Body, field: "signal" | "atOnce", kind: ActionName): void {
  const owner = field === "signal" ? "signal" : "reload";
  if (kind === owner || body[field] === undefined) return;
  throw new ApiFault(400, `Cannot use "${field}" with ${kind}: it belongs to ${owner}`);
}

function signalField(body: Body): number {
  const text = textField(body, "signal", "a signal, by name or number");
  const signal = parseAnySignal(text);
  if (signal !== null) return signal;
  const near = didYouMean(text.toUpperCase().replace(/^SIG/, ""), SIGNAL_NAMES);
  throw new ApiFault(400, `Cannot send "${text.slice(0, 80)}": there is no such signal${near}`, {
    hint: "Use a name like HUP, SIGUSR1 or RTMIN+3, or a number",
  });
}

interface Deed {
  readonly runner: RunnerFace;
  readonly before: readonly Before[];
  readonly wish: ReturnType<typeof waitWish>;
}

function perform(deed: Deed, order: Order): Outcome | Promise<Outcome> {
  const { runner, before } = deed;
  const ids = before.map(({ id }) => id);
  switch (order.kind) {
    case "signal":
      return signalAll(deed, order.signal);
    case "clear":
      return clearAll(deed);
    case "pause":
    case "resume":
      return holdAll(deed, order.kind);
    case "delete":
      runner.apply(withoutProcesses(runner.pool.plan, new Set(ids)));
      return awaitAll(deed, { judge: judgeGone, begun: "stopping", limit: stopLimit(before) });
    case "reload": {
      runner.order({ kind: "reload", ids, atOnce: order.atOnce });
      const limit = reloadLimit(before, order.atOnce);
      return awaitAll(deed, { judge: reloadJudge(), begun: "reloading", limit });
    }
    case "start":
    case "stop":
    case "restart":
    case "kill":
      runner.order({ kind: order.kind, ids });
      return awaitAll(deed, wayOf(order.kind, before));
  }
}

interface Way {
  readonly judge: Judge;
  readonly begun: string;
  readonly limit: number;
}

function wayOf(kind: "start" | "stop" | "restart" | "kill", before: readonly Before[]): Way {
  switch (kind) {
    case "start":
      return { judge: judgeStart, begun: "starting", limit: startLimit(before) };
    case "stop":
      return { judge: judgeStop, begun: "stopping", limit: stopLimit(before) };
    case "restart":
      return { judge: judgeRestart, begun: "restarting", limit: restartLimit(before) };
    case "kill":
      return { judge: judgeKill, begun: "dying", limit: killLimit() };
  }
}

function awaitAll({ runner, before, wish }: Deed, { judge, begun, limit }: Way): Promise<Outcome> {
  const more = orderTime(runner.pool, before.map(({ id }) => id));
  const awaited = before.map((one) => ({ before: one, judge, begun }));
  return waitForAll(runner, awaited, wish(longer(limit, more)));
}

function signalAll({ runner, before }: Deed, signal: number): Outcome {
  const living = before.filter(({ pid }) => pid !== null).map(({ id }) => id);
  runner.order({ kind: "signal", ids: living, signal });
  const done: Verdict = { ok: true, outcome: "signalled", detail: signalName(signal) };
  const not: Verdict = { ok: false, outcome: "not running", detail: "there is no child to signal" };
  const results = before.map((one) => resultOf(runner, one, one.pid === null ? not : done));
  return { results, timedOut: false };
}

function clearAll({ runner, before }: Deed): Outcome {
  const results = before.map((one) => {
    const outcome = runner.logs.clear(one.plan) ? "cleared" : "nothing to clear";
    return resultOf(runner, one, { ok: true, outcome, detail: "" });
  });
  return { results, timedOut: false };
}
