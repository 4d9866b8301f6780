// The environment of a child, with the values hidden that nobody should see over a shoulder.
import { childEnvironment } from "../../core/child_environment.ts";
import type { ProcessPlan } from "../../manifest/plan.ts";
import type { EnvironmentView } from "./runner_types.ts";

/** What stands for a value that looks like a secret. */
export const HIDDEN = "(hidden)";

const SECRET_NAME =
  /PASS|SECRET|TOKEN|KEY|CREDENTIAL|DSN|PRIVATE|SALT|COOKIE|(^|_)(PWD|AUTH)($|_)/i;
/** `scheme://user:password@host`, as queues and databases are given. */
const SECRET_URL = /:\/\/[^\s/@]*:[^\s/@]+@/;

/** True for a variable whose value is not shown unless asked for. */
export function isSecret(name: string, value: string): boolean {
  return value !== "" && name !== "PWD" && (SECRET_NAME.test(name) || SECRET_URL.test(value));
}

/** The variables that a new child of this plan gets, by name. */
export function environmentView(
  plan: ProcessPlan,
  { inherited, serverUrl, secrets }: {
    readonly inherited: Readonly<Record<string, string>>;
    readonly serverUrl: string | null;
    /** True: nothing is hidden. */
    readonly secrets: boolean;
  },
): EnvironmentView {
  const env = childEnvironment(plan, { inherited, serverUrl, marks: {} });
  const entries = Object.entries(env)
    .map(([name, value]): [string, string] => [
      name,
      !secrets && isSecret(name, value) ? HIDDEN : value.toWellFormed(),
    ])
    .toSorted(([one], [other]) => one < other ? -1 : 1);
  return Object.fromEntries(entries);
}
