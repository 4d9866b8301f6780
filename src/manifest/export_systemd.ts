// Writes a plan as units of systemd: a service per program or process, and a target for the whole pool.
import type { ManifestContext } from "./context.ts";
import type { ExportedManifest, ExportedProgram } from "./export_manifest.ts";
import { poolName, uniqueLabels } from "./export_names.ts";
import { ownLines, ownWords } from "./export_own.ts";
import {
  type Exported,
  type ExportFile,
  type ExportOptions,
  hasOwnSecret,
  holdsSecret,
  type Replicas,
  replicasOf,
  unsaidWork,
} from "./export_parts.ts";
import { serviceLines } from "./export_systemd_service.ts";
import { orderLines, timerText, type UnitOrder } from "./export_systemd_work.ts";
import { NO_CHOICE } from "./foreign_choice.ts";
import type { Plan, ProcessPlan } from "./plan.ts";
import { readSystemd } from "./systemd.ts";
import { unitsBeside } from "./systemd_beside.ts";

interface Request {
  readonly pool: string;
  readonly options: ExportOptions;
  readonly units: readonly Unit[];
}

interface Unit {
  readonly program: ExportedProgram;
  readonly replicas: Replicas;
  /** `shop-web`, or `shop-web@` for a template. */
  readonly name: string;
  readonly isFirst: boolean;
  /** Of a job. */
  readonly timer: string | null;
}

export function exportSystemd(
  plan: Plan,
  manifest: ExportedManifest,
  { machine, options }: { readonly machine: ManifestContext; readonly options: ExportOptions },
): Exported {
  const pool = poolName(plan);
  const request = { pool, options, units: unitsOf(pool, manifest) };
  const isSecret = hasOwnSecret(plan);
  const texts = new Map(request.units.map((unit) => [unit, nativeLines(unit, request)]));
  const there = withUnits(machine, texts);
  const files = request.units.flatMap((unit): ExportFile[] => {
    const { program, timer, name } = unit;
    const hasSecret = program.processes.some((process) => holdsSecret(process, options));
    const text = unitText(unit, texts.get(unit) ?? [], there);
    return [
      { path: `${name}.service`, text, isSecret: hasSecret },
      ...(timer === null ? [] : [{ path: `${name}.timer`, text: timer, isSecret: false }]),
    ];
  });
  const target = { path: `${pool}.target`, text: targetText(plan, manifest, request), isSecret };
  return { files: [target, ...files], notices: noticesOf(manifest, request) };
}

/** What systemd has words for. */
const SAID = [
  ...["type", "depends_on", "restart_with", "pre_start", "post_start", "pre_stop", "post_exit"],
  ...["hook_failure", "hook_timeout", "watchdog", "timeout", "jitter", "catch_up"],
  ...["schedule", "time_zone", "history"],
];

function noticesOf(manifest: ExportedManifest, { units }: Request): readonly string[] {
  return manifest.programs.flatMap((program): string[] => {
    const [first] = program.processes;
    const isNotified = first.ready?.when.kind === "notify";
    const unsaid = unsaidWork(program, [
      ...SAID,
      ...(isNotified ? ["ready", "ready_timeout"] : []),
    ]);
    const timed = units.find((unit) => unit.program === program)?.timer ?? null;
    return [
      ...(first.kind === "program" ? [] : ["works under a runner only"]),
      ...(unsaid.length === 0 ? [] : [`systemd has no word for ${unsaid.join(", ")}: kept`]),
      ...(first.schedule === null || timed !== null
        ? []
        : [`no timer can say "${first.schedule.expression}": start it yourself`]),
    ].map((what) => `${first.program}: ${what}`);
  });
}

function unitsOf(pool: string, manifest: ExportedManifest): readonly Unit[] {
  const names = manifest.programs.flatMap((one) => replicasOf(one).map(({ name }) => name));
  const labels = uniqueLabels(names);
  return manifest.programs.flatMap((program) =>
    replicasOf(program).map((all, at) => {
      // Runs of a job side by side are not to be had from a timer.
      const replicas = all.process.schedule === null ? all : { ...all, count: 1 };
      const label = labels.get(replicas.name) ?? replicas.name;
      const name = `${pool}-${label}${replicas.count === 1 ? "" : "@"}`;
      const timer = timerText(replicas.process, pool);
      return { program, replicas, name, isFirst: at === 0, timer };
    })
  );
}

