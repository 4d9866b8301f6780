// Writes what a plan says about the work of a program as keys of a manifest.
import { formatDuration } from "../base/units.ts";
import type { RawValue } from "./document.ts";
import type { SectionDraft } from "./export_section.ts";
import { listTemplate, templateOf } from "./export_template.ts";
import { literal } from "./foreign.ts";
import type { Millis, ProcessPlan } from "./plan.ts";
import { usualFailure } from "./plan_hooks.ts";
import type { DependencyPlan, HookName, HooksPlan, SchedulePlan } from "./plan_work.ts";
import { dependencyText } from "./readers_depends.ts";
import { probeWord, readyWord } from "./ready_words.ts";

/** False when the processes differ in more than their number. */
export function writeWork(section: SectionDraft, processes: readonly ProcessPlan[]): boolean {
  const [first] = processes;
  if (first === undefined) return true;
  const keys = createKeys(section);
  if (first.type !== "service") keys.put("type", first.type);
  writeDependencies(keys, first.dependsOn);
  if (first.schedule !== null) writeSchedule(keys, first.schedule);
  return writeReadiness(keys, processes) && writeRecycling(keys, processes) &&
    writeHooks(keys, processes);
}

/** Keys by their names, each with what it means not to write it. */
interface Keys {
  put(key: string, value: RawValue): void;
  time(key: string, value: Millis | null, usual?: Millis): void;
  count(key: string, value: number | null, usual?: number): void;
}

function createKeys({ entries }: SectionDraft): Keys {
  return {
    put: (key, value) => void entries.set(key, value),
    time: (key, value, usual) => {
      if (value !== null && value !== usual) entries.set(key, formatDuration(value));
    },
    count: (key, value, usual) => {
      if (value !== null && value !== usual) entries.set(key, value);
    },
  };
}

function numbersOf(processes: readonly ProcessPlan[]): readonly number[] {
  return processes.map(({ instance }) => instance);
}

function writeReadiness(keys: Keys, processes: readonly ProcessPlan[]): boolean {
  const [first] = processes;
  if (first === undefined) return true;
  const { ready, liveness: { watchdog, health, maxSilence } } = first;
  const texts = processes.map((one) => one.ready === null ? "" : readyWord(one.ready.when));
  const probes = processes.map(({ liveness }) =>
    liveness.health === null ? "" : probeWord(liveness.health.probe)
  );
  const when = templateOf(texts, numbersOf(processes));
  const probe = templateOf(probes, numbersOf(processes));
  if (when === null || probe === null) return false;
  if (ready !== null) {
    keys.put("ready", when);
    keys.time("ready_timeout", ready.timeout, 90_000);
    if (ready.when.kind === "probe") keys.time("ready_interval", ready.when.interval, 200);
  }
  keys.time("watchdog", watchdog);
  if (health !== null) {
    keys.put("health", probe);
    keys.time("health_interval", health.interval, 10_000);
    keys.time("health_timeout", health.timeout, 5000);
    keys.count("health_failures", health.failures, 3);
    keys.time("health_grace", health.grace, 0);
  }
  keys.time("max_silence", maxSilence);
  return true;
}

function writeDependencies(keys: Keys, dependsOn: readonly DependencyPlan[]): void {
  if (dependsOn.length === 0) return;
  keys.put("depends_on", dependsOn.map((one) => literal(dependencyText(one))));
  const again = dependsOn.filter(({ restartsWith }) => restartsWith);
  if (again.length === 0) return;
  const isAll = again.length === dependsOn.length;
  keys.put("restart_with", isAll ? true : again.map(({ target }) => literal(target)));
}

function writeSchedule(keys: Keys, schedule: SchedulePlan): void {
  keys.put("schedule", literal(schedule.expression));
  if (schedule.timeZone !== null) keys.put("time_zone", literal(schedule.timeZone));
  if (schedule.overlap !== "skip") keys.put("overlap", schedule.overlap);
  keys.time("timeout", schedule.timeout);
  keys.time("jitter", schedule.jitter, 0);
  keys.count("retries", schedule.retries, 0);
  keys.time("retry_delay", schedule.retryDelay, 10_000);
  if (schedule.catchUp !== "none") keys.put("catch_up", schedule.catchUp);
  keys.count("history", schedule.history, 20);
}

function writeRecycling(keys: Keys, processes: readonly ProcessPlan[]): boolean {
  const [first] = processes;
  if (first === undefined) return true;
  const { recycle, watch } = first;
  keys.count("max_jobs", recycle.maxJobs);
  keys.count("spare", recycle.spare, 0);
  if (watch === null) return true;
  const numbers = numbersOf(processes);
  const paths = listTemplate(processes.map((one) => one.watch?.paths ?? []), numbers);
  const ignore = listTemplate(processes.map((one) => one.watch?.ignore ?? []), numbers);
  if (paths === null || ignore === null) return false;
  keys.put("watch", paths);
  if (ignore.length > 0) keys.put("watch_ignore", ignore);
  keys.time("watch_delay", watch.debounce, 200);
  return true;
}

const HOOK_KEYS: readonly (readonly [HookName, string])[] = [
  ["preStart", "pre_start"],
  ["postStart", "post_start"],
  ["preStop", "pre_stop"],
  ["postExit", "post_exit"],
];

function writeHooks(keys: Keys, processes: readonly ProcessPlan[]): boolean {
  const [first] = processes;
  if (first === undefined) return true;
  for (const [name, key] of HOOK_KEYS) {
    if (first.hooks[name] === null) continue;
    const commands = processes.map(({ hooks }) => hooks[name]?.command ?? []);
    const command = listTemplate(commands, numbersOf(processes));
    if (command === null) return false;
    keys.put(key, command);
  }
  writeHookPolicy(keys, first.hooks);
  return true;
}

function writeHookPolicy(keys: Keys, hooks: HooksPlan): void {
  const set = HOOK_KEYS.flatMap(([name]) => {
    const hook = hooks[name];
    return hook === null ? [] : [{ name, hook }];
  });
  const [first] = set;
  if (first === undefined) return;
  keys.time("hook_timeout", first.hook.timeout, 30_000);
  if (set.some(({ name, hook }) => hook.onFailure !== usualFailure(name))) {
    keys.put("hook_failure", first.hook.onFailure);
  }
}
