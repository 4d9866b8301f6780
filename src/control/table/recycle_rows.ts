// The facts about the planned replacement of a process, for `describe` and the page. Pure.
import type { ProcessDetail } from "../api/types.ts";

type Row = readonly [string, string];

/** A runner of an older version says nothing of it. */
export function recycleRows({ recycling, spare }: Partial<ProcessDetail>): readonly Row[] {
  if (recycling === undefined) return [];
  const { jobs, due, takenOverBy } = recycling;
  const isPlanned = due !== null || takenOverBy !== null;
  const why = due === null ? [] : [`for ${keyOf(due)}`];
  const how = takenOverBy === null ? "waits for its turn" : `${takenOverBy} takes over`;
  return [
    ["spare", spare === true ? "stands by" : ""],
    ["jobs", jobs === 0 ? "" : String(jobs)],
    ["replaced", isPlanned ? [...why, how].join(", ") : ""],
  ];
}

/** As the manifest has it. */
function keyOf(cause: string): string {
  return cause === "memory" ? "max_memory" : cause.replace("-", "_");
}
