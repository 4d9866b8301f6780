// One program as a Deployment, or as a Job where it is never started again, with its variables.
import { bareSignal } from "./export_policy.ts";
import {
  accountContext,
  keepDollars,
  type KubernetesObject,
  type KubernetesRequest,
  objectLabels,
  objectMeta,
  quantity,
} from "./export_kubernetes_parts.ts";
import { type Replicas, replicasOf, stopTime, unsaidKeys, variablesOf } from "./export_parts.ts";
import type { ExportedProgram } from "./export_manifest.ts";
import {
  cronJobSpec,
  initContainers,
  kubernetesCron,
  lifecycle,
  looksAtLoopback,
  programProbes,
  rollout,
  wholeSeconds,
} from "./export_kubernetes_work.ts";
import type { ProcessPlan } from "./plan.ts";
import { dependencyText } from "./readers_depends.ts";
import type { JsonTable } from "./value_type.ts";
import { SIGNAL } from "../base/signals.ts";
import { wordsElsewhere } from "./script_words.ts";

/** Keys for which Kubernetes has a word of its own, or that mean nothing there. */
const SAID = [
  ...["command", "process_name", "numprocs", "numprocs_start", "directory", "priority"],
  ...["autostart", "environment", "env_file", "user", "group_name", "memory_hard_limit"],
  ...["stopsignal", "stopwaitsecs", "inherit_env", "serverurl", "stdin", "backoff"],
  ...["stop_tree", "stopasgroup", "killasgroup"],
  ...["type", "depends_on", "schedule", "time_zone", "overlap", "timeout", "retries", "catch_up"],
  ...["history", "ready_timeout", "ready_interval", "health", "health_interval", "health_timeout"],
  ...["health_failures", "health_grace", "pre_start", "post_start", "pre_stop", "hook_timeout"],
  ...["hook_failure", "spare"],
];

export interface ProgramObjects {
  readonly name: string;
  readonly objects: readonly KubernetesObject[];
}

export function programObjects(
  program: ExportedProgram,
  request: KubernetesRequest,
): readonly ProgramObjects[] {
  const [first] = program.processes;
  if (first.kind !== "program") {
    const what = first.kind === "eventlistener" ? "events of a runner" : "a socket of the runner";
    request.notices.push(`${first.program}: left out: it needs ${what} (see --one-pod)`);
    return [];
  }
  tellDifferences(program, request);
  return replicasOf(program).map((replicas) => {
    const name = request.labels.get(replicas.name) ?? replicas.name;
    return { name, objects: replicaObjects(name, replicas, request) };
  });
}

function tellDifferences(program: ExportedProgram, { notices, pool }: KubernetesRequest): void {
  const [first] = program.processes;
  const { program: name, restart, stop, memory } = first;
  const say = (what: string): void => void notices.push(`${name}: ${what}`);
  const isReadySaid = first.ready?.when.kind === "probe" || first.ready?.when.kind === "delay";
  const ready = isReadySaid ? ["ready"] : [];
  const unsaid = unsaidKeys(program, [...SAID, "autorestart", "stop_signals", ...ready]);
  if (unsaid.length > 0) {
    say(`Kubernetes has no word for ${unsaid.join(", ")}: kept in ${pool}-manifest only`);
  }
  if (restart.autorestart === "unexpected" && first.type === "service") {
    say("it is started again after exit status 0, too");
  }
  if (stop.steps.length > 1) say("only its first stop signal is sent before SIGKILL");
  if (stop.steps[0]?.signal !== SIGNAL.TERM) {
    say(`runner must be in the image: it turns TERM into ${signalOf(first)}`);
  }
  if (memory.cap !== null && memory.hardLimit === null) {
    say("without memory_hard_limit its memory has no limit there");
  }
  tellWork(first, say);
}

function tellWork(process: ProcessPlan, say: (what: string) => void): void {
  const { dependsOn, schedule, hooks } = process;
  if (dependsOn.length > 0) {
    const names = dependsOn.map(({ target }) => target).join(", ");
    say(`Kubernetes starts all at once: it must bear that ${names} may come later`);
  }
  if (looksAtLoopback(process)) {
    say("Kubernetes looks at the address of the pod: it must listen on more than localhost");
  }
  if (schedule !== null && kubernetesCron(schedule) === null) {
    say(`a CronJob cannot say "${schedule.expression}": it is suspended`);
  }
  if (schedule?.overlap === "queue") say("a run that is due while another goes on is left out");
  if (hooks.preStart !== null && hooks.preStart.onFailure !== "fail") {
    say("it is not started there when pre_start fails");
  }
  if (hooks.postStart !== null) say("it is killed there when post_start fails");
}

function signalOf({ stop }: ProcessPlan): string {
  const signal = stop.steps[0]?.signal ?? SIGNAL.TERM;
  return signal === 0 ? "0" : bareSignal(signal);
}

