// The particulars of a fact about a job, as the event stream shows them.
import type { JobFact } from "../../core/job_fact.ts";
import type { EventView } from "./types.ts";
import { exitView } from "./job_view.ts";

export function jobDetail(fact: JobFact): EventView["detail"] {
  const { job, step } = fact;
  switch (fact.step) {
    case "ended":
    case "failed": {
      const { result, why, attempt, exit, reason, duration, retryIn } = fact;
      const times = {
        duration: duration / 1000,
        retryIn: retryIn === null ? null : retryIn / 1000,
      };
      return { job, step, result, why, attempt, ...exitView(exit), reason, ...times };
    }
    case "begun":
      return { job, step, why: fact.why, attempt: fact.attempt, planned: isoTime(fact.planned) };
    case "skipped":
      return { job, step, planned: isoTime(fact.planned), reason: fact.reason };
    case "missed":
      return { job, step, planned: isoTime(fact.planned), count: fact.count };
    case "paused":
    case "resumed":
      return { job, step };
    case "due":
      return { job, step, planned: isoTime(fact.planned) };
  }
}

function isoTime(wall: number | null): string | null {
  return wall === null ? null : new Date(wall).toISOString();
}
