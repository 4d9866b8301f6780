// Writes a plan as jobs of Nomad, in its JSON: one for what runs on, and one for each program that ends.
import { signalName } from "../base/signals.ts";
import { type ExportedManifest, type ExportedProgram, manifestText } from "./export_manifest.ts";
import { poolName, uniqueLabels } from "./export_names.ts";
import {
  checkedService,
  hookTasks,
  isChecked,
  nanoseconds,
  periodic,
} from "./export_nomad_work.ts";
import {
  type Exported,
  type ExportOptions,
  hasSecret,
  type Replicas,
  replicasOf,
  stopTime,
  unsaidKeys,
} from "./export_parts.ts";
import type { Plan, ProcessPlan } from "./plan.ts";
import type { JsonTable } from "./value_type.ts";
import { wordsElsewhere } from "./script_words.ts";

/** Keys for which Nomad has a word of its own, or that mean nothing there. */
const SAID = [
  ...["command", "process_name", "numprocs", "numprocs_start", "directory", "autostart"],
  ...["environment", "env_file", "user", "group_name", "memory_hard_limit", "stopsignal"],
  ...["stopwaitsecs", "autorestart", "backoff", "restart_delay", "start_limit", "inherit_env"],
  ...["serverurl", "stdin", "stop_tree", "stopasgroup", "killasgroup"],
  ...["type", "schedule", "time_zone", "overlap", "retries", "retry_delay", "history"],
  ...["ready_timeout", "ready_interval", "health_interval", "health_timeout", "health_failures"],
  ...["health_grace", "pre_start", "post_start", "post_exit", "hook_timeout", "hook_failure"],
];
/** The key of a job's metadata in which the manifest travels. */
const NOMAD_MANIFEST = "runner_manifest";
/** The key of those that another job tells of. */
const NOMAD_PART = "runner_part_of";
const MEGABYTE = 1024 ** 2;

interface Group {
  readonly label: string;
  readonly replicas: Replicas;
}

export function exportNomad(
  plan: Plan,
  manifest: ExportedManifest,
  options: ExportOptions,
): Exported {
  const pool = poolName(plan);
  const all = manifest.programs.flatMap(replicasOf);
  const labels = uniqueLabels(all.map(({ name }) => name));
  const groups = all.map((replicas): Group => ({
    label: labels.get(replicas.name) ?? replicas.name,
    replicas,
  }));
  const services = groups.filter(({ replicas: { process } }) => !endsByItself(process));
  const batches = groups.filter(({ replicas: { process } }) => endsByItself(process));
  const jobs = [
    ...(services.length === 0 && batches.length > 0 ? [] : [serviceJob(pool, services, options)]),
    ...batches.map((group) => batchJob(pool, group, options)),
  ];
  const isSecret = hasSecret(plan, options);
  const files = jobs.map((job, at) => {
    const meta = at === 0 ? { [NOMAD_MANIFEST]: manifestText(manifest) } : { [NOMAD_PART]: pool };
    const { ID, TaskGroups, ...rest } = job;
    const whole = { ID, ...rest, Meta: meta, TaskGroups };
    return {
      path: `${ID}.nomad.json`,
      text: `${JSON.stringify({ Job: whole }, null, 2)}\n`,
      isSecret,
    };
  });
  return { files, notices: manifest.programs.flatMap(noticesOf) };
}

/** In Nomad what ends is another type of job than what runs on. */
function endsByItself({ type, schedule }: ProcessPlan): boolean {
  return type === "oneshot" || schedule !== null;
}

function serviceJob(pool: string, groups: readonly Group[], options: ExportOptions): JsonTable {
  const TaskGroups = groups.map((group) => taskGroup(group, options));
  return { ...jobHead(pool, options), Type: "service", TaskGroups };
}

function batchJob(pool: string, group: Group, options: ExportOptions): JsonTable {
  const times = periodic(group.replicas.process);
  return {
    ...jobHead(`${pool}-${group.label}`, options),
    Type: "batch",
    ...(times === null ? {} : { Periodic: times }),
    TaskGroups: [taskGroup(group, options)],
  };
}

function jobHead(name: string, { namespace }: ExportOptions): JsonTable {
  return {
    ID: name,
    Name: name,
    Datacenters: ["*"],
    ...(namespace === null ? {} : { Namespace: namespace }),
  };
}

function noticesOf(program: ExportedProgram): readonly string[] {
  const [first] = program.processes;
  const { schedule } = first;
  const said = isChecked(first) && first.ready?.when.kind === "probe" ? ["ready"] : [];
  const health = isChecked(first) ? ["health"] : [];
  const unsaid = unsaidKeys(program, [...SAID, ...said, ...health]);
  return [
    ...(first.kind === "program" ? [] : ["works under a runner only"]),
    ...(unsaid.length === 0
      ? []
      : [`Nomad has no word for ${unsaid.join(", ")}: kept in Meta only`]),
    ...(schedule !== null && periodic(first) === null
      ? [`Nomad cannot say "${schedule.expression}": it is run at once, and once`]
      : []),
    ...(schedule?.overlap === "queue" || schedule?.overlap === "kill"
      ? ["a run that is due while another goes on is left out"]
      : []),
  ].map((what) => `${first.program}: ${what}`);
}

function taskGroup({ label, replicas }: Group, options: ExportOptions): JsonTable {
  const { process, count } = replicas;
  const isJob = process.schedule !== null;
  return {
    Name: label,
    Count: isJob ? 1 : process.autostart ? count : 0,
    RestartPolicy: restartPolicy(process),
    ...checkedService(label, process),
    Tasks: [
      task(label, process, options),
      ...hookTasks(process, (command) => task(label, { ...process, command }, options)),
    ],
  };
}

function restartPolicy({ restart, schedule }: ProcessPlan): JsonTable {
  const { autorestart, backoff, restartDelay, startLimit, startRetries } = restart;
  if (schedule !== null && schedule.retries > 0) {
    // All of them within one run.
    const Interval = nanoseconds(DAY);
    const Delay = nanoseconds(schedule.retryDelay);
    return { Attempts: schedule.retries, Interval, Delay, Mode: "fail" };
  }
  if (autorestart === "never") return { Attempts: 0, Mode: "fail" };
  const first = backoff.kind === "linear" ? 1000 : backoff.initial;
  return {
    Attempts: startLimit?.starts ?? startRetries,
    Interval: nanoseconds(startLimit?.within ?? 60_000),
    Delay: nanoseconds(Math.max(first, restartDelay)),
    Mode: startLimit === null ? "delay" : "fail",
  };
}

const DAY = 86_400_000;

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
