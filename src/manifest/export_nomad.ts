// Writes a plan as a job of Nomad, in its JSON.
import { signalName } from "../base/signals.ts";
import { type ExportedManifest, type ExportedProgram, manifestText } from "./export_manifest.ts";
import { poolName, uniqueLabels } from "./export_names.ts";
import {
  type Exported,
  type ExportOptions,
  hasSecret,
  type Replicas,
  replicasOf,
  stopTime,
  unsaidKeys,
} from "./export_parts.ts";
import type { Millis, Plan, ProcessPlan } from "./plan.ts";
import type { JsonTable } from "./value_type.ts";
import { wordsElsewhere } from "./script_words.ts";

/** Keys for which Nomad has a word of its own, or that mean nothing there. */
const SAID = [
  ...["command", "process_name", "numprocs", "numprocs_start", "directory", "autostart"],
  ...["environment", "env_file", "user", "group_name", "memory_hard_limit", "stopsignal"],
  ...["stopwaitsecs", "autorestart", "backoff", "restart_delay", "start_limit", "inherit_env"],
  ...["serverurl", "stdin", "stop_tree", "stopasgroup", "killasgroup"],
];
/** The key of the job's metadata in which the manifest travels. */
export const NOMAD_MANIFEST = "runner_manifest";
const NANOSECONDS = 1_000_000;
const MEGABYTE = 1024 ** 2;

export function exportNomad(
  plan: Plan,
  manifest: ExportedManifest,
  options: ExportOptions,
): Exported {
  const pool = poolName(plan);
  const names = manifest.programs.flatMap((one) => replicasOf(one).map(({ name }) => name));
  const labels = uniqueLabels(names);
  const notices: string[] = [];
  const groups = manifest.programs.flatMap((program) => {
    tellDifferences(program, notices);
    return replicasOf(program).map((replicas) =>
      taskGroup(labels.get(replicas.name) ?? replicas.name, replicas, options)
    );
  });
  const job = {
    ID: pool,
    Name: pool,
    Type: "service",
    Datacenters: ["*"],
    ...(options.namespace === null ? {} : { Namespace: options.namespace }),
    Meta: { [NOMAD_MANIFEST]: manifestText(manifest) },
    TaskGroups: groups,
  };
  const text = `${JSON.stringify({ Job: job }, null, 2)}\n`;
  const isSecret = hasSecret(plan, options);
  return { files: [{ path: `${pool}.nomad.json`, text, isSecret }], notices };
}

function tellDifferences(program: ExportedProgram, notices: string[]): void {
  const [first] = program.processes;
  const unsaid = unsaidKeys(program, SAID);
  if (first.kind !== "program") notices.push(`${first.program}: works under a runner only`);
  if (unsaid.length === 0) return;
  notices.push(`${first.program}: Nomad has no word for ${unsaid.join(", ")}: kept in Meta only`);
}

function taskGroup(
  name: string,
  { process, count }: Replicas,
  options: ExportOptions,
): JsonTable {
  return {
    Name: name,
    Count: process.autostart ? count : 0,
    RestartPolicy: restartPolicy(process),
    Tasks: [task(name, process, options)],
  };
}

function restartPolicy({ restart }: ProcessPlan): JsonTable {
  const { autorestart, backoff, restartDelay, startLimit, startRetries } = restart;
  if (autorestart === "never") return { Attempts: 0, Mode: "fail" };
  const first = backoff.kind === "linear" ? 1000 : backoff.initial;
  return {
    Attempts: startLimit?.starts ?? startRetries,
    Interval: nanoseconds(startLimit?.within ?? 60_000),
    Delay: nanoseconds(Math.max(first, restartDelay)),
    Mode: startLimit === null ? "delay" : "fail",
  };
}

function nanoseconds(time: Millis): number {
  return time * NANOSECONDS;
}

/** In a container with an image, else as a plain process of the machine. */
function task(name: string, process: ProcessPlan, { image }: ExportOptions): JsonTable {
  const { stop: { steps: [step] }, memory: { hardLimit }, user, environment } = process;
  const [command = "", ...args] = wordsElsewhere(process.command);
  const folder = process.directory === null ? {} : { work_dir: process.directory };
  const megabytes = hardLimit === null ? null : Math.ceil(hardLimit / MEGABYTE);
  return {
    Name: name,
    Driver: image === null ? "raw_exec" : "docker",
    Config: image === null
      ? { command, args, ...folder }
      : { image, entrypoint: [command], args, ...folder },
    Env: environment,
    ...(user === null ? {} : { User: image === null ? user.name : `${user.uid}:${user.gid}` }),
    ...(step === undefined || step.signal === 0 ? {} : { KillSignal: signalName(step.signal) }),
    KillTimeout: nanoseconds(stopTime(process)),
    ...(megabytes === null ? {} : { Resources: { MemoryMB: megabytes } }),
  };
}
