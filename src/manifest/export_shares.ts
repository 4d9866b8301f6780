// Finds which sizes a manifest gives as shares of the memory: a plan has bytes only.
import type { ManifestContext } from "./context.ts";
import type { MemoryShares } from "./export_policy.ts";
import { loadPlan } from "./load_plan.ts";
import type { Bytes, Plan } from "./plan.ts";

/** A machine with so much memory tells a share by its size: 1 % of it is a whole number that no manifest names. */
const HUGE: Bytes = 100 * 1_000_000_000_000;

/** By the id of the process; reads the manifest once more, for a machine with another size of memory. */
export async function memoryShares(
  path: string,
  machine: ManifestContext,
  plan: Plan,
): Promise<ReadonlyMap<string, MemoryShares>> {
  const other = await loadPlan(path, { ...machine, totalMemory: HUGE });
  const memories = new Map(
    (other.plan?.groups ?? []).flatMap(({ processes }) =>
      processes.map(({ id, memory }) => [id, memory] as const)
    ),
  );
  return new Map(
    plan.groups.flatMap(({ processes }) => processes).map(({ id, memory }) => {
      const huge = memories.get(id);
      const cap = shareOf(memory.cap, huge?.cap ?? null);
      return [id, { cap, hardLimit: shareOf(memory.hardLimit, huge?.hardLimit ?? null) }];
    }),
  );
}

function shareOf(here: Bytes | null, there: Bytes | null): string | null {
  return here === null || there === null || here === there ? null : `${there / (HUGE / 100)}%`;
}
