// POST /scale: another number of processes for a program, and what came of the ones that came and went.
import { suggest } from "../../base/suggest.ts";
import { namedOf, resolveNames } from "../../core/resolve_names.ts";
import { plansInOrder } from "../../core/pool.ts";
import { jsonReply } from "../http/message.ts";
import type { RunnerFace } from "../runner_face.ts";
import { ApiFault, unknownFault } from "./api_fault.ts";
import { readBody, textField } from "./body.ts";
import { type Answer, refuseWhileEnding, WAIT_FIELDS, waitWish } from "./call.ts";
import { orderTime } from "./order_time.ts";
import type { ScaleReply } from "./scale_types.ts";
import { type Before, beforeNew, beforeOf, judgeGone, judgeStart } from "./verdict.ts";
import { type Awaited, longer, startLimit, stopLimit, waitForAll } from "./waiting.ts";

export const scale: Answer = async ({ runner, request }) => {
  const body = readBody(request, ["program", "count", ...WAIT_FIELDS]);
  const name = textField(body, "program", "the name of a program");
  const text = textField(body, "count", 'a number like "5", "+2" or "-1"');
  const wish = waitWish(body);
  refuseWhileEnding(runner, "scale");
  const program = programOf(runner, name);
  const before = processesOf(runner, program);
  const count = countOf(text, before.filter(({ plan }) => !plan.recycle.isSpare).length);
  const outcome = await runner.scale(program, count);
  if (outcome.kind === "refused") {
    throw new ApiFault(422, `Cannot scale ${program} to ${count}: ${outcome.reason}`);
  }
  const awaited = changes(runner, program, before);
  const limit = Math.max(...[startLimit, stopLimit].map((of) => of(awaited.map((a) => a.before))));
  const { from, to, manifest } = outcome;
  const more = orderTime(runner.pool, awaited.map(({ before: one }) => one.id));
  const result = await waitForAll(runner, awaited, wish(longer(limit, more)));
  const reply: ScaleReply = { program, from, to, manifest, ...result };
  return jsonReply(reply);
};

/** The program that is meant: by its own name, or by a name for processes of one program only. */
function programOf({ pool }: RunnerFace, name: string): string {
  const named = namedOf(pool);
  const programs = new Set(plansInOrder(pool.plan).map(({ program }) => program));
  if (programs.has(name)) return name;
  const { ids } = resolveNames([name], named);
  const meant = new Set(ids.flatMap((id) => pool.processes.get(id)?.plan.program ?? []));
  const [only] = meant;
  if (meant.size === 1 && only !== undefined) return only;
  if (meant.size === 0) {
    // A program scaled to nothing has no process left to be known by; the manifest still knows it.
    if (named.groups.has(name)) return name;
    throw unknownFault("program", [{ name, meant: suggest(name, programs) ?? "" }]);
  }
  throw new ApiFault(400, `Cannot scale "${name}": it means ${meant.size} programs`, {
    hint: `One of ${[...meant].slice(0, 10).join(", ")}`,
  });
}

/** `+2` and `-1` count from what the plan has now. */
function countOf(text: string, present: number): number {
  if (!/^[+-]?\d{1,6}$/.test(text)) {
    throw new ApiFault(400, `Cannot read "count": it is "${text.slice(0, 80)}"`, {
      hint: 'Use a number like "5", or "+2" or "-1" for more or less than now',
    });
  }
  const isRelative = text.startsWith("+") || text.startsWith("-");
  return Math.max(0, isRelative ? present + Number(text) : Number(text));
}

function processesOf({ pool }: RunnerFace, program: string): readonly Before[] {
  return plansInOrder(pool.plan).filter((plan) => plan.program === program).map((plan) => {
    const process = pool.processes.get(plan.id);
    return process === undefined ? beforeNew(plan) : beforeOf(process);
  });
}

/** Those that are new, and those that go. */
function changes(
  runner: RunnerFace,
  program: string,
  before: readonly Before[],
): readonly Awaited[] {
  const old = new Map(before.map((one) => [one.id, one]));
  const now = plansInOrder(runner.pool.plan).filter((plan) => plan.program === program);
  const ids = new Set(now.map(({ id }) => id));
  const added = now.filter((plan) => !old.has(plan.id) && plan.autostart);
  return [
    ...added.map((plan) => ({ before: beforeNew(plan), judge: judgeStart, begun: "starting" })),
    ...before.filter(({ id }) => !ids.has(id))
      .map((one) => ({ before: one, judge: judgeGone, begun: "stopping" })),
  ];
}
