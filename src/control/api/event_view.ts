// A fact as the event stream shows it: its kind, whom it is about, a line for people, and its particulars.
import type { Exit } from "../../base/exit.ts";
import { signalName } from "../../base/signals.ts";
import { formatDuration } from "../../base/units.ts";
import type { Fact } from "../../core/events.ts";
import { logLine, stopWord } from "../../core/log_lines.ts";
import type { TimedFact } from "../runner_face.ts";
import { jobDetail } from "./job_event.ts";
import type { EventView } from "./types.ts";
import { isoTime, seconds } from "./views.ts";

export function eventView(serial: number, { at, fact }: TimedFact): EventView {
  return {
    serial,
    time: isoTime(at.wall),
    kind: fact.kind === "over-cap" ? "memory" : fact.kind,
    process: "id" in fact ? fact.id : null,
    text: logLine(fact)?.text ?? ownText(fact),
    detail: detailOf(fact),
  };
}

/** For the facts that the runner's own log passes over. */
function ownText(fact: Fact): string {
  switch (fact.kind) {
    case "state":
      return `state: ${nameOf(fact.id)} is ${fact.to}, was ${fact.from}`;
    case "stopping":
      return `stopping: ${nameOf(fact.id)} with ${stopWord(fact)} (${fact.cause})`;
    default:
      return fact.kind;
  }
}

function detailOf(fact: Fact): EventView["detail"] {
  switch (fact.kind) {
    case "exited":
      return {
        ...exitDetail(fact.exit),
        expected: fact.expected,
        uptime: seconds(fact.uptime),
        restartIn: fact.restartIn === null ? null : seconds(fact.restartIn),
      };
    case "stopped":
      return { ...exitDetail(fact.exit), killed: fact.killed };
    case "stopping":
      return {
        cause: fact.cause,
        signal: signalName(fact.signal),
        ...(fact.message === undefined ? {} : { message: fact.message }),
      };
    case "running":
      return { startSeconds: seconds(fact.startSeconds) };
    case "job":
      return jobDetail(fact);
    case "ready":
      return { run: fact.run, after: seconds(fact.after) };
    case "max-age":
      return { age: seconds(fact.age), text: formatDuration(fact.age) };
    default: {
      const entries = Object.entries(fact).filter(([key]) => key !== "kind" && key !== "id");
      return Object.fromEntries(entries);
    }
  }
}

function exitDetail(exit: Exit): { readonly code: number | null; readonly signal: string | null } {
  return {
    code: exit.kind === "code" ? exit.code : null,
    signal: exit.kind === "signal" ? signalName(exit.signal) : null,
  };
}

/** As in the runner's own log: without the group. */
function nameOf(id: string): string {
  return id.slice(id.indexOf(":") + 1);
}
