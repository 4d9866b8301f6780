// Commands beside a process: the part of its plan.
import type { HookName, HookPlan, HooksPlan } from "./plan_work.ts";
import { PLAIN_WORK } from "./plan_work.ts";
import { isSet, reportError, reportWarning, type Scope, take } from "./scope.ts";
import { HOOK_POLICY, type HookCommand, HOOKS } from "./settings_hooks.ts";
import { SCRIPT } from "./settings_script.ts";

/** The name of each hook in manifests, messages and RUNNER_EVENT. */
export const HOOK_WORDS: Readonly<Record<HookName, string>> = {
  preStart: HOOKS.preStart.key,
  postStart: HOOKS.postStart.key,
  preStop: HOOKS.preStop.key,
  postExit: HOOKS.postExit.key,
};

const POLICY = Object.values(HOOK_POLICY);

export function buildHooks(scope: Scope): HooksPlan {
  if (!Object.values(HOOKS).some((setting) => isSet(scope, setting))) {
    for (const setting of POLICY.filter((one) => isSet(scope, one))) {
      const what = "Ignored without a hook";
      reportWarning(scope, setting, { what, allowed: "set one of the hooks, too" });
    }
    return PLAIN_WORK.hooks;
  }
  return {
    preStart: buildHook(scope, "preStart"),
    postStart: buildHook(scope, "postStart"),
    preStop: buildHook(scope, "preStop"),
    postExit: buildHook(scope, "postExit"),
  };
}

function buildHook(scope: Scope, name: HookName): HookPlan | null {
  const command = take(scope, HOOKS[name]);
  if (command === null) return null;
  const timeout = take(scope, HOOK_POLICY.timeout);
  if (timeout <= 0) {
    const what = "No hook would ever have the time to end";
    reportError(scope, HOOK_POLICY.timeout, { what, allowed: "use a time above 0" });
  }
  return {
    command: wordsOf(scope, command),
    timeout,
    onFailure: take(scope, HOOK_POLICY.failure) ?? usualFailure(name),
  };
}

/** What a hook does when it fails and nothing is said about it. */
export function usualFailure(name: HookName): HookPlan["onFailure"] {
  return name === "preStart" ? "fail" : "warn";
}

/** A line is for the shell exactly when the command of the program is. */
function wordsOf(scope: Scope, command: HookCommand): readonly string[] {
  const isShell = command.kind === "line" && take(scope, SCRIPT.shell);
  return isShell ? ["/bin/sh", "-c", command.line] : command.words;
}
