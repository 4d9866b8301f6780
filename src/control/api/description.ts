// supervisorctl's description of a process, letter by letter.
import type { Instant } from "../../base/instant.ts";
import type { Process } from "../../core/process_state.ts";
import { isStandingBy } from "../../core/recycle_swap.ts";
import { readyWord } from "../../manifest/ready_words.ts";

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const DAY = 86_400;

/** `pid 12, uptime 0:01:02`, the spawn error, or the time it was stopped. */
export function description(process: Process, now: Instant): string {
  const state = process.state;
  switch (state.name) {
    case "RUNNING":
      return `pid ${state.pid}, uptime ${uptimeText(now.mono - state.since.mono)}`;
    case "BACKOFF":
    case "FATAL":
      return process.spawnError === ""
        ? `unknown error (try "tail ${process.plan.name}")`
        : process.spawnError;
    case "STOPPED":
    case "EXITED":
      return downText(process);
    case "STARTING":
    case "STOPPING":
      return "";
  }
}

/** The same, and what a process that is starting is waiting for: there supervisorctl says nothing. */
export function ownDescription(process: Process, now: Instant): string {
  if (isStandingBy(process)) return "stands by";
  const awaited = waitsFor(process);
  return awaited === "" ? description(process, now) : `waiting for ${awaited}`;
}

/** What a process that is starting is waiting for; empty: for nothing but startsecs. */
export function waitsFor({ state, plan }: Process): string {
  if (state.name !== "STARTING" || state.readyBy === null || plan.ready === null) return "";
  return readyWord(plan.ready.when);
}

function downText(process: Process): string {
  const at = process.lastEnd?.at ?? process.lastStart;
  return at === null ? "Not started" : dayAndTime(at.wall);
}

/** A duration as Python prints it: `0:01:02`, `1 day, 2:03:04`, `3 days, 0:00:00`. */
export function uptimeText(millis: number): string {
  const seconds = Math.max(0, Math.floor(millis / 1000));
  const days = Math.floor(seconds / DAY);
  const hours = Math.floor((seconds % DAY) / 3600);
  const minutes = two(Math.floor((seconds % 3600) / 60));
  const time = `${hours}:${minutes}:${two(seconds % 60)}`;
  if (days === 0) return time;
  return `${days} ${days === 1 ? "day" : "days"}, ${time}`;
}

/** `Nov 21 01:17 PM`, local time. */
export function dayAndTime(wall: number): string {
  const date = new Date(wall);
  const hours = date.getHours();
  const clock = `${two(hours % 12 === 0 ? 12 : hours % 12)}:${two(date.getMinutes())}`;
  const month = MONTHS[date.getMonth()] ?? "";
  return `${month} ${two(date.getDate())} ${clock} ${hours < 12 ? "AM" : "PM"}`;
}

function two(number: number): string {
  return `${number}`.padStart(2, "0");
}
