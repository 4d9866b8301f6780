// The rows of a plan that tell of readiness and liveness.
import { formatDuration } from "../base/units.ts";
import type { HealthPlan, ReadyPlan, WorkPlan } from "./plan_work.ts";
import { probeWord, readyWord } from "./ready_words.ts";

type Row = readonly [string, string];

export function readyRows(
  { ready, liveness }: Pick<WorkPlan, "ready" | "liveness">,
): readonly Row[] {
  const { watchdog, health, maxSilence } = liveness;
  return [
    ["ready", ready === null ? "" : readyText(ready)],
    ["watchdog", watchdog === null ? "" : `WATCHDOG=1 within ${formatDuration(watchdog)}`],
    ["health", health === null ? "" : healthText(health)],
    ["max silence", maxSilence === null ? "" : formatDuration(maxSilence)],
  ];
}

function readyText({ when, timeout }: ReadyPlan): string {
  const every = when.kind === "probe" ? ` every ${formatDuration(when.interval)}` : "";
  return `${readyWord(when)}${every}, within ${formatDuration(timeout)}`;
}

function healthText({ probe, interval, timeout, failures, grace }: HealthPlan): string {
  const looks = failures === 1 ? "failed look" : "failed looks in a row";
  return `${probeWord(probe)} every ${formatDuration(interval)}, each within ` +
    `${formatDuration(timeout)}; restarted after ${failures} ${looks}` +
    (grace === 0 ? "" : `, none of the first ${formatDuration(grace)}`);
}
