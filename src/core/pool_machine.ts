// The pool machine: (pool, event, moment) to (pool, effects). Start, stop, update, reload and shutdown of the whole.
import type { Command, PoolEvent } from "./events.ts";
import { type Pool, startsAtBoot } from "./pool.ts";
import { stepDepends } from "./pool_depends.ts";
import { letBe, restartInOrder, startInOrder, stopInOrder, withoutHeld } from "./pool_order.ts";
import { stepRecycle, takeChange } from "./pool_recycle.ts";
import { isKeptBack } from "./recycle_swap.ts";
import { holdSchedules } from "./pool_pause.ts";
import { beginReload, stepReload } from "./pool_reload.ts";
import { calmJobs, runsJob, stepSchedule } from "./pool_schedule.ts";
import { beginShutdown, finishByItself, hearOut, stepShutdown } from "./pool_shutdown.ts";
import { follow, type PoolStep, send, sendEach } from "./pool_step.ts";
import { beginUpdate, settleFates, wishFates } from "./pool_update.ts";
import type { Moment } from "./process_step.ts";

/** Takes one event, and everything that follows from it at this moment. */
export function stepPool(pool: Pool, event: PoolEvent, moment: Moment): PoolStep {
  if (pool.phase.name === "DOWN") return { pool, effects: [] };
  const taken = take(pool, event, moment);
  const settled = follow(taken, (next) => settleFates(next, moment));
  const waited = follow(settled, (next) => stepDepends(next, moment));
  const due = follow(waited, (next) => stepSchedule(next, moment));
  const recycled = follow(due, (next) => stepRecycle(next, moment));
  const reloaded = follow(recycled, (next) => stepReload(next, moment));
  // Who is restarted with others waits for the end of their reload.
  const isRolled = recycled.pool.rolling !== null && reloaded.pool.rolling === null;
  const freed = isRolled ? follow(reloaded, (next) => stepDepends(next, moment)) : reloaded;
  const ended = follow(freed, (next) => finishByItself(next, moment));
  return follow(ended, (next) => stepShutdown(next, moment));
}

function take(pool: Pool, event: PoolEvent, moment: Moment): PoolStep {
  switch (event.kind) {
    case "boot": {
      const autostart = [...pool.processes.values()].filter((item) => startsAtBoot(item.plan));
      const ids = autostart.map((item) => item.plan.id);
      return startInOrder(pool, { ids, pull: "new" }, moment);
    }
    case "look":
      return sendEach(pool, pool.processes.keys(), { kind: "look" }, moment);
    case "process":
      return send(pool, [event], moment);
    case "changed":
      return takeChange(pool, event, moment);
    case "heard-out":
      return { pool: hearOut(pool, moment), effects: [] };
    case "command":
      return obey(pool, event.command, moment);
  }
}

function obey(pool: Pool, command: Command, moment: Moment): PoolStep {
  if (command.kind === "shutdown") return beginShutdown(pool, command, moment);
  // Once the end has begun nothing is started or changed any more.
  if (pool.phase.name !== "UP" && command.kind !== "kill" && command.kind !== "signal") {
    return { pool, effects: [] };
  }
  switch (command.kind) {
    case "start":
    case "stop":
    case "restart":
    case "kill":
      return obeyEach(pool, command, moment);
    case "signal":
      return sendEach(pool, command.ids, { kind: "signal", signal: command.signal }, moment);
    case "reload":
      return beginReload(pool, command);
    case "update":
      return beginUpdate(pool, command.plan, moment);
    case "pause":
    case "resume":
      return holdSchedules(pool, command, moment);
  }
}

type Wish = Extract<Command, { kind: "start" | "stop" | "restart" | "kill" }>;

function obeyEach(pool: Pool, wish: Wish, moment: Moment): PoolStep {
  const start = wish.kind === "start" || wish.kind === "restart";
  const wished = wishFates(start ? pool : calmJobs(pool, wish.ids), wish.ids, start);
  // A process that is going away for an update is stopping already: only what comes after is open.
  const ids = wish.ids.filter((id) =>
    (wish.kind === "kill" || !pool.fates.has(id) || (!start && runsJob(pool, id))) &&
    !(start && standsBy(pool, id))
  );
  switch (wish.kind) {
    case "start":
      return startInOrder(withoutHeld(wished, ids), { ids, pull: "all" }, moment);
    case "stop":
      return stopInOrder(wished, { ids, cause: "command" }, moment);
    case "restart":
      return restartInOrder(wished, { ids, cause: "command", pull: "all" }, moment);
    case "kill":
      return sendEach(letBe(wished, ids), ids, { kind: "kill", cause: "command" }, moment);
  }
}

/** A spare is started when it is to take over, and else never. */
function standsBy(pool: Pool, id: string): boolean {
  const process = pool.processes.get(id);
  return process !== undefined && isKeptBack(pool, process);
}
