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
  variablesOf,
} from "./export_parts.ts";
import { yamlText } from "./export_yaml.ts";
import { NO_CHOICE } from "./foreign_choice.ts";
import type { Plan, ProcessPlan, RlimitPlan } from "./plan.ts";
import { treeOf } from "./tree.ts";
import { wordsElsewhere } from "./script_words.ts";

type Table = Readonly<Record<string, RawValue>>;

interface Request {
  readonly machine: ManifestContext;
  readonly options: ExportOptions;
  readonly image: string;
  readonly labels: ReadonlyMap<string, string>;
}

export function exportCompose(
  plan: Plan,
  manifest: ExportedManifest,
  { machine, options }: Pick<Request, "machine" | "options">,
): Exported {
  const pool = poolName(plan);
  const image = options.image ?? `${pool}:latest`;
  const names = manifest.programs.flatMap((one) => replicasOf(one).map(({ name }) => name));
  const request = { machine, options, image, labels: uniqueLabels(names) };
  const services = Object.fromEntries(
    manifest.programs.flatMap((program) => programServices(program, request)),
  );
  const common = manifest.common.map(({ name, entries }) =>
    [name, kept(Object.fromEntries(entries))] as const
  );
  const file = {
    name: pool,
    services,
    ...(common.length === 0 ? {} : { "x-runner": Object.fromEntries(common) }),
  };
  const special = manifest.programs.filter(({ processes: [first] }) => first.kind !== "program")
    .map(({ processes: [first] }) => `${first.program}: works under a runner only`);
  const guess = options.image === null
    ? [`The image "${image}" is a guess: name yours by --image`]
    : [];
  const isSecret = hasSecret(plan, options);
  const text = yamlText(file);
  return { files: [{ path: "compose.yaml", text, isSecret }], notices: [...guess, ...special] };
}

function programServices(program: ExportedProgram, request: Request): [string, Table][] {
  return replicasOf(program).map((replicas, at): [string, Table] => {
    const name = request.labels.get(replicas.name) ?? replicas.name;
    const native = serviceTable(replicas, request);
    if (at > 0) return [name, { ...native, "x-runner": { part_of: program.section.name } }];
    const tree = treeOf({ services: { [name]: native } }, () => 0);
    const source = { file: "/compose.yaml", here: "/" };
    const { machine } = request;
    const read = tree.kind === "table"
      ? readCompose(tree, { text: "", source, machine, choice: NO_CHOICE }).sections[0]?.entries
      : undefined;
    const own = ownTable(ownWords({ wanted: program.section, read: read ?? new Map(), machine }));
    return [name, { ...native, "x-runner": kept({ section: program.section.name, ...own }) }];
  });
}

function serviceTable({ process, count }: Replicas, { options, image }: Request): Table {
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
    ...limits(process, count),
    ...ends(process),
  };
}

/** `$` begins a variable of compose. */
function keepDollars(text: string): string {
  return text.replaceAll("$", "$$$$");
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
