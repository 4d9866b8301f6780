// Writes a plan as units of systemd: a service per program or process, and a target for the whole pool.
import type { ManifestContext } from "./context.ts";
import type { ExportedManifest, ExportedProgram } from "./export_manifest.ts";
import { poolName, uniqueLabels } from "./export_names.ts";
import { ownLines, ownWords } from "./export_own.ts";
import {
  type Exported,
  type ExportFile,
  type ExportOptions,
  holdsSecret,
  type Replicas,
  replicasOf,
} from "./export_parts.ts";
import { serviceLines } from "./export_systemd_service.ts";
import { NO_CHOICE } from "./foreign_choice.ts";
import type { Plan } from "./plan.ts";
import { readSystemd } from "./systemd.ts";

interface Request {
  readonly pool: string;
  readonly machine: ManifestContext;
  readonly options: ExportOptions;
  readonly units: readonly Unit[];
}

interface Unit {
  readonly program: ExportedProgram;
  readonly replicas: Replicas;
  /** `shop-web`, or `shop-web@` for a template. */
  readonly name: string;
  readonly isFirst: boolean;
}

export function exportSystemd(
  plan: Plan,
  manifest: ExportedManifest,
  { machine, options }: Pick<Request, "machine" | "options">,
): Exported {
  const pool = poolName(plan);
  const request = { pool, machine, options, units: unitsOf(pool, manifest) };
  const isSecret = plan.servers.some(({ password }) => password !== null);
  const files: ExportFile[] = request.units.map((unit) => ({
    path: `${unit.name}.service`,
    text: unitText(unit, request),
    isSecret: unit.program.processes.some((process) => holdsSecret(process, options)),
  }));
  const target = { path: `${pool}.target`, text: targetText(plan, manifest, request), isSecret };
  const special = manifest.programs.filter(({ processes: [first] }) => first.kind !== "program")
    .map(({ processes: [first] }) => `${first.program}: works under a runner only`);
  return { files: [target, ...files], notices: special };
}

function unitsOf(pool: string, manifest: ExportedManifest): readonly Unit[] {
  const names = manifest.programs.flatMap((one) => replicasOf(one).map(({ name }) => name));
  const labels = uniqueLabels(names);
  return manifest.programs.flatMap((program) =>
    replicasOf(program).map((replicas, at) => {
      const label = labels.get(replicas.name) ?? replicas.name;
      const name = `${pool}-${label}${replicas.count === 1 ? "" : "@"}`;
      return { program, replicas, name, isFirst: at === 0 };
    })
  );
}

/** The units of the processes: a template has one for each of its numbers. */
function instances({ name, replicas: { count, process } }: Unit): readonly string[] {
  if (count === 1) return [`${name}.service`];
  return Array.from({ length: count }, (_, at) => `${name}${process.instance + at}.service`);
}

function unitText(unit: Unit, request: Request): string {
  const { pool, machine, options, units } = request;
  const { program, replicas: { process }, name } = unit;
  // Smaller priorities first; equal ones side by side.
  const earlier = units.filter((one) => one.replicas.process.priority < process.priority)
    .flatMap(instances);
  const native = [
    "[Unit]",
    `Description=${process.program} of ${pool}`,
    `PartOf=${pool}.target`,
    ...(earlier.length === 0 ? [] : [`After=${earlier.join(" ")}`]),
    ...serviceLines(process, options),
    "",
    "[Install]",
    `WantedBy=${pool}.target`,
  ];
  const source = { file: `/etc/systemd/system/${name}.service`, here: "/etc/systemd/system" };
  const foreign = { text: native.join("\n"), source, machine, choice: NO_CHOICE };
  const read = readSystemd(foreign).sections[0]?.entries ?? new Map();
  const own = unit.isFirst
    ? [
      `[X-Runner ${program.section.name}]`,
      ...ownLines(ownWords({ wanted: program.section, read, machine })),
    ]
    : ["[X-Runner]", `part_of=${JSON.stringify(program.section.name)}`];
  return [...native, "", ...own, ""].join("\n");
}

function targetText(plan: Plan, manifest: ExportedManifest, { units }: Request): string {
  const wanted = units.filter(({ replicas }) => replicas.process.autostart).flatMap(instances);
  const common = manifest.common.flatMap(({ name, entries }) => [
    "",
    `[X-Runner ${name}]`,
    ...ownLines({ set: entries, unset: [] }),
  ]);
  return [
    "[Unit]",
    `Description=The pool of ${plan.file.slice(plan.file.lastIndexOf("/") + 1)}`,
    ...(wanted.length === 0 ? [] : [`Wants=${wanted.join(" ")}`]),
    "",
    "[Install]",
    "WantedBy=multi-user.target",
    ...common,
    "",
  ].join("\n");
}
