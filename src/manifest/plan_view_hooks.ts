// The rows of a plan that tell of hooks.
import { formatDuration } from "../base/units.ts";
import { quoteWord } from "../base/words.ts";
import { HOOK_WORDS } from "./plan_hooks.ts";
import type { HookName, HooksPlan } from "./plan_work.ts";

type Row = readonly [string, string];

const ORDER: readonly HookName[] = ["preStart", "postStart", "preStop", "postExit"];

export function hookRows(hooks: HooksPlan): readonly Row[] {
  return ORDER.map((name) => {
    const hook = hooks[name];
    if (hook === null) return [HOOK_WORDS[name], ""];
    const failure = hook.onFailure === "fail" && name !== "preStart" ? "warn" : hook.onFailure;
    const command = hook.command.map(quoteWord).join(" ");
    return [
      HOOK_WORDS[name],
      `${command}  within ${formatDuration(hook.timeout)}, else ${failure}`,
    ];
  });
}
