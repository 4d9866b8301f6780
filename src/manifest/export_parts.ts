// What every exporter asks of a program: which processes are alike, how long a stop takes, what cannot be said.
import { hidesSecret } from "./export_alert.ts";
import type { ExportedProgram } from "./export_manifest.ts";
import type { EnvFiles } from "./plan_environment.ts";
import { isEqual } from "./plan_diff.ts";
import type { Millis, Plan, ProcessPlan } from "./plan.ts";
import type { Setting } from "./setting.ts";
import { DEPENDS } from "./settings_depends.ts";
import { HOOK_POLICY, HOOKS } from "./settings_hooks.ts";
import { RECYCLE, WATCH_SETTINGS } from "./settings_recycle.ts";
import { LIVENESS, READINESS } from "./settings_ready.ts";
import { STOP } from "./settings_policy.ts";
import { RENEWAL, SCHEDULE } from "./settings_schedule.ts";

/** One file that an export writes. */
export interface ExportFile {
  readonly path: string;
  readonly text: string;
  /** It holds values that look like secrets. */
  readonly isSecret: boolean;
}

export interface Exported {
  readonly files: readonly ExportFile[];
  /** What the engine does otherwise than the runner, a line each. */
  readonly notices: readonly string[];
}

export interface ExportOptions {
  /** Name of the image; null: a guess after the pool's name, or none where none is needed. */
  readonly image: string | null;
  readonly namespace: string | null;
  /** The whole pool in one pod, with the runner in it. */
  readonly onePod: boolean;
  readonly envFiles: ReadonlyMap<string, EnvFiles>;
  readonly isSecret: (name: string, value: string) => boolean;
}

/** Processes that another engine can run as replicas of one thing. */
export interface Replicas {
  /** The program's name, or the process's where each is different. */
  readonly name: string;
  readonly process: ProcessPlan;
  readonly count: number;
}

/** All processes as one where they differ in their names only, else each for itself. */
export function replicasOf({ processes }: ExportedProgram): readonly Replicas[] {
  const [first] = processes;
  if (processes.every((one) => isEqual(workOf(one), workOf(first)))) {
    return [{ name: first.program, process: first, count: processes.length }];
  }
  return processes.map((process) => ({ name: process.name, process, count: 1 }));
}

function workOf({ command, directory, environment, ready, liveness, hooks }: ProcessPlan) {
  return { command, directory, environment, ready, liveness, hooks };
}

/** From the first stop signal to SIGKILL. */
export function stopTime({ stop }: ProcessPlan): Millis {
  return stop.steps.reduce((sum, step) => sum + step.wait, 0);
}

export interface Variables {
  /** Of files, and not set anew by the program itself. */
  readonly fromFiles: ReadonlyMap<string, string>;
  readonly own: ReadonlyMap<string, string>;
}

export function variablesOf(
  { id, environment }: ProcessPlan,
  envFiles: ExportOptions["envFiles"],
): Variables {
  const files = envFiles.get(id)?.variables ?? new Map<string, string>();
  const all = Object.entries(environment);
  const isFrom = ([name, value]: [string, string]): boolean => files.get(name) === value;
  return {
    fromFiles: new Map(all.filter(isFrom)),
    own: new Map(all.filter((entry) => !isFrom(entry))),
  };
}

/** Keys of output: other engines take the output from stdout and stderr themselves. */
const OUTPUT_KEY = /^(stdout|stderr)_|^(redirect_stderr|log_format|log_stdout|strip_ansi)$/;

/** The keys of a program for which the engine has no word. */
export function unsaidKeys({ section }: ExportedProgram, said: readonly string[]): string[] {
  return [...section.entries.keys()].filter((key) => !said.includes(key) && !OUTPUT_KEY.test(key));
}

const WORK_KEYS: ReadonlySet<string> = new Set(
  [READINESS, LIVENESS, DEPENDS, SCHEDULE, RENEWAL, RECYCLE, WATCH_SETTINGS, HOOKS, HOOK_POLICY]
    .flatMap((settings) => Object.values<Setting<unknown>>(settings)).map(({ key }) => key).concat(
      STOP.message.key,
    ),
);

/** Those about the work of a program: what is missing of them, somebody may wait for. */
export function unsaidWork(program: ExportedProgram, said: readonly string[]): string[] {
  return unsaidKeys(program, said).filter((key) => WORK_KEYS.has(key));
}

/** Whether some value of a variable, or a password, should not be seen by everybody. */
export function hasSecret(plan: Plan, options: ExportOptions): boolean {
  return hasOwnSecret(plan) ||
    plan.groups.some(({ processes }) => processes.some((one) => holdsSecret(one, options)));
}

/** Whether what is about the runner itself holds one. */
export function hasOwnSecret({ servers, alerts }: Plan): boolean {
  return servers.some(({ password }) => password !== null) || alerts.some(hidesSecret);
}

export function holdsSecret({ environment }: ProcessPlan, { isSecret }: ExportOptions): boolean {
  return Object.entries(environment).some(([name, value]) => isSecret(name, value));
}