function replicaObjects(
  name: string,
  replicas: Replicas,
  request: KubernetesRequest,
): readonly KubernetesObject[] {
  const { pool, options } = request;
  const { process } = replicas;
  const variables = programVariables(name, process, request);
  const annotations = {
    "runner/program": process.program,
    "runner/priority": `${process.priority}`,
    ...(process.dependsOn.length === 0 ? {} : {
      "runner/depends-on": process.dependsOn.map(dependencyText).join(", "),
    }),
  };
  const metadata = objectMeta(name, { pool, component: name, options, annotations });
  const labels = objectLabels(pool, name);
  const container = { ...programContainer(name, process, request), ...variables.references };
  const pod = { metadata: { labels }, spec: podSpec(process, container) };
  const work = workObject(replicas, { metadata, labels, pod });
  return [...variables.objects, work];
}

/** Kubernetes waits for the hook and for the signals together. */
function podSpec(process: ProcessPlan, container: JsonTable): JsonTable {
  const { restart: { autorestart }, schedule, type, hooks: { preStop } } = process;
  const isAgain = autorestart === "unexpected" && schedule === null;
  const ends = type === "oneshot" || schedule !== null || autorestart === "never";
  return {
    ...(ends ? { restartPolicy: isAgain ? "OnFailure" : "Never" } : {}),
    ...(schedule === null || schedule.timeout === null
      ? {}
      : { activeDeadlineSeconds: wholeSeconds(schedule.timeout) }),
    terminationGracePeriodSeconds: wholeSeconds(stopTime(process) + (preStop?.timeout ?? 0)),
    ...accountContext(process.user),
    ...initContainers(process, container),
    containers: [container],
  };
}

interface WorkParts {
  readonly metadata: JsonTable;
  readonly labels: JsonTable;
  readonly pod: JsonTable;
}

/** A CronJob for what is due, a Job for what ends, a Deployment for what runs on. */
function workObject(
  { process, count }: Replicas,
  { metadata, labels, pod }: WorkParts,
): KubernetesObject {
  const { schedule, type, restart: { autorestart, startRetries } } = process;
  if (schedule !== null) {
    const spec = cronJobSpec(schedule, pod);
    const short = { ...metadata, name: shortName(`${metadata["name"]}`) };
    return { apiVersion: "batch/v1", kind: "CronJob", metadata: short, spec };
  }
  if (type === "oneshot" || autorestart === "never") {
    const backoffLimit = autorestart === "never" ? 0 : startRetries;
    const spec = {
      ...{ completions: count, parallelism: count, backoffLimit },
      ...(process.autostart ? {} : { suspend: true }),
      template: pod,
    };
    return { apiVersion: "batch/v1", kind: "Job", metadata, spec };
  }
  const spec = {
    replicas: process.autostart ? count : 0,
    ...rollout(process),
    selector: { matchLabels: labels },
    template: pod,
  };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata, spec };
}

/** The jobs of a CronJob carry its name and eleven characters more. */
function shortName(name: string): string {
  return name.slice(0, 52).replace(/-+$/, "");
}

function programContainer(
  name: string,
  process: ProcessPlan,
  { image }: KubernetesRequest,
): JsonTable {
  const signal = signalOf(process);
  const rewrite = signal === "TERM" ? [] : ["runner", "exec", "--rewrite", `TERM:${signal}`, "--"];
  const limit = process.memory.hardLimit;
  return {
    name,
    image,
    command: [...rewrite, ...wordsElsewhere(process.command).map(keepDollars)],
    ...(process.directory === null ? {} : { workingDir: process.directory }),
    ...(process.stdin === "pipe" ? { stdin: true } : {}),
    ...(limit === null ? {} : { resources: { limits: { memory: quantity(limit) } } }),
    ...programProbes(process),
    ...lifecycle(process),
  };
}

interface VariableObjects {
  readonly objects: readonly KubernetesObject[];
  readonly references: JsonTable;
}

/** Values of files go to a ConfigMap, what looks like a secret to a Secret, the rest stands in the pod. */
function programVariables(
  name: string,
  process: ProcessPlan,
  { pool, options }: KubernetesRequest,
): VariableObjects {
  const { fromFiles, own } = variablesOf(process, options.envFiles);
  const isSecret = ([key, value]: [string, string]): boolean => options.isSecret(key, value);
  const secrets = [...fromFiles, ...own].filter(isSecret);
  const settings = [...fromFiles].filter((entry) => !isSecret(entry));
  const open = [...own].filter((entry) => !isSecret(entry));
  const meta = (suffix: string) =>
    objectMeta(`${name}-${suffix}`, { pool, component: name, options });
  const config: KubernetesObject[] = settings.length === 0 ? [] : [{
    ...{ apiVersion: "v1", kind: "ConfigMap", metadata: meta("env") },
    data: Object.fromEntries(settings),
  }];
  const secret: KubernetesObject[] = secrets.length === 0 ? [] : [{
    ...{ apiVersion: "v1", kind: "Secret", metadata: meta("secret"), type: "Opaque" },
    stringData: Object.fromEntries(secrets),
  }];
  const from = [
    ...(config.length === 0 ? [] : [{ configMapRef: { name: `${name}-env` } }]),
    ...(secret.length === 0 ? [] : [{ secretRef: { name: `${name}-secret` } }]),
  ];
  return {
    objects: [...config, ...secret],
    references: {
      ...(from.length === 0 ? {} : { envFrom: from }),
      ...(open.length === 0
        ? {}
        : { env: open.map(([key, value]) => ({ name: key, value: keepDollars(value) })) }),
    },
  };
}
