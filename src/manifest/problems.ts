// Collects the problems of a manifest, each once, and says which of them are errors where.
import { formatProblem, type Problem } from "../base/errors.ts";
import type { Place } from "./document.ts";
import { formatOf } from "./format.ts";
import type { Complaint } from "./value_type.ts";

export interface ProblemLog {
  readonly all: Problem[];
  readonly seen: Set<string>;
}

export function createProblemLog(): ProblemLog {
  return { all: [], seen: new Set() };
}

/** Keeps a problem unless it has been told already: a value is read anew for each process. */
export function addProblem(log: ProblemLog, problem: Problem): void {
  const text = formatProblem(problem);
  if (log.seen.has(text)) return;
  log.seen.add(text);
  log.all.push(problem);
}

/** Where a problem is: place, section, and key or nothing. */
export interface Spot {
  readonly place: Place;
  readonly section: string;
  readonly key: string;
}

export function addError(log: ProblemLog, spot: Spot, complaint: Complaint): void {
  addProblem(log, { severity: "error", ...flat(spot), ...pick(complaint) });
}

/** A warning; `errorIn` says where it counts as an error. */
export function addWarning(
  log: ProblemLog,
  spot: Spot,
  complaint: Complaint & Pick<Problem, "errorIn">,
): void {
  const { errorIn } = complaint;
  const strictness = errorIn === undefined ? {} : { errorIn };
  addProblem(log, { severity: "warning", ...flat(spot), ...pick(complaint), ...strictness });
}

function flat(spot: Spot): Pick<Problem, "file" | "line" | "section" | "key"> {
  const { file, line } = spot.place;
  // The one section that is called otherwise where people write it.
  const isOurs = spot.section === "supervisord" && formatOf(file) === "toml";
  return { file, line, section: isOurs ? "runner" : spot.section, key: spot.key };
}

function pick({ what, allowed }: Complaint): Complaint {
  return { what, allowed };
}

export type Strictness = "start" | "check" | "strict";

/** The same problems as they count there: `check` has more errors than `start`, `strict` more than `check`. */
export function judgeProblems(
  problems: readonly Problem[],
  strictness: Strictness,
): readonly Problem[] {
  return problems.map((problem) => {
    const raised = strictness === "strict"
      ? problem.errorIn !== undefined
      : strictness === "check" && problem.errorIn === "check";
    return raised ? { ...problem, severity: "error" } : problem;
  });
}

/** By file in the order read, then by line; what belongs together stays so. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  const files = [...new Set(problems.map((problem) => problem.file))];
  return problems.toSorted((one, other) =>
    files.indexOf(one.file) - files.indexOf(other.file) || one.line - other.line
  );
}
