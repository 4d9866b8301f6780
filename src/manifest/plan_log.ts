// The part of a plan that says what becomes of a stream of output.
import type { LogDestination, LogPlan } from "./plan.ts";
import { reportWarning, type Scope, take } from "./scope.ts";
import { OUTPUT, STDERR, STDOUT, type StreamSettings } from "./settings_output.ts";

export interface LogPlans {
  readonly stdout: LogPlan;
  readonly stderr: LogPlan | "stdout";
}

/** Both streams of a process; `stripAnsi` is what the runner's own section says. */
export function buildLogs(scope: Scope, stripAnsi: boolean): LogPlans {
  const common = {
    format: take(scope, OUTPUT.format),
    stripAnsi: take(scope, OUTPUT.stripAnsi) ?? stripAnsi,
    shown: take(scope, OUTPUT.logStdout),
  };
  const stdout = buildLog(scope, STDOUT, common);
  const stderr = buildLog(scope, STDERR, common);
  if (!take(scope, OUTPUT.redirectStderr)) return { stdout, stderr };
  if (stderr.destination.kind === "file") {
    reportWarning(scope, STDERR.logfile, {
      what: "Ignored: redirect_stderr sends stderr to where stdout goes",
      allowed: "remove one of them",
    });
  }
  return { stdout, stderr: "stdout" };
}

function buildLog(
  scope: Scope,
  settings: StreamSettings,
  common: Pick<LogPlan, "format" | "stripAnsi" | "shown">,
): LogPlan {
  const target = take(scope, settings.logfile);
  const maxBytes = take(scope, settings.maxBytes);
  const destination: LogDestination = target.kind === "syslog" ? { kind: "none" } : target;
  if (target.kind === "syslog") {
    const what = `The name "syslog" is out of use`;
    reportWarning(scope, settings.logfile, { what, allowed: `write ${settings.syslog.key}=true` });
  }
  if (destination.kind === "auto" && maxBytes === 0) {
    const what = "An AUTO log without rotation may fill the disk";
    reportWarning(scope, settings.maxBytes, { what, allowed: "use a size above 0" });
  }
  return {
    ...common,
    destination,
    syslog: target.kind === "syslog" || take(scope, settings.syslog),
    // Our own streams are no files: nothing there to rotate.
    maxBytes: destination.kind === "stdout" || destination.kind === "stderr" ? 0 : maxBytes,
    backups: take(scope, settings.backups),
    maxAge: take(scope, settings.maxAge),
    daily: take(scope, settings.daily),
    compress: take(scope, settings.compress),
    totalMax: take(scope, settings.totalMax),
    captureMaxBytes: take(scope, settings.captureMaxBytes),
    eventsEnabled: take(scope, settings.eventsEnabled),
  };
}
