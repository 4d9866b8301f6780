// Writes a plan as a file of docker-compose: a service per program.
import { signalName } from "../base/signals.ts";
import { readCompose } from "./compose.ts";
import type { ManifestContext } from "./context.ts";
import { isList, isTable, type RawValue } from "./document.ts";
import type { ExportedManifest, ExportedProgram } from "./export_manifest.ts";
import { poolName, uniqueLabels } from "./export_names.ts";
import { ownTable, ownWords } from "./export_own.ts";
import {
  type Exported,
  type ExportOptions,
  hasSecret,
  type Replicas,
  replicasOf,
  stopTime,
  unsaidWork,
  variablesOf,
} from "./export_parts.ts";
import {
  type AwaitedService,
  dependencies,
  healthcheck,
  probeProgram,
} from "./export_compose_work.ts";
import { yamlText } from "./export_yaml.ts";
import { NO_CHOICE } from "./foreign_choice.ts";
import type { Plan, ProcessPlan, RlimitPlan } from "./plan.ts";
import { treeOf } from "./tree.ts";
import { wordsElsewhere } from "./script_words.ts";

type Table = Readonly<Record<string, RawValue>>;

interface Request {
  readonly options: ExportOptions;
  readonly image: string;
  readonly services: readonly Service[];
}

/** What one service is made of. */
interface Service {
  readonly name: string;
  readonly program: ExportedProgram;
  readonly replicas: Replicas;
  readonly isFirst: boolean;
}

export function exportCompose(
  plan: Plan,
  manifest: ExportedManifest,
  { machine, options }: { readonly machine: ManifestContext; readonly options: ExportOptions },
): Exported {
  const pool = poolName(plan);
  const image = options.image ?? `${pool}:latest`;
  const request = { options, image, services: servicesOf(manifest) };
  const common = manifest.common.map(({ name, entries }) =>
    [name, kept(Object.fromEntries(entries))] as const
  );
  const file = {
    name: pool,
    services: serviceTables(request, machine),
    ...(common.length === 0 ? {} : { "x-runner": Object.fromEntries(common) }),
  };
  const guess = options.image === null
    ? [`The image "${image}" is a guess: name yours by --image`]
    : [];
  const isSecret = hasSecret(plan, options);
  const text = yamlText(file);
  const notices = [...guess, ...manifest.programs.flatMap(noticesOf)];
  return { files: [{ path: "compose.yaml", text, isSecret }], notices };
}

/** What compose has words for, and what `kept` need not be said of. */
const SAID = [
  ...["type", "depends_on", "history", "ready_timeout", "ready_interval", "health"],
  ...["health_interval", "health_timeout", "health_failures", "health_grace"],
];

function noticesOf(program: ExportedProgram): readonly string[] {
  const [first] = program.processes;
  const helper = probeProgram(first);
  const isChecked = first.liveness.health === null && first.ready?.when.kind === "probe";
  const unsaid = unsaidWork(program, [...SAID, ...(isChecked ? ["ready"] : [])]);
  return [
    ...(first.kind === "program" ? [] : ["works under a runner only"]),
    ...(unsaid.length === 0 ? [] : [`compose has no word for ${unsaid.join(", ")}: kept`]),
    ...(first.schedule === null ? [] : ["nothing starts it when it is due"]),
    ...(helper === null ? [] : [`the image must have ${helper} for its health check`]),
  ].map((what) => `${first.program}: ${what}`);
}

function servicesOf(manifest: ExportedManifest): readonly Service[] {
  const all = manifest.programs.flatMap((program) =>
    replicasOf(program).map((replicas, at) => ({ program, replicas, isFirst: at === 0 }))
  );
  const labels = uniqueLabels(all.map(({ replicas }) => replicas.name));
  return all.map((one) => ({ ...one, name: labels.get(one.replicas.name) ?? one.replicas.name }));
}

