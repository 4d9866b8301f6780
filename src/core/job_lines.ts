// What the runner's own log says of jobs.
import { formatDuration } from "../base/units.ts";
import type { LogLevel } from "../manifest/plan.ts";
import type { JobFact } from "./job_fact.ts";

export function jobLine(fact: JobFact): { readonly level: LogLevel; readonly text: string } {
  const name = nameOf(fact.job);
  switch (fact.step) {
    case "due":
      return { level: "debug", text: `due: ${name}, begins when the run before has ended` };
    case "begun": {
      const again = fact.attempt === 1 ? "" : `, try ${fact.attempt}`;
      return { level: "debug", text: `begun: ${nameOf(fact.id)} (${fact.why}${again})` };
    }
    case "ended": {
      const why = fact.result === "ok" ? fact.why : `${fact.why}; ${fact.result}`;
      return { level: "info", text: `job: ${name} ended after ${took(fact.duration)} (${why})` };
    }
    case "failed": {
      if (fact.result === "lost") {
        return { level: "warn", text: `job lost: ${name} (${fact.why}): ${fact.reason}` };
      }
      const again = fact.retryIn === null ? "" : `; again in ${formatDuration(fact.retryIn)}`;
      const why = fact.reason === "" || fact.result === "timeout" ? fact.result : fact.reason;
      return {
        level: "warn",
        text: `job failed: ${name} after ${took(fact.duration)} (${fact.why}; ${why})${again}`,
      };
    }
    case "skipped":
      return { level: "warn", text: `job skipped: ${name}, ${fact.reason}` };
    case "missed":
      return { level: "warn", text: missedText(name, fact) };
    case "paused":
    case "resumed":
      return { level: "info", text: `${fact.step}: the schedule of ${name}` };
  }
}

function missedText(name: string, fact: Extract<JobFact, { step: "missed" }>): string {
  const times = fact.count === 1 ? "once" : `${fact.count} times or more`;
  return `job missed: ${name} was due ${times} since ${new Date(fact.planned).toISOString()}: ` +
    "one run for all of them";
}

/** A job takes seconds, and sometimes none. */
function took(duration: number): string {
  return formatDuration(
    duration < 10_000 ? Math.round(duration) : Math.round(duration / 1000) * 1000,
  );
}

/** The program, without a group of the same name. */
function nameOf(key: string): string {
  return key.slice(key.indexOf(":") + 1);
}
