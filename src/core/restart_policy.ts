// What to do when a child has ended by itself: one pure function of the plan, the end and the counters.
import type { Exit } from "../base/exit.ts";
import type { ExitAction, ExitMatch, Millis, RestartPlan } from "../manifest/plan.ts";
import type { Tally } from "./process_state.ts";

/** One end of a child. */
export interface End {
  readonly exit: Exit;
  readonly uptime: Millis;
  /** It ended before it had been up for `startSeconds`. */
  readonly early: boolean;
}

/** What the machine shall do. */
export type Verdict =
  /** Stay down: EXITED. */
  | { readonly kind: "exited"; readonly expected: boolean }
  /** Start again after `delay`; 0 is at once. */
  | { readonly kind: "restart"; readonly delay: Millis; readonly expected: boolean }
  /** The start has failed; try again after `delay`. */
  | { readonly kind: "retry"; readonly delay: Millis }
  | { readonly kind: "fatal"; readonly reason: string }
  | { readonly kind: "shutdown"; readonly status: number; readonly expected: boolean };

export interface Judgement {
  readonly verdict: Verdict;
  readonly tally: Tally;
}

/** A life shorter than this is quick: repeated, it is slowed down whatever its exit code. */
export const QUICK: Millis = 1_000;
// A job that ends at once is started no more than once a second, as supervisord's loop does;
// one that fails at once gets five seconds, so that a crash loop costs next to nothing.
const QUICK_FLOOR_EXPECTED: Millis = 1_000;
const QUICK_FLOOR_CRASH: Millis = 5_000;
const QUICK_FIRST: Millis = 100;

/** Decides about an end that nobody asked for. `lot` is a number in [0, 1) for the jitter. */
export function judgeEnd(restart: RestartPlan, end: End, tally: Tally, lot: number): Judgement {
  const quickEnds = end.uptime < QUICK ? tally.quickEnds + 1 : 0;
  const counted: Tally = { ...tally, quickEnds };
  const action = restart.onExit.find((rule) => matches(rule.match, end.exit))?.action;
  if (action !== undefined) return judgeByRule(restart, action, counted);
  if (end.early && restart.earlyExitFails) return judgeFailedStart(restart, counted, lot);

  const expected = isExpected(restart, end.exit);
  const stays = restart.autorestart === "never" ||
    (restart.autorestart === "unexpected" && expected);
  if (stays) return { verdict: { kind: "exited", expected }, tally: settled(counted) };
  if (expected) return judgePlanned(restart, counted);
  if (end.early) return judgeFailedStart(restart, counted, lot);
  return judgeCrash({ restart, uptime: end.uptime, tally: counted, lot });
}

/** Decides about a child that was stopped for being of no use: never an end that was expected. */
export function judgeUnwell(
  restart: RestartPlan,
  { uptime, neverReady }: { readonly uptime: Millis; readonly neverReady: boolean },
  tally: Tally,
  lot: number,
): Judgement {
  const counted: Tally = { ...tally, quickEnds: uptime < QUICK ? tally.quickEnds + 1 : 0 };
  const fails = neverReady && (restart.autorestart !== "never" || restart.earlyExitFails);
  if (fails) return judgeFailedStart(restart, counted, lot);
  if (restart.autorestart === "never") {
    return { verdict: { kind: "exited", expected: false }, tally: settled(counted) };
  }
  // How long it was well has been seen to already: a long uptime of no use forgets nothing.
  return judgeCrash({ restart, uptime: 0, tally: counted, lot });
}

/** A start that failed before there was a program, or that died before `startSeconds`. */
export function judgeFailedStart(restart: RestartPlan, tally: Tally, lot: number): Judgement {
  const failedStarts = tally.failedStarts + 1;
  if (failedStarts > restart.startRetries) {
    const reason = "too many start retries too quickly";
    return { verdict: { kind: "fatal", reason }, tally: { ...tally, failedStarts } };
  }
  const delay = Math.max(restart.restartDelay, backoffDelay(restart, failedStarts, lot));
  return { verdict: { kind: "retry", delay }, tally: { ...tally, failedStarts } };
}