/** Each service with our own words for what the importer would not read from it. */
function serviceTables(request: Request, machine: ManifestContext): Table {
  const others = awaited(request);
  const natives = request.services.map((service) => ({
    ...service,
    native: serviceTable(service, request, others),
    title: service.isFirst
      ? { section: service.program.section.name }
      : { part_of: service.program.section.name },
  }));
  const services = Object.fromEntries(
    natives.map(({ name, native, title }) => [name, { ...native, "x-runner": kept(title) }]),
  );
  const tree = treeOf({ services }, () => 0);
  const source = { file: "/compose.yaml", here: "/" };
  const read = tree.kind === "table"
    ? readCompose(tree, { text: "", source, machine, choice: NO_CHOICE }).sections
    : [];
  return Object.fromEntries(natives.map(({ name, native, title, program, isFirst }) => {
    const wanted = program.section;
    const entries = read.find((section) => section.name === wanted.name)?.entries ?? new Map();
    const own = isFirst ? ownTable(ownWords({ wanted, read: entries, machine })) : {};
    return [name, { ...native, "x-runner": kept({ ...title, ...own }) }];
  }));
}

/** Those that compose starts with the others; a job is waited for by nobody. */
function awaited({ services }: Request): readonly AwaitedService[] {
  return services.filter(({ replicas: { process } }) => process.autostart).map(
    ({ name, program, replicas: { process, count } }) => ({
      name,
      ids: count === 1 ? [process.id] : program.processes.map(({ id }) => id),
      isChecked: "healthcheck" in healthcheck(process),
    }),
  );
}

function serviceTable(
  { replicas: { process, count } }: Service,
  { options, image }: Request,
  others: readonly AwaitedService[],
): Table {
  const [program = "", ...args] = wordsElsewhere(process.command).map(keepDollars);
  const own = [...variablesOf(process, options.envFiles).own];
  const files = options.envFiles.get(process.id)?.paths ?? [];
  return {
    image,
    // Both, so that nothing of the image's own entry point is left.
    entrypoint: [program],
    command: args,
    ...(process.directory === null ? {} : { working_dir: keepDollars(process.directory) }),
    ...(own.length === 0 ? {} : {
      environment: Object.fromEntries(own.map(([name, value]) => [name, keepDollars(value)])),
    }),
    ...(files.length === 0 ? {} : { env_file: files.map(envFile) }),
    ...(process.user === null ? {} : { user: `${process.user.uid}:${process.user.gid}` }),
    ...(process.stdin === "pipe" ? { stdin_open: true } : {}),
    ...(process.autostart ? {} : { profiles: ["manual"] }),
    ...(process.autostart ? dependencies(process, others) : {}),
    ...limits(process, count),
    ...doubled(healthcheck(process)),
    ...ends(process),
  };
}

/** `$` begins a variable of compose. */
function keepDollars(text: string): string {
  return text.replaceAll("$", "$$$$");
}

function doubled(table: Table): Table {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, kept(value)]));
}

/** Compose replaces variables in extensions, too. */
function kept(value: RawValue): RawValue {
  if (typeof value === "string") return keepDollars(value);
  if (isList(value)) return value.map(kept);
  if (!isTable(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, kept(child)]));
}

function envFile(path: string): RawValue {
  return path.startsWith("-") ? { path: path.slice(1), required: false } : path;
}

function limits({ memory, oomScoreAdj, rlimits }: ProcessPlan, count: number): Table {
  const { hardLimit } = memory;
  const replicas = count === 1 ? {} : { replicas: count };
  const resources = hardLimit === null ? {} : { resources: { limits: { memory: `${hardLimit}` } } };
  const deploy = { ...replicas, ...resources };
  return {
    ...(Object.keys(deploy).length === 0 ? {} : { deploy }),
    ...(oomScoreAdj === null ? {} : { oom_score_adj: oomScoreAdj }),
    ...(rlimits.length === 0 ? {} : { ulimits: Object.fromEntries(rlimits.map(ulimit)) }),
  };
}

function ulimit({ resource, soft, hard }: RlimitPlan): [string, RawValue] {
  const number = (value: RlimitPlan["hard"]): number => typeof value === "number" ? value : -1;
  // A hard limit that is left as it is cannot be said: the soft one is taken for both.
  return [resource, { soft: number(soft), hard: number(hard ?? soft) }];
}

function ends(process: ProcessPlan): Table {
  const { restart: { autorestart }, stop: { steps: [step] } } = process;
  const policies = { always: "always", unexpected: "on-failure", never: "no" };
  return {
    restart: policies[autorestart],
    ...(step === undefined || step.signal === 0 ? {} : { stop_signal: signalName(step.signal) }),
    stop_grace_period: `${stopTime(process)}ms`,
  };
}
