// What the manifest says about the runner itself, applied before anything else is done.
import { EXIT, RunnerError } from "../base/errors.ts";
import type { RlimitPlan, RunnerPlan } from "../manifest/plan.ts";
import { becomeUser } from "../os/become_user.ts";
import { ownRlimit, raiseOwnRlimit, type Rlimit, setOwnRlimit } from "../os/rlimits.ts";

const NOFILE = 7;
/** supervisord 4.2: the umask of a runner in the background, unless the manifest names one. */
const DETACHED_UMASK = 0o022;

/**
 * Limits, user, and in the background folder and umask. Gives the limits of children that set none: we take
 * what we may have of open files for all the pipes, and children shall not notice.
 */
export function applyOwnSettings(
  plan: RunnerPlan,
  { isDetached }: { readonly isDetached: boolean },
): readonly RlimitPlan[] {
  require("nofile", plan.minfds, "file descriptors (minfds)");
  require("nproc", plan.minprocs, "processes (minprocs)");
  // Started again in the same process, we have raised it already.
  given ??= ownRlimit(NOFILE);
  const { soft, hard } = given;
  raiseOwnRlimit("nofile", Number(hard));
  if (isDetached) {
    // supervisord 4.2: `directory` and `umask` hold in the background only.
    if (plan.directory !== null) enter(plan.directory);
    Deno.umask(plan.umask ?? DETACHED_UMASK);
  }
  if (plan.user !== null) becomeUser(plan.user);
  return limitsOfChildren({ soft, hard });
}

function limitsOfChildren({ soft, hard }: Rlimit): readonly RlimitPlan[] {
  return soft === hard ? [] : [{ resource: "nofile", soft: Number(soft), hard: Number(hard) }];
}

/** The limit as it was before we raised it, for the program that takes over: it needs what we need. */
export function ownLimitState(): OwnLimitState | null {
  return given === null ? null : { soft: String(given.soft), hard: String(given.hard) };
}

export interface OwnLimitState {
  readonly soft: string;
  readonly hard: string;
}

/** Everything has been applied by the program before us in this process. Gives the limits of children. */
export function adoptOwnSettings(state: OwnLimitState | null): readonly RlimitPlan[] {
  if (state === null) return [];
  given = { soft: BigInt(state.soft), hard: BigInt(state.hard) };
  return limitsOfChildren(given);
}

/** Before another program takes over, which finds what we have found. */
export function giveBackLimits(): void {
  if (given !== null) setOwnRlimit(NOFILE, given);
}

/** The limit of open files as it was before we raised it. */
let given: Rlimit | null = null;

function require(resource: "nofile" | "nproc", least: number, what: string): void {
  const found = raiseOwnRlimit(resource, least);
  if (found === null) return;
  throw new RunnerError(`Cannot have ${least} ${what}: the limit is ${found}`, {
    hint: "Raise the limit for the runner, or ask for less in the manifest",
    exitStatus: EXIT.usage,
  });
}

function enter(directory: string): void {
  try {
    Deno.chdir(directory);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new RunnerError(`Cannot change to directory "${directory}": ${error.name}`, {
      cause: error,
    });
  }
}
