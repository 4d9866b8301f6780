// What becomes of a process whose child ended by itself, or never came to be.
import type { Exit } from "../base/exit.ts";
import type { Effect } from "./events.ts";
import { postExit } from "./hook_orders.ts";
import type { EndRecord, Process, ProcessState, Tally } from "./process_state.ts";
import { chain, enter, giveUp, type Moment, type ProcessStep, publish } from "./process_step.ts";
import { same, spawnAgain } from "./process_step.ts";
import { judgeEnd, judgeFailedStart, judgeUnwell, type Verdict } from "./restart_policy.ts";

type StoppingState = Extract<ProcessState, { name: "STOPPING" }>;

/** supervisord 4.2's spawnerr for a child that died before startsecs. */
const TOO_QUICKLY = "Exited too quickly (process log may have details)";

/** The same for one that was up long enough, and never of use. */
const BEFORE_READY = "Exited before it was ready (process log may have details)";

export interface OwnEnd {
  readonly exit: Exit;
  readonly launchFault: string | null;
  readonly pid: number;
  /** It ended while STARTING: before startsecs were over, or before it was ready. */
  readonly early: "quick" | "unready" | null;
}

/** Nobody asked for this end: the restart policy decides. */
export function endedByItself(process: Process, end: OwnEnd, moment: Moment): ProcessStep {
  const since = process.lastStart ?? moment.now;
  const uptime = Math.max(0, moment.now.mono - since.mono);
  const { restart } = process.plan;
  const { verdict, tally } = end.launchFault === null
    ? judgeEnd(
      restart,
      { exit: end.exit, uptime, early: end.early !== null },
      process.tally,
      moment.lot,
    )
    : judgeFailedStart(restart, process.tally, moment.lot);
  const record: EndRecord = {
    at: moment.now,
    run: process.run,
    exit: end.exit,
    uptime,
    planned: isExpectedVerdict(verdict),
    reason: end.launchFault ?? "",
  };
  const ended: Process = {
    ...process,
    lastEnd: record,
    tally: keepStarts(tally, process),
    spawnError: spawnError(verdict, end),
  };
  const before = endEffects(ended, end, verdict);
  return chain(same(ended, before), (next) => act(next, verdict, end.exit, moment));
}

/** It was stopped for being of no use: a failed start if it never was of any, else a crash, whatever its status. */
export function endedUnwell(
  process: Process,
  { state, exit }: { readonly state: StoppingState; readonly exit: Exit },
  moment: Moment,
): ProcessStep {
  const { restart } = process.plan;
  const uptime = Math.max(0, moment.now.mono - state.since.mono);
  const end = { uptime, neverReady: state.cause === "not-ready" };
  const { verdict, tally } = judgeUnwell(restart, end, process.tally, moment.lot);
  const reason = state.killed ? `${state.cause}, killed` : state.cause;
  const ended: Process = {
    ...process,
    lastEnd: { at: moment.now, run: process.run, exit, uptime, planned: false, reason },
    tally: keepStarts(tally, process),
  };
  const { id } = process.plan;
  const restartIn = verdict.kind === "restart" || verdict.kind === "retry" ? verdict.delay : null;
  const sweep: readonly Effect[] = state.pid === null
    ? []
    : [{ kind: "sweep", id, run: process.run, pid: state.pid }];
  const fact = publish({ kind: "exited", id, exit, expected: false, uptime, restartIn });
  const after = postExit(ended, { pid: state.pid, expected: false });
  return chain(same(ended, [fact, ...after, ...sweep]), (next) => act(next, verdict, exit, moment));
}

/** There is no child: the command was not found, or the system has no room. */
export function failedToSpawn(process: Process, reason: string, moment: Moment): ProcessStep {
  const { verdict, tally } = judgeFailedStart(process.plan.restart, process.tally, moment.lot);
  const stopping = process.state.name === "STOPPING" ? process.state : null;
  const failed: Process = { ...process, tally: keepStarts(tally, process), spawnError: reason };
  const told = same(failed, [publish({ kind: "spawn-error", id: process.plan.id, reason })]);
  // A stop was wished for while the host was still trying.
  if (stopping?.after === "stay") return chain(told, (next) => enter(next, { name: "STOPPED" }));
  return chain(told, (next) => act(next, verdict, { kind: "lost" }, moment));
}

function act(process: Process, verdict: Verdict, exit: Exit, moment: Moment): ProcessStep {
  switch (verdict.kind) {
    case "exited":
      return enter(process, { name: "EXITED", exit, expected: verdict.expected });
    case "restart": {
      const down = enter(process, { name: "EXITED", exit, expected: verdict.expected });
      return chain(down, (next) => spawnAgain(next, verdict.delay, moment));
    }
    case "retry":
      return spawnAgain(process, Math.max(1, verdict.delay), moment);
    case "fatal":
      // supervisord: the way to FATAL leads through BACKOFF.
      return chain(
        enter(process, { name: "BACKOFF", retryAt: Infinity, reason: process.spawnError }),
        (next) => giveUp(next, verdict.reason),
      );
    case "shutdown":
      return {
        ...enter(process, { name: "EXITED", exit, expected: verdict.expected }),
        shutdown: verdict.status,
      };
  }
}

function endEffects(process: Process, end: OwnEnd, verdict: Verdict): readonly Effect[] {
  const { id, stop } = process.plan;
  const uptime = process.lastEnd?.uptime ?? 0;
  const restartIn = verdict.kind === "restart" || verdict.kind === "retry" ? verdict.delay : null;
  const expected = isExpectedVerdict(verdict);
  const fact = end.launchFault === null
    ? publish({ kind: "exited", id, exit: end.exit, expected, uptime, restartIn })
    : publish({ kind: "spawn-error", id, reason: end.launchFault });
  const after = postExit(process, { pid: end.pid, expected });
  if (!stop.sweepOnExit) return [fact, ...after];
  return [fact, ...after, { kind: "sweep", id, run: process.run, pid: end.pid }];
}

function isExpectedVerdict(verdict: Verdict): boolean {
  switch (verdict.kind) {
    case "exited":
    case "restart":
    case "shutdown":
      return verdict.expected;
    case "retry":
    case "fatal":
      return false;
  }
}

function spawnError(verdict: Verdict, end: OwnEnd): string {
  if (end.launchFault !== null) return end.launchFault;
  if (verdict.kind === "retry" || (verdict.kind === "fatal" && end.early !== null)) {
    return end.early === "unready" ? BEFORE_READY : TOO_QUICKLY;
  }
  if (verdict.kind === "fatal") return verdict.reason;
  if (isExpectedVerdict(verdict)) return "";
  // supervisord 4.2: a death by signal is status -1.
  return `Bad exit code ${end.exit.kind === "code" ? end.exit.code : -1}`;
}

// The window of `start_limit` runs on whatever the counters of the policy do.
function keepStarts(tally: Tally, process: Process): Tally {
  return { ...tally, recentStarts: process.tally.recentStarts };
}
