// What an operator should know who stops something that others depend on.
import { dependentsIn } from "../../core/dependencies.ts";
import type { Pool } from "../../core/pool.ts";
import { isDown } from "../../core/process_state.ts";
import { shownName } from "../../core/resolve_names.ts";

/** Names that are listed; more of them are counted. */
const LISTED = 5;

/** `web depends on redis, and runs on`; one for each of these processes that others need and that is up. */
export function dependentsNotes(pool: Pool, ids: readonly string[]): readonly string[] {
  const stopped = new Set(ids);
  const dependents = dependentsIn(pool.processes.values());
  return ids.flatMap((id) => {
    const process = pool.processes.get(id);
    if (process === undefined || isDown(process)) return [];
    const others = (dependents.get(id) ?? []).filter((one) => !stopped.has(one))
      .flatMap((one) => pool.processes.get(one) ?? [])
      .filter((one) => !isDown(one))
      .map(({ plan }) => shownName(plan));
    if (others.length === 0) return [];
    const more = others.length > LISTED ? ` and ${others.length - LISTED} more` : "";
    const names = others.slice(0, LISTED).join(", ") + more;
    const verbs = others.length === 1 ? ["depends", "runs"] : ["depend", "run"];
    return [`${names} ${verbs[0]} on ${shownName(process.plan)}, and ${verbs[1]} on`];
  });
}
