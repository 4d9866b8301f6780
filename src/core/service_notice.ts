// What a service manager is told about the pool (sd_notify), decided from the pool alone.
import type { Millis } from "../manifest/plan.ts";
import { isInVain } from "./dependencies.ts";
import { type Pool, servesFromBoot } from "./pool.ts";
import type { Process } from "./process_state.ts";
import { isStandingBy } from "./recycle_swap.ts";

export type NoticePhase = "starting" | "ready" | "reloading" | "stopping";

/** What was said last. */
export interface Notice {
  readonly phase: NoticePhase;
  readonly status: string;
}

export interface NoticeLook {
  readonly pool: Pool;
  readonly now: Millis;
  /** When the pool was booted. */
  readonly begunAt: Millis;
  /** A manifest is being read again. */
  readonly isReading: boolean;
  /** The pool goes down only to be started again. */
  readonly isRestarting: boolean;
}

/** A program that keeps failing does not keep the service from being ready for longer; systemd waits 90 s. */
const PATIENCE: Millis = 30_000;
/** How much longer a start may take, each time it is said: three times the pause between two of them. */
const STARTING_EXTENSION: Millis = 30_000;
/** For the last files and logs after the last process. */
const LAST_WORDS: Millis = 5_000;

/** What is to be said now. */
export function noticeOf(before: NoticePhase, look: NoticeLook): Notice {
  return { phase: phaseOf(before, look), status: statusText(look.pool) };
}

function phaseOf(before: NoticePhase, look: NoticeLook): NoticePhase {
  const { pool, isReading, isRestarting } = look;
  if (pool.phase.name !== "UP") return isRestarting ? "reloading" : "stopping";
  const processes = [...pool.processes.values()];
  if (before === "starting" && processes.some((process) => isComing(process, look))) {
    return "starting";
  }
  return isReading || pool.fates.size > 0 ? "reloading" : "ready";
}

function isComing(process: Process, { pool, now, begunAt }: NoticeLook): boolean {
  const { name } = process.state;
  if (pool.waiting.has(process.plan.id)) {
    return now - begunAt < PATIENCE && !isInVain(pool, process);
  }
  if (!servesFromBoot(process)) return false;
  // A oneshot is there when it has done its work.
  if (name === "RUNNING" && process.plan.type === "oneshot") return true;
  if (name === "STARTING" && process.tally.failedStarts === 0) return true;
  // One that was not ready in time is stopped before it is tried again.
  const isFailing = name === "BACKOFF" || (name === "STOPPING" && process.state.after === "judge");
  return (name === "STARTING" || isFailing) && now - begunAt < PATIENCE;
}

/** As `2 of 3 processes are running; fatal: web:api`. */
function statusText(pool: Pool): string {
  const processes = [...pool.processes.values()].filter((process) => !isStandingBy(process));
  const running = processes.filter(({ state }) => state.name === "RUNNING").length;
  const told = processes.length === 1 ? "1 process is" : `${processes.length} processes are`;
  const fatal = processes.filter(({ state }) => state.name === "FATAL").map(({ plan }) => plan.id);
  const shown = fatal.slice(0, 5).join(", ") +
    (fatal.length > 5 ? ` and ${fatal.length - 5} more` : "");
  return `${running} of ${told} running${fatal.length === 0 ? "" : `; fatal: ${shown}`}`
    // A line end would begin an assignment of its own.
    .replaceAll(/\s+/g, " ");
}

/** The assignments that tell it; none when nothing has changed. `monotonic`: microseconds of CLOCK_MONOTONIC. */
export function noticeLines(
  before: Notice | null,
  next: Notice,
  { look, monotonic }: { readonly look: NoticeLook; readonly monotonic: () => bigint },
): readonly string[] {
  const isNews = before?.phase !== next.phase;
  if (!isNews && before.status === next.status) return [];
  const status = `STATUS=${next.status}`;
  if (!isNews) return [status];
  switch (next.phase) {
    case "starting":
      return [status, extension(look)];
    case "ready":
      return ["READY=1", status];
    case "reloading":
      return ["RELOADING=1", `MONOTONIC_USEC=${monotonic()}`, status];
    case "stopping":
      return ["STOPPING=1", status, extension(look)];
  }
}

/** How much longer it may take: while starting, as long as it is said again; the whole rest while stopping. */
export function extension({ pool, now }: NoticeLook): string {
  const left = pool.phase.name === "STOPPING"
    ? Math.max(0, pool.phase.deadline - now) + LAST_WORDS
    : STARTING_EXTENSION;
  return `EXTEND_TIMEOUT_USEC=${
    Math.ceil(Number.isFinite(left) ? left : STARTING_EXTENSION) * 1000
  }`;
}