/** Wait before the try after `failures` failures in a row. Monotonic in `failures` but for jitter; bounded. */
export function backoffDelay(restart: RestartPlan, failures: number, lot: number): Millis {
  const backoff = restart.backoff;
  if (backoff.kind === "linear") return failures * 1_000;
  // The power overflows to Infinity sooner or later, and 0 times that is no number.
  const factor = Math.min(Number.MAX_VALUE, backoff.factor ** (failures - 1));
  const grown = Math.min(backoff.max, backoff.initial * factor);
  return Math.min(backoff.max, Math.max(0, grown * (1 + backoff.jitter * (2 * lot - 1))));
}

/** True when the exit code is listed; a death by signal never is (supervisord 4.2: status -1). */
export function isExpected(restart: RestartPlan, exit: Exit): boolean {
  return exit.kind === "code" && restart.exitCodes.includes(exit.code);
}

/** Wait that keeps a program which ends again and again at once from eating the processor. */
function quickDelay(tally: Tally, floor: Millis): Millis {
  if (tally.quickEnds < 2) return 0;
  return Math.min(floor, QUICK_FIRST * 2 ** (tally.quickEnds - 2));
}

/** Wait before the restart that follows a planned end: none, unless such ends come in quick succession. */
export function plannedDelay(restart: RestartPlan, tally: Tally): Millis {
  return Math.max(restart.restartDelay, quickDelay(tally, QUICK_FLOOR_EXPECTED));
}

function judgeByRule(restart: RestartPlan, action: ExitAction, tally: Tally): Judgement {
  switch (action.kind) {
    case "restart": {
      const delay = Math.max(action.delay, plannedDelay(restart, tally));
      return {
        verdict: { kind: "restart", delay, expected: true },
        tally: { ...tally, crashes: 0, failedStarts: 0 },
      };
    }
    case "stop":
      return { verdict: { kind: "exited", expected: true }, tally: settled(tally) };
    case "fatal":
      return {
        verdict: { kind: "fatal", reason: "on_exit says fatal" },
        tally: settled(tally),
      };
    case "shutdown":
      return {
        verdict: { kind: "shutdown", status: action.status, expected: true },
        tally: settled(tally),
      };
  }
}

function judgePlanned(restart: RestartPlan, tally: Tally): Judgement {
  return {
    verdict: { kind: "restart", delay: plannedDelay(restart, tally), expected: true },
    tally: { ...tally, crashes: 0, failedStarts: 0 },
  };
}

interface Crash {
  readonly restart: RestartPlan;
  readonly uptime: Millis;
  readonly tally: Tally;
  readonly lot: number;
}

function judgeCrash({ restart, uptime, tally, lot }: Crash): Judgement {
  const backoff = restart.backoff;
  const forgotten = backoff.kind === "exponential" && uptime >= backoff.resetAfter;
  const crashes = forgotten ? 1 : tally.crashes + 1;
  const floor = quickDelay(tally, QUICK_FLOOR_CRASH);
  // The first restart is immediate: a single crash should cost no downtime. Only repetition slows down.
  const grown = backoff.kind === "exponential" && crashes > 1
    ? backoffDelay(restart, crashes - 1, lot)
    : 0;
  const delay = Math.max(restart.restartDelay, floor, grown);
  return {
    verdict: { kind: "restart", delay, expected: false },
    tally: { ...tally, crashes, failedStarts: 0 },
  };
}

function settled(tally: Tally): Tally {
  return { ...tally, failedStarts: 0, crashes: 0, quickEnds: 0, recentStarts: [] };
}

function matches(match: ExitMatch, exit: Exit): boolean {
  switch (match.kind) {
    case "codes":
      return exit.kind === "code" && exit.code >= match.from && exit.code <= match.to;
    case "signal":
      return exit.kind === "signal" && exit.signal === match.signal;
    case "any-signal":
      return exit.kind === "signal";
    case "rest":
      return true;
  }
}
