// Planned replacement and restart on change: the parts of a process plan.
import { absolutePath, expandHome } from "./paths.ts";
import { PROGRAM } from "./settings_program.ts";
import type { RecyclePlan, WatchPlan } from "./plan_work.ts";
import { isSet, reportError, reportWarning, type Scope, take } from "./scope.ts";
import { RECYCLE, WATCH_SETTINGS } from "./settings_recycle.ts";
import { SCHEDULE } from "./settings_schedule.ts";
import { absoluteGlob } from "./watch_words.ts";

/** Once for a program; which of its processes stands by is told when they are counted. */
export function buildRecycling(scope: Scope): { readonly recycle: RecyclePlan } {
  const spare = take(scope, RECYCLE.spare);
  const isIdle = spare > 0 && isSet(scope, SCHEDULE.schedule);
  if (isIdle) {
    const what = "A job has no spare: it runs when it is due";
    reportError(scope, RECYCLE.spare, { what, allowed: "remove it" });
  }
  return { recycle: { maxJobs: take(scope, RECYCLE.maxJobs), spare, isSpare: false } };
}

/** Anew for each process: its folder may hold its number. */
export function buildWatch(scope: Scope): WatchPlan | null {
  const words = take(scope, WATCH_SETTINGS.watch);
  if (words === null) {
    sayIdle(scope);
    return null;
  }
  const { machine } = scope;
  const directory = take(scope, PROGRAM.directory);
  const folder = directory ? absolutePath(expandHome(directory, machine), machine.cwd) : words.here;
  return {
    paths: (words.patterns ?? ["**"]).map((one) => absoluteGlob(one, folder, machine)),
    ignore: take(scope, WATCH_SETTINGS.watchIgnore).map((one) =>
      one.includes("/") ? absoluteGlob(one, folder, machine) : one
    ),
    debounce: take(scope, WATCH_SETTINGS.watchDelay),
  };
}

function sayIdle(scope: Scope): void {
  for (const setting of [WATCH_SETTINGS.watchIgnore, WATCH_SETTINGS.watchDelay]) {
    if (!isSet(scope, setting)) continue;
    reportWarning(scope, setting, { what: "Ignored without watch", allowed: "set watch, too" });
  }
}
