// The account a program runs as, from user and group_name.
import type { UserPlan } from "./plan.ts";
import { reportWarning, type Scope, take } from "./scope.ts";
import { SURROUNDINGS } from "./settings_policy.ts";
import { PROGRAM } from "./settings_program.ts";

export function buildUser(scope: Scope): UserPlan | null {
  const { machine } = scope;
  const user = take(scope, PROGRAM.user);
  const gid = take(scope, SURROUNDINGS.groupName);
  if (user !== null && machine.uid !== 0 && user.uid !== machine.uid) {
    reportWarning(scope, PROGRAM.user, {
      what: `Cannot become "${user.name}": the runner is not root`,
      allowed: "start the runner as root, or remove the key",
      errorIn: "check",
    });
  }
  if (gid === null) return user;
  const account = user ?? machine.lookupUser(`${machine.uid}`);
  if (account === null) return null;
  // The own group of the user stays among the supplementary ones.
  const others = account.groups.filter((group) => group !== gid);
  return { ...account, gid, groups: [gid, ...others] };
}
