// What a service for one manifest must say, whatever starts services on the machine.
import type { Millis, Plan, UserPlan } from "../manifest/plan.ts";
import { plansInOrder } from "./pool.ts";

/** First words of every file we write, by which it is known as ours. */
export const OURS = "Written by `runner install`";

export interface ServiceSpec {
  readonly name: string;
  /** Absolute path of the runner. */
  readonly binary: string;
  /** Absolute path of the manifest. */
  readonly manifest: string;
  /** The overlay that lies over it; null: none. */
  readonly environment: string | null;
  /** Relative paths in the manifest are of this folder. */
  readonly directory: string;
  /** Null: root, or the user whose service it is. */
  readonly user: UserPlan | null;
  /** A service of one user, not of the machine. */
  readonly isUserService: boolean;
  readonly minfds: number;
  /** Until whatever a crash has left is stopped and the runner can begin. */
  readonly startTimeout: Millis;
  readonly stopTimeout: Millis;
  /** Programs have memory limits that need cgroups of their own. */
  readonly needsCgroups: boolean;
}

/** systemd's own default. */
const START: Millis = 90_000;
/** For the last files and logs after the last process. */
const LAST_WORDS: Millis = 10_000;

/** `stopWait`: the longest a stop of the whole pool may take. */
export function serviceSpec(
  plan: Plan,
  own: Pick<
    ServiceSpec,
    "name" | "binary" | "manifest" | "environment" | "directory" | "isUserService"
  >,
  stopWait: Millis,
): ServiceSpec {
  return {
    ...own,
    user: plan.runner.user,
    minfds: plan.runner.minfds,
    startTimeout: START + stopWait,
    stopTimeout: stopWait + LAST_WORDS,
    needsCgroups: plansInOrder(plan).some(({ memory }) => memory.hardLimit !== null),
  };
}

/** `runner` for the usual names of manifests, else `runner-` and the manifest's own. */
export function serviceName(manifest: string): string {
  const file = manifest.slice(manifest.lastIndexOf("/") + 1).replace(/\.[^.]*$/, "");
  if (["runner", "supervisord", ""].includes(file)) return "runner";
  return `runner-${file.replaceAll(/[^A-Za-z0-9_-]+/g, "-")}`;
}

/** Why a service cannot be called that; null: it can. */
export function nameFault(name: string): string | null {
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/.test(name)) return null;
  return "use letters, digits, - _ and ., at most 100";
}

/** Name of the folder in /run for locks and sockets: where `runner list` looks, too. */
export function runFolder({ user }: Pick<ServiceSpec, "user">): string {
  return user === null || user.uid === 0 ? "runner" : `runner-${user.uid}`;
}

/** Whole seconds, never fewer. */
export function seconds(time: Millis): number {
  return Math.ceil(time / 1000);
}
