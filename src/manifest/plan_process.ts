// From a program's section to the plans of its processes.
import type { ManifestContext } from "./context.ts";
import type { KnownSection } from "./manifest.ts";
import type { FcgiPlan, ListenerPlan, ProcessPlan } from "./plan.ts";
import { buildEnvironment, type EnvFiles } from "./plan_environment.ts";
import { buildLogs } from "./plan_log.ts";
import { buildDependencies } from "./plan_depends.ts";
import { buildHooks } from "./plan_hooks.ts";
import { buildMemory, buildRestart, buildRlimits, buildStop } from "./plan_policy.ts";
import { buildReadiness } from "./plan_ready.ts";
import { buildRecycling, buildWatch } from "./plan_recycle.ts";
import { asJob, buildSchedule } from "./plan_schedule.ts";
import { buildCommand } from "./plan_script.ts";
import { buildUser } from "./plan_user.ts";
import type { ProblemLog } from "./problems.ts";
import { rawText, reportError, reportWarning, type Scope, take } from "./scope.ts";
import { RESTART, SURROUNDINGS } from "./settings_policy.ts";
import { PROGRAM } from "./settings_program.ts";

/** What is decided before any program: the runner's section and the machine. */
export interface World {
  readonly machine: ManifestContext;
  readonly problems: ProblemLog;
  /** The runner's environment with what its section sets: the names `ENV_X`. */
  readonly env: ReadonlyMap<string, string>;
  /** Variables for all programs. */
  readonly environment: ReadonlyMap<string, string>;
  readonly stripAnsi: boolean;
  /** What `serverurl=AUTO` stands for. */
  readonly serverUrl: string | null;
  /** Numbers of processes that an operator wants instead of the manifest's, by program. */
  readonly scaled: ReadonlyMap<string, number>;
  /** Collects the numbers of processes that the manifest asks for. */
  readonly counts: Map<string, number>;
  /** Collects the files of variables that processes have, by their ids. */
  readonly envFiles: Map<string, EnvFiles>;
}

export interface ProgramRequest {
  readonly known: KnownSection;
  /** The program's name without surrounding blanks. */
  readonly program: string;
  readonly group: string;
  readonly fcgi: FcgiPlan | null;
  readonly listener: ListenerPlan | null;
}

/** All processes of a program in a group, in the order of their numbers. */
export function buildProcesses(request: ProgramRequest, world: World): readonly ProcessPlan[] {
  const scope = programScope(request, world);
  const once = buildOnce(scope, request, world);
  const first = take(scope, PROGRAM.numprocsStart);
  const asked = countOf(scope);
  world.counts.set(request.program, asked);
  const count = world.scaled.get(request.program) ?? asked;
  const spare = count === 0 ? 0 : once.recycle.spare;
  return Array.from({ length: count + spare }, (_, index) => {
    const instance = first + index;
    const recycle = { ...once.recycle, isSpare: index >= count };
    return { ...once, ...buildProcess(request, world, { instance, count }), recycle };
  });
}

function countOf(scope: Scope): number {
  const count = take(scope, PROGRAM.numprocs);
  if (count === 0) {
    const complaint = { what: "No process will ever run", allowed: "use 1 or more" };
    reportWarning(scope, PROGRAM.numprocs, { ...complaint, errorIn: "strict" });
  }
  if (count <= 1 || (rawText(scope, PROGRAM.processName) ?? "").includes("%(process_num)")) {
    return count;
  }
  const what = "Must hold %(process_num) when numprocs is above 1";
  const allowed = "use %(program_name)s_%(process_num)02d";
  reportError(scope, PROGRAM.processName, { what, allowed });
  return 1;
}

export function programScope(
  request: Pick<ProgramRequest, "known" | "program" | "group">,
  world: World,
): Scope {
  const values = new Map([
    ["program_name", request.program],
    ["group_name", request.group],
    ["host_node_name", world.machine.hostName],
  ]);
  const { machine, problems, env } = world;
  return { section: request.known.section, machine, problems, names: { values, env } };
}

/** What is the same for all processes of the program. */
function buildOnce(scope: Scope, request: ProgramRequest, world: World) {
  const { fcgi, listener } = request;
  const serverUrl = take(scope, PROGRAM.serverurl);
  return asJob(
    scope,
    {
      group: request.group,
      program: request.program,
      kind: listener !== null ? "eventlistener" : fcgi !== null ? "fcgi-program" : "program",
      priority: take(scope, PROGRAM.priority),
      autostart: take(scope, PROGRAM.autostart),
      critical: take(scope, RESTART.critical),
      inheritEnv: take(scope, SURROUNDINGS.inheritEnv),
      user: buildUser(scope),
      umask: take(scope, PROGRAM.umask),
      nice: take(scope, SURROUNDINGS.nice),
      oomScoreAdj: take(scope, SURROUNDINGS.oomScoreAdj),
      rlimits: buildRlimits(scope),
      // A listener gets its events there.
      stdin: listener === null ? take(scope, SURROUNDINGS.stdin) : "pipe",
      restart: buildRestart(scope),
      memory: buildMemory(scope),
      stop: buildStop(scope),
      serverUrl: serverUrl.trim().toUpperCase() === "AUTO" ? world.serverUrl : serverUrl || null,
      fcgi,
      listener,
      ...buildDependencies(scope),
      schedule: buildSchedule(scope),
      ...buildRecycling(scope),
    } as const,
  );
}

interface Instance {
  readonly instance: number;
  readonly count: number;
}

function buildProcess(request: ProgramRequest, world: World, { instance, count }: Instance) {
  const base = programScope(request, world);
  const values = new Map([...base.names.values, ["process_num", instance], ["numprocs", count]]);
  const own = take({ ...base, names: { values, env: world.env } }, PROGRAM.environment);
  const env = own.size === 0 ? world.env : merged(world.env, own);
  const scope: Scope = { ...base, names: { values, env } };
  const name = instanceName(scope, take(scope, PROGRAM.processName) ?? request.program);
  const command = buildCommand(scope);
  const id = `${request.group}:${name}`;
  const environment = buildEnvironment(scope, world.environment, own);
  if (environment.files.paths.length > 0) world.envFiles.set(id, environment.files);
  return {
    id,
    name,
    instance,
    command: command.words,
    commandFault: command.fault,
    directory: take(scope, PROGRAM.directory) || null,
    environment: environment.all,
    ...buildLogs(scope, world.stripAnsi),
    ...buildReadiness(scope),
    watch: buildWatch(scope),
    hooks: buildHooks(scope),
  };
}

/** A program scaled up from one process whose name has no number keeps that name for its first one. */
function instanceName(scope: Scope, name: string): string {
  const first = take(scope, PROGRAM.numprocsStart);
  const instance = scope.names.values.get("process_num") ?? first;
  const isNumbered = (rawText(scope, PROGRAM.processName) ?? "").includes("%(process_num)");
  return isNumbered || instance === first ? name : `${name}_${instance}`;
}

function merged<V>(
  base: ReadonlyMap<string, V>,
  top: ReadonlyMap<string, V>,
): ReadonlyMap<string, V> {
  const both = new Map(base);
  for (const [key, value] of top) both.set(key, value);
  return both;
}
