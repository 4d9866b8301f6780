// Where the runner's own words go, and the copy of its programs' output.
import type { ForegroundLook } from "../engine/foreground.ts";
import { OwnLog } from "../engine/own_log.ts";
import type { Plan, RunnerPlan } from "../manifest/plan.ts";
import type { ReadyLine } from "../os/detach.ts";
import { isInit } from "../os/init_duties.ts";
import { type HandedLogStore, type LogStoreState, openLogStore } from "../os/log_store.ts";
import type { Poller } from "../os/poller.ts";
import type { Clock } from "../ports/clock.ts";

interface Wishes {
  readonly plan: Plan;
  readonly isQuiet: boolean;
  readonly ready: ReadyLine;
}

/** Opens all logs. In the foreground the runner's own log goes to stderr, too, unless `silent`. */
export function openLogs(
  { plan, ready, cwd, owner }: Wishes & { readonly cwd: string; readonly owner: string },
  { clock, poller, adopted = null }: {
    readonly clock: Clock;
    readonly poller: Poller;
    readonly adopted?: LogStoreState | null;
  },
): { readonly store: HandedLogStore; readonly log: OwnLog } {
  const { childLogDir, identifier, noCleanup, silent } = plan.runner;
  const own = { childLogDir, identifier, owner, noCleanup, adopted };
  const store = openLogStore({ clock, watch: poller, ...own });
  const foreground = !ready.isAwaited && !silent;
  const logfile = ownLogfile(plan.runner, ready.isAwaited ? cwd : null);
  const log = new OwnLog({ store, clock, plan: { ...plan.runner, logfile }, foreground });
  return { store, log };
}

/** A log that the manifest leaves to us is a file in the background, and stderr alone in the foreground (null). */
function ownLogfile(plan: RunnerPlan, folder: string | null): RunnerPlan["logfile"] {
  if (plan.logfile.kind !== "auto") return plan.logfile;
  return folder === null ? { kind: "none" } : { kind: "file", path: `${folder}/runner.log` };
}

/** The copy of the programs' output: on a terminal and as PID 1, unless told otherwise. */
export function foregroundLook({ plan, isQuiet, ready }: Wishes): ForegroundLook | null {
  const isTerminal = Deno.stdout.isTerminal();
  const isShown = plan.runner.logStdout ?? (isTerminal || isInit());
  if (isQuiet || ready.isAwaited || !isShown) return null;
  return { colour: isTerminal && (Deno.env.get("NO_COLOR") ?? "") === "" };
}
