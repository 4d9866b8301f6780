// The keys of a service of systemd for one process.
import { SIGNAL, signalName } from "../base/signals.ts";
import { type ExportOptions, stopTime, variablesOf } from "./export_parts.ts";
import { commandLines, lifeLines, quotedText, span } from "./export_systemd_work.ts";
import type { LogDestination, ProcessPlan, RlimitPlan } from "./plan.ts";

/** From the limits of [Unit] to the end of [Service]. */
export function serviceLines(process: ProcessPlan, options: ExportOptions): readonly string[] {
  return [
    ...startLimit(process),
    "",
    "[Service]",
    ...commandLines(process),
    ...surroundings(process),
    ...variables(process, options),
    ...restarts(process),
    ...stops(process),
    ...memory(process),
    ...process.rlimits.map(limitLine),
    ...output(process),
  ];
}

function surroundings(process: ProcessPlan): readonly string[] {
  const { directory, user, umask, nice, oomScoreAdj } = process;
  return [
    ...line("WorkingDirectory", directory?.replaceAll("%", "%%")),
    ...line("User", user?.name),
    ...line("Group", user?.gid),
    ...line("UMask", umask?.toString(8).padStart(4, "0")),
    ...line("Nice", nice),
    ...line("OOMScoreAdjust", oomScoreAdj),
  ];
}

function line(key: string, value: string | number | null | undefined): readonly string[] {
  return value === null || value === undefined ? [] : [`${key}=${value}`];
}

function variables(process: ProcessPlan, { envFiles }: ExportOptions): readonly string[] {
  const { own } = variablesOf(process, envFiles);
  const files = envFiles.get(process.id)?.paths ?? [];
  return [
    ...[...own].map(([name, value]) =>
      `Environment=${quotedText(`${name}=${value}`.replaceAll("%", "%%"))}`
    ),
    ...files.map((path) => `EnvironmentFile=${path.replaceAll("%", "%%")}`),
  ];
}

function startLimit({ restart: { startLimit: limit } }: ProcessPlan): readonly string[] {
  if (limit === null) return [];
  return [`StartLimitBurst=${limit.starts}`, `StartLimitIntervalSec=${span(limit.within)}`];
}

function restarts(process: ProcessPlan): readonly string[] {
  const { autorestart, exitCodes, backoff, restartDelay } = process.restart;
  const policies = { always: "always", unexpected: "on-failure", never: "no" };
  const success = exitCodes.filter((code) => code !== 0);
  const first = backoff.kind === "linear" ? 1000 : backoff.initial;
  return [
    `Restart=${policies[autorestart]}`,
    `RestartSec=${span(Math.max(first, restartDelay))}`,
    ...(success.length === 0 ? [] : [`SuccessExitStatus=${success.join(" ")}`]),
    ...lifeLines(process),
  ];
}

/** 0 is no signal, and TERM is what systemd sends anyway. */
const USUAL: readonly number[] = [0, SIGNAL.TERM];

function stops(process: ProcessPlan): readonly string[] {
  const { scope, killScope, steps: [step] } = process.stop;
  const mode = scope !== "process"
    ? "control-group"
    : killScope === "process"
    ? "process"
    : "mixed";
  return [
    ...(step === undefined || USUAL.includes(step.signal)
      ? []
      : [`KillSignal=${signalName(step.signal)}`]),
    `TimeoutStopSec=${span(stopTime(process))}`,
    `KillMode=${mode}`,
  ];
}

function memory({ memory: { hardLimit } }: ProcessPlan): readonly string[] {
  return line("MemoryMax", hardLimit);
}

function limitLine({ resource, soft, hard }: RlimitPlan): string {
  const word = (value: number | "unlimited"): string =>
    value === "unlimited" ? "infinity" : `${value}`;
  const value = hard === null || hard === soft ? word(soft) : `${word(soft)}:${word(hard)}`;
  return `Limit${resource.toUpperCase()}=${value}`;
}

function output({ stdin, stdout, stderr }: ProcessPlan): readonly string[] {
  return [
    ...(stdin === "pipe" ? [] : ["StandardInput=null"]),
    `StandardOutput=${place(stdout.destination)}`,
    `StandardError=${stderr === "stdout" ? "inherit" : place(stderr.destination)}`,
  ];
}

/** What the runner would keep itself goes to the journal. */
function place(destination: LogDestination): string {
  switch (destination.kind) {
    case "file":
      return `append:${destination.path.replaceAll("%", "%%")}`;
    case "none":
      return "null";
    case "auto":
    case "stdout":
    case "stderr":
      return "journal";
  }
}
