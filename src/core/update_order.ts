// The starts and stops of an update, in the order of dependencies.
import { startInOrder, stopInOrder, withoutHeld } from "./pool_order.ts";
import type { Pool } from "./pool.ts";
import { follow, type PoolStep, type Send, send } from "./pool_step.ts";
import type { Moment } from "./process_step.ts";

/** What an update orders: first what goes, each after those that depend on it, then what comes. */
export function sendInOrder(pool: Pool, sends: readonly Send[], moment: Moment): PoolStep {
  const stops = sends.filter(({ event }) => event.kind === "stop" && event.after === "stay");
  const starts = sends.filter(({ event }) => event.kind === "start").map(({ id }) => id);
  const others = sends.filter(({ event }) =>
    event.kind !== "start" && !(event.kind === "stop" && event.after === "stay")
  );
  // It was to go and has not been told yet: it gets its new values by a restart.
  const kept = starts.filter((id) => pool.held.has(id));
  const turned = kept.map((id): Send => ({
    id,
    event: { kind: "stop", cause: "update", after: "start" },
  }));
  const goes = { ids: stops.map(({ id }) => id), cause: "update" } as const;
  const stopped = stopInOrder(withoutHeld(pool, kept), goes, moment);
  const sent = follow(stopped, (next) => send(next, [...turned, ...others], moment));
  const fresh = { ids: starts.filter((id) => !kept.includes(id)), pull: "new" } as const;
  return follow(sent, (next) => startInOrder(next, fresh, moment));
}
