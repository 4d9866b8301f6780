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
 * HOME, USER and LOGNAME follow `user=` unless the manifest sets them.
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

/** The variables whose names match one of the globs (`*` only). */
function letThrough(
  inherited: Readonly<Record<string, string>>,
  allowed: readonly string[] | null,
): Record<string, string> {
  if (allowed === null) return { ...inherited };
  const patterns = allowed.map(globPattern);
  const entries = Object.entries(inherited)
    .filter(([name]) => patterns.some((pattern) => pattern.test(name)));
  return Object.fromEntries(entries);
}

function globPattern(glob: string): RegExp {
  const parts = glob.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}
