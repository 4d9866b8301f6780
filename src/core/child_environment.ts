// The environment a child is born with.
import type { ProcessPlan } from "../manifest/plan.ts";

export interface EnvironmentParts {
  /** The runner's own environment. */
  readonly inherited: Readonly<Record<string, string>>;
  /** URL of the first server, for `serverurl=AUTO`; null: there is none. */
  readonly serverUrl: string | null;
  /** Variables by which a child is known as ours; they cannot be overridden. */
  readonly marks: Readonly<Record<string, string>>;
}

/**
 * supervisord 4.2: its own environment, then SUPERVISOR_*, then what the manifest sets. Besides,
 * HOME, USER and LOGNAME follow `user=` unless the manifest sets them; what the service manager said to the
 * runner alone stays with it, unless `inherit_env` names it outright.
 */
export function childEnvironment(
  plan: ProcessPlan,
  parts: EnvironmentParts,
): Readonly<Record<string, string>> {
  const env = letThrough(parts.inherited, plan.inheritEnv);
  env["SUPERVISOR_ENABLED"] = "1";
  const serverUrl = plan.serverUrl === "AUTO" ? parts.serverUrl : plan.serverUrl;
  if (serverUrl !== null) env["SUPERVISOR_SERVER_URL"] = serverUrl;
  env["SUPERVISOR_PROCESS_NAME"] = plan.name;
  env["SUPERVISOR_GROUP_NAME"] = plan.group;
  if (plan.user !== null) {
    env["HOME"] = plan.user.home;
    env["USER"] = plan.user.name;
    env["LOGNAME"] = plan.user.name;
  }
  return Object.assign(env, plan.environment, parts.marks);
}

/** What the runner itself was born with, for commands that are its own. */
export function ownEnvironment(
  inherited: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return letThrough(inherited, null);
}

/**
 * A program that spoke on this socket, or took the watchdog's wish for its own, would speak for the whole pool; the
 * channel of a Node that has started the runner is a descriptor that no child has.
 */
const OURS_ALONE: readonly string[] = [
  ...["NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC"],
  ...["NODE_CHANNEL_FD", "NODE_CHANNEL_SERIALIZATION_MODE"],
];

/** The variables whose names match one of the globs (`*` only). */
function letThrough(
  inherited: Readonly<Record<string, string>>,
  allowed: readonly string[] | null,
): Record<string, string> {
  const patterns = allowed?.map(globPattern) ?? null;
  const entries = Object.entries(inherited)
    .filter(([name]) => patterns === null || patterns.some((pattern) => pattern.test(name)))
    .filter(([name]) => !OURS_ALONE.includes(name) || (allowed ?? []).includes(name));
  return Object.fromEntries(entries);
}

function globPattern(glob: string): RegExp {
  const parts = glob.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}
