// The part of a plan that is about the runner itself.
import type { ManifestContext } from "./context.ts";
import type { Dialect, Section } from "./document.ts";
import { absolutePath } from "./paths.ts";
import type { RunnerPlan } from "./plan.ts";
import type { ProblemLog } from "./problems.ts";
import { reportWarning, type Scope, take } from "./scope.ts";
import { WATCH_MANIFEST } from "./settings_recycle.ts";
import { RUNNER_FILES, RUNNER_PROCESS } from "./settings_runner.ts";

export interface RunnerParts {
  readonly plan: RunnerPlan;
  /** Variables for all programs. */
  readonly environment: ReadonlyMap<string, string>;
  /** The runner's environment with those on top: the names `ENV_X` of all other sections. */
  readonly env: ReadonlyMap<string, string>;
  readonly stripAnsi: boolean;
}

export interface RunnerRequest {
  /** Null when the manifest has programs only. */
  readonly section: Section | null;
  readonly file: string;
  readonly dialect: Dialect;
  readonly machine: ManifestContext;
  readonly problems: ProblemLog;
}

export function buildRunner(request: RunnerRequest): RunnerParts {
  const { machine, problems, file, dialect } = request;
  const own = new Map(Object.entries(machine.env));
  const section = request.section ??
    { name: "supervisord", dialect, place: { file, line: 0 }, entries: new Map() };
  const values = new Map([["host_node_name", machine.hostName]]);
  const scope: Scope = { section, machine, problems, names: { values, env: own } };
  const environment = take(scope, RUNNER_PROCESS.environment);
  return {
    plan: { ...buildFiles(scope, request), ...buildProcess(scope) },
    environment,
    env: environment.size === 0 ? own : new Map([...own, ...environment]),
    stripAnsi: take(scope, RUNNER_FILES.stripAnsi),
  };
}

function buildFiles(scope: Scope, { section, machine }: RunnerRequest) {
  // supervisord's files in the working directory are for those who wrote it a section.
  const classic = section?.dialect === "ini";
  const logfile: RunnerPlan["logfile"] = take(scope, RUNNER_FILES.logfile) ??
    (classic
      ? { kind: "file", path: absolutePath("supervisord.log", machine.cwd) }
      : { kind: "auto" });
  const pidfile = take(scope, RUNNER_FILES.pidfile) ??
    (classic ? absolutePath("supervisord.pid", machine.cwd) : null);
  return {
    logfile,
    logfileMaxBytes: take(scope, RUNNER_FILES.logfileMaxBytes),
    logfileBackups: take(scope, RUNNER_FILES.logfileBackups),
    logLevel: take(scope, RUNNER_FILES.logLevel),
    logFormat: take(scope, RUNNER_FILES.logFormat),
    logStdout: take(scope, RUNNER_FILES.logStdout),
    pidfile,
    childLogDir: take(scope, RUNNER_FILES.childLogDir),
    noCleanup: take(scope, RUNNER_FILES.noCleanup),
  };
}

function buildProcess(scope: Scope) {
  const directory = take(scope, RUNNER_PROCESS.directory);
  if (directory !== null && scope.machine.exists(directory) !== "directory") {
    const what = `There is no directory "${directory}"`;
    reportWarning(scope, RUNNER_PROCESS.directory, {
      what,
      allowed: "create it",
      errorIn: "check",
    });
  }
  return {
    wantsDaemon: take(scope, RUNNER_PROCESS.nodaemon) === false,
    ...(take(scope, RUNNER_PROCESS.nodaemon) === true ? { nodaemon: true } as const : {}),
    silent: take(scope, RUNNER_PROCESS.silent),
    umask: take(scope, RUNNER_PROCESS.umask),
    directory,
    user: take(scope, RUNNER_PROCESS.user),
    minfds: take(scope, RUNNER_PROCESS.minfds),
    minprocs: take(scope, RUNNER_PROCESS.minprocs),
    identifier: take(scope, RUNNER_PROCESS.identifier),
    ...(take(scope, WATCH_MANIFEST) ? { watchManifest: true } as const : {}),
    shutdownWhen: take(scope, RUNNER_PROCESS.shutdownWhen),
    shutdownTimeout: take(scope, RUNNER_PROCESS.shutdownTimeout),
  };
}
