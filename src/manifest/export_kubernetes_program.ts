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
import type { ProcessPlan } from "./plan.ts";
import type { JsonTable } from "./value_type.ts";
import { SIGNAL } from "../base/signals.ts";
import { wordsElsewhere } from "./script_words.ts";

/** Keys for which Kubernetes has a word of its own, or that mean nothing there. */
const SAID = [
  ...["command", "process_name", "numprocs", "numprocs_start", "directory", "priority"],
  ...["autostart", "environment", "env_file", "user", "group_name", "memory_hard_limit"],
  ...["stopsignal", "stopwaitsecs", "inherit_env", "serverurl", "stdin", "backoff"],
  ...["stop_tree", "stopasgroup", "killasgroup"],
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
  const unsaid = unsaidKeys(program, [...SAID, "autorestart", "stop_signals"]);
  if (unsaid.length > 0) {
    say(`Kubernetes has no word for ${unsaid.join(", ")}: kept in ${pool}-manifest only`);
  }
  if (restart.autorestart === "unexpected") say("it is started again after exit status 0, too");
  if (stop.steps.length > 1) say("only its first stop signal is sent before SIGKILL");
  if (stop.steps[0]?.signal !== SIGNAL.TERM) {
    say(`runner must be in the image: it turns TERM into ${signalOf(first)}`);
  }
  if (memory.cap !== null && memory.hardLimit === null) {
    say("without memory_hard_limit its memory has no limit there");
  }
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
  const { process, count } = replicas;
  const variables = programVariables(name, process, request);
  const annotations = {
    "runner/program": process.program,
    "runner/priority": `${process.priority}`,
  };
  const metadata = objectMeta(name, { pool, component: name, options, annotations });
  const container = programContainer(name, process, request);
  const pod = {
    metadata: { labels: objectLabels(pool, name) },
    spec: {
      ...(process.restart.autorestart === "never" ? { restartPolicy: "Never" } : {}),
      // Kubernetes counts in whole seconds, and 0 would kill at once.
      terminationGracePeriodSeconds: Math.max(1, Math.ceil(stopTime(process) / 1000)),
      ...accountContext(process.user),
      containers: [{ ...container, ...variables.references }],
    },
  };
  const work: KubernetesObject = process.restart.autorestart === "never"
    ? {
      ...{ apiVersion: "batch/v1", kind: "Job", metadata },
      spec: {
        ...{ completions: count, parallelism: count, backoffLimit: 0 },
        ...(process.autostart ? {} : { suspend: true }),
        template: pod,
      },
    }
    : {
      ...{ apiVersion: "apps/v1", kind: "Deployment", metadata },
      spec: {
        replicas: process.autostart ? count : 0,
        selector: { matchLabels: objectLabels(pool, name) },
        template: pod,
      },
    };
  return [...variables.objects, work];
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
