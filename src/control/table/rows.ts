// Arranges processes into rows of a table, for the page and for `runner top`: programs with several have a row of their own.
import type { DriftView, ProcessView } from "../api/types.ts";
import { type Standing, standingOf, STANDINGS } from "./standing.ts";

export const SORTS = ["name", "state", "uptime", "restarts", "cpu", "memory"] as const;
export type SortKey = typeof SORTS[number];

export interface Sort {
  readonly key: SortKey;
  readonly isDown: boolean;
}

/** What somebody wants to see. */
export interface Choice {
  /** Part of a name, in any case of letters; several words must all be there. */
  readonly filter: string;
  /** Only who stands for these; empty for all. */
  readonly standings: ReadonlySet<Standing>;
  readonly sort: Sort;
  /** Keys of programs whose processes are hidden. */
  readonly closed: ReadonlySet<string>;
}

export const EVERYTHING: Choice = {
  filter: "",
  standings: new Set(),
  sort: { key: "name", isDown: false },
  closed: new Set(),
};

interface RowFacts {
  /** Unique among all rows, the same as long as the row means the same. */
  readonly key: string;
  readonly title: string;
  readonly ids: readonly string[];
  readonly program: string;
  readonly restarts: number;
  readonly uptime: number | null;
  readonly cpu: number | null;
  readonly memory: number | null;
}

export interface ProcessRow extends RowFacts {
  readonly kind: "process";
  readonly process: ProcessView;
  /** True below the row of its program. */
  readonly isMember: boolean;
  readonly drift: DriftView | null;
}

export interface ProgramRow extends RowFacts {
  readonly kind: "program";
  readonly processes: readonly ProcessView[];
  readonly isOpen: boolean;
  readonly drift: DriftView | null;
}

export type Row = ProcessRow | ProgramRow;

/** Key of the row of a program, and of its panel. */
export function programKey({ group, program }: ProcessView): string {
  return `${group}:*${program}`;
}

/** The rows to be shown, in order. */
export function arrange(
  { processes, drift }: {
    readonly processes: readonly ProcessView[];
    readonly drift: readonly DriftView[];
  },
  choice: Choice,
): Row[] {
  const drifts = new Map(drift.map((one) => [one.program, one]));
  const programs = Map.groupBy(processes, programKey);
  const heads: Row[] = [];
  const below = new Map<string, readonly Row[]>();
  for (const [key, all] of programs) {
    const shown = all.filter((process) => isWanted(process, choice));
    const members = shown.map((process) =>
      processRow(process, { isMember: all.length > 1, drifts })
    );
    if (all.length === 1) heads.push(...members);
    else if (members.length > 0) {
      const isOpen = !choice.closed.has(key);
      heads.push(programRow(key, { all, isOpen, drifts }));
      if (isOpen) below.set(key, sorted(members, choice.sort));
    }
  }
  return sorted(heads, choice.sort).flatMap((head) => [head, ...(below.get(head.key) ?? [])]);
}

function isWanted(process: ProcessView, { filter, standings }: Choice): boolean {
  if (standings.size > 0 && !standings.has(standingOf(process))) return false;
  const name = `${process.id} ${process.program}`.toLowerCase();
  return filter.toLowerCase().split(/\s+/).every((word) => name.includes(word));
}

type Drifts = ReadonlyMap<string, DriftView>;

function processRow(
  process: ProcessView,
  { isMember, drifts }: { readonly isMember: boolean; readonly drifts: Drifts },
): ProcessRow {
  const { id, shown, program, restarts, uptime, cpu, memory } = process;
  const facts = { key: id, title: shown, ids: [id], program, restarts, uptime, cpu, memory };
  const drift = isMember ? null : drifts.get(program) ?? null;
  return { kind: "process", ...facts, process, isMember, drift };
}

interface ProgramOptions {
  readonly all: readonly ProcessView[];
  readonly isOpen: boolean;
  readonly drifts: Drifts;
}

/** Sums up all processes of a program, also those that the filter hides: its buttons act on all. */
function programRow(key: string, { all, isOpen, drifts }: ProgramOptions): ProgramRow {
  const group = all[0]?.group ?? "";
  const program = all[0]?.program ?? "";
  return {
    kind: "program",
    key,
    title: group === program ? program : `${group}:${program}`,
    ids: all.map(({ id }) => id),
    program,
    restarts: all.reduce((total, { restarts }) => total + restarts, 0),
    uptime: all.reduce<number | null>(
      (longest, { uptime }) => uptime === null ? longest : Math.max(longest ?? 0, uptime),
      null,
    ),
    cpu: total(all.map(({ cpu }) => cpu)),
    memory: total(all.map(({ memory }) => memory)),
    processes: all,
    isOpen,
    drift: drifts.get(program) ?? null,
  };
}

function total(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

/** Numbers in names count as numbers: web_2 before web_10. */
const NAMES = new Intl.Collator("en", { numeric: true });

function sorted<Kind extends Row>(rows: readonly Kind[], { key, isDown }: Sort): Kind[] {
  const sign = isDown ? -1 : 1;
  return [...rows].sort((left, right) =>
    sign * compare(left, right, key) || NAMES.compare(left.title, right.title)
  );
}

function compare(left: Row, right: Row, key: SortKey): number {
  switch (key) {
    case "name":
      return NAMES.compare(left.title, right.title);
    case "state":
      return worst(left) - worst(right);
    case "uptime":
    case "restarts":
    case "cpu":
    case "memory":
      return (left[key] ?? -1) - (right[key] ?? -1);
  }
}

function worst(row: Row): number {
  return Math.min(...processesOf(row).map((one) => STANDINGS.indexOf(standingOf(one))));
}

/** The processes a row stands for. */
export function processesOf(row: Row): readonly ProcessView[] {
  return row.kind === "program" ? row.processes : [row.process];
}