/** The units of the processes: a template has one for each of its numbers. */
function instances({ name, replicas: { count, process } }: Unit): readonly string[] {
  if (count === 1) return [`${name}.service`];
  return Array.from({ length: count }, (_, at) => `${name}${process.instance + at}.service`);
}

/** The units of some processes; a job is waited for by nobody. */
function unitsOfIds(ids: readonly string[], { units }: Request): readonly string[] {
  if (ids.length === 0) return [];
  return units.filter(({ replicas }) => replicas.process.schedule === null).flatMap((unit) => {
    const { program, replicas: { count, process } } = unit;
    const processes = count === 1 ? [process] : program.processes;
    return instances(unit).filter((_, at) => ids.includes(processes[at]?.id ?? ""));
  });
}

function orderOf({ replicas: { process } }: Unit, request: Request): UnitOrder {
  const { pool, units } = request;
  // Smaller priorities first; equal ones side by side.
  const earlier = units.filter(({ replicas: { process: one } }) =>
    one.priority < process.priority && one.schedule === null
  );
  const idsOf = (wanted: (one: ProcessPlan["dependsOn"][number]) => boolean): readonly string[] =>
    unitsOfIds(process.dependsOn.filter(wanted).flatMap(({ ids }) => ids), request);
  return {
    after: [...earlier.flatMap(instances), ...idsOf(({ until }) => until !== "started")],
    requires: idsOf(() => true),
    partOf: [`${pool}.target`, ...idsOf(({ restartsWith }) => restartsWith)],
  };
}

/** What systemd reads. */
function nativeLines(unit: Unit, request: Request): readonly string[] {
  const { pool, options } = request;
  const { process } = unit.replicas;
  return [
    "[Unit]",
    `Description=${process.program} of ${pool}`,
    ...orderLines(orderOf(unit, request)),
    ...serviceLines(process, options),
    ...(unit.timer === null ? ["", "[Install]", `WantedBy=${pool}.target`] : []),
  ];
}

const FOLDER = "/etc/systemd/system";

/** The machine on which the units lie, for the importer to say what it reads of them. */
function withUnits(
  machine: ManifestContext,
  texts: ReadonlyMap<Unit, readonly string[]>,
): ManifestContext {
  const files = new Map([...texts].flatMap(([unit, lines]): [string, string][] => {
    const { program, name, timer } = unit;
    const header = ["", `[X-Runner ${program.section.name}]`, "unset=[]"];
    return [
      [`${FOLDER}/${name}.service`, [...lines, ...header].join("\n")],
      ...(timer === null ? [] : [[`${FOLDER}/${name}.timer`, timer] satisfies [string, string]]),
    ];
  }));
  const readText: ManifestContext["readText"] = (path) => {
    const text = files.get(path);
    return text === undefined ? machine.readText(path) : { kind: "text", text };
  };
  const there = { ...machine, readText };
  return { ...there, beside: unitsBeside([...files.keys()], there) };
}

function unitText(unit: Unit, native: readonly string[], machine: ManifestContext): string {
  const { program, name, isFirst } = unit;
  const source = { file: `${FOLDER}/${name}.service`, here: FOLDER };
  const foreign = { text: native.join("\n"), source, machine, choice: NO_CHOICE };
  const read = readSystemd(foreign).sections[0]?.entries ?? new Map();
  const own = isFirst
    ? [
      `[X-Runner ${program.section.name}]`,
      ...ownLines(ownWords({ wanted: program.section, read, machine })),
    ]
    : ["[X-Runner]", `part_of=${JSON.stringify(program.section.name)}`];
  return [...native, "", ...own, ""].join("\n");
}

function targetText(plan: Plan, manifest: ExportedManifest, { units }: Request): string {
  const services = units.filter(({ replicas }) => replicas.process.autostart).flatMap(instances);
  const timers = units.flatMap(({ name, timer }) => timer === null ? [] : [`${name}.timer`]);
  const wanted = [...services, ...timers];
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
