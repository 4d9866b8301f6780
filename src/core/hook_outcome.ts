// What a hook's end means, in words.
import { formatDuration } from "../base/units.ts";
import { signalName } from "../base/signals.ts";
import type { Exit } from "../base/exit.ts";
import { HOOK_WORDS } from "../manifest/plan_hooks.ts";
import type { HookName, HookPlan } from "../manifest/plan_work.ts";
import type { Fact } from "./events.ts";

/** How a hook has ended. */
export interface HookEnd {
  readonly exit: Exit | null;
  readonly timedOut: boolean;
  readonly fault: string | null;
  readonly output: string;
}

/** Lines of its output that are told. */
const LINES = 5;

/** Why it has failed; null: it has not. */
export function hookFault(
  { exit, timedOut, fault }: HookEnd,
  { timeout }: HookPlan,
): string | null {
  if (fault !== null) return fault;
  if (timedOut) return `took longer than ${formatDuration(timeout)}`;
  switch (exit?.kind) {
    case "code":
      return exit.code === 0 ? null : `exit status ${exit.code}`;
    case "signal":
      return `terminated by ${signalName(exit.signal)}`;
    case "lost":
    case undefined:
      return "exit status unknown";
  }
}

/** What is made known of it. */
export function hookFact(
  id: string,
  hook: HookName,
  { end, plan }: { readonly end: HookEnd; readonly plan: HookPlan },
): Extract<Fact, { kind: "hook" }> {
  const fault = hookFault(end, plan);
  const said = end.output.split("\n").filter((line) => line.trim() !== "").slice(-LINES);
  return {
    kind: "hook",
    id,
    hook: HOOK_WORDS[hook],
    outcome: fault === null ? "done" : plan.onFailure === "ignore" ? "ignored" : "failed",
    detail: fault ?? "",
    said: said.join(" | "),
  };
}
