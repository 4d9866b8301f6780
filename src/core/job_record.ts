// What is kept of jobs while no runner runs: their latest runs, and who is paused.
import type { Job, JobRecords, PastRun } from "./job_state.ts";

/** So many runs are kept in all, however many jobs have how long a history: about 3 MB. */
const MOST_RUNS = 10_000;
/** Of a reason, characters. */
const MOST_REASON = 300;

export function recordsOf(
  { items, paused }: { readonly items: readonly Job[]; readonly paused: readonly string[] },
): JobRecords {
  const share = Math.max(1, Math.floor(MOST_RUNS / Math.max(1, items.length)));
  const jobs = items.filter(({ runs, last }) => runs.length > 0 || last !== null)
    .map(({ key, runs, past, last, lastSuccess }) => (
      { key, runs, past: past.slice(0, share).map(short), last: last && short(last), lastSuccess }
    ));
  return { paused, jobs };
}

/** True when there is nothing to note that was not noted before. */
export function isNoted(seen: readonly Job[], items: readonly Job[]): boolean {
  return seen === items || (seen.length === items.length && items.every((job, at) => {
    const { key, runs, past, last, lastSuccess } = job;
    const old = seen[at];
    return old !== undefined && old.key === key && old.runs === runs && old.past === past &&
      old.last === last && old.lastSuccess === lastSuccess;
  }));
}

function short(run: PastRun): PastRun {
  return run.reason.length <= MOST_REASON
    ? run
    : { ...run, reason: `${run.reason.slice(0, MOST_REASON)}…` };
}
