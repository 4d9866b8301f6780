// What a process waits for: which of its dependencies are not where it wants them, and whether they ever will be.
import type { DependencyPlan } from "../manifest/plan_work.ts";
import { exitText } from "./log_lines.ts";
import type { Pool } from "./pool.ts";
import { isDown, type Process } from "./process_state.ts";
import { shownName } from "./resolve_names.ts";

/** A dependency that is not where it is wanted. */
export interface Unmet {
  readonly dependency: DependencyPlan;
  /** What is wanted of it. */
  readonly until: DependencyPlan["until"];
  /** The process of it that is told of; null: it has none. */
  readonly process: Process | null;
  /** It does not come without somebody's help. */
  readonly isHopeless: boolean;
}

/** Answers that hold for one pool, found once for all who wait. */
export type Hopes = Map<string, boolean>;

/** True when all that the process depends on is where it wants it. */
export function isFree(pool: Pool, process: Process): boolean {
  return process.plan.dependsOn.every((one) => isMet(pool, one));
}

/** Nobody can wait for a program without processes and be served. */
function isMet(pool: Pool, { ids, until }: DependencyPlan): boolean {
  return ids.length > 0 && ids.every((id) => isThere(pool, id, until));
}

/** True when a process has come as far as that. */
export function isThere(pool: Pool, id: string, until: DependencyPlan["until"]): boolean {
  const process = pool.processes.get(id);
  // What is about to go away does not count any more.
  if (process === undefined || pool.held.has(id) || pool.fates.has(id)) return false;
  const { state, plan, standsBy } = process;
  // Another process of its program serves in its place.
  if (standsBy) return true;
  const isOnce = plan.type === "oneshot";
  switch (state.name) {
    case "STARTING":
      return until === "started" && state.pid !== null;
    case "RUNNING":
      return until === "started" || (until === "ready" && !isOnce);
    case "EXITED":
      return state.expected && (until === "done" || isOnce);
    case "STOPPED":
    case "BACKOFF":
    case "STOPPING":
    case "FATAL":
      return false;
  }
}

/** What the process still waits for. */
export function unmetOf(
  pool: Pool,
  process: Process,
  hopes: Hopes = new Map(),
): readonly Unmet[] {
  return process.plan.dependsOn.filter((one) => !isMet(pool, one)).map((dependency) => {
    const missing = dependency.ids.filter((id) => !isThere(pool, id, dependency.until));
    // The one that stands in the way for good is what people need to hear of.
    const id = missing.find((one) => isHopeless(pool, one, hopes)) ?? missing[0] ?? "";
    const target = pool.processes.get(id) ?? null;
    const isDone = dependency.until === "ready" && target?.plan.type === "oneshot";
    const until = isDone ? "done" : dependency.until;
    return { dependency, until, process: target, isHopeless: isHopeless(pool, id, hopes) };
  });
}

/** True when the process is down and nothing is under way to change that. */
function isHopeless(pool: Pool, id: string, hopes: Hopes): boolean {
  const known = hopes.get(id);
  if (known !== undefined) return known;
  // Until it is known: plans of different times may lead in a circle.
  hopes.set(id, true);
  const found = findHopeless(pool, id, hopes);
  hopes.set(id, found);
  return found;
}

function findHopeless(pool: Pool, id: string, hopes: Hopes): boolean {
  const process = pool.processes.get(id);
  if (process === undefined) return true;
  const fate = pool.fates.get(id);
  if (fate !== undefined) return fate.kind === "leave" || !fate.start;
  if (!isDown(process)) return false;
  return pool.waiting.has(id) ? isInVain(pool, process, hopes) : true;
}

/** True when a process that waits does so for something that does not come by itself. */
export function isInVain(pool: Pool, process: Process, hopes: Hopes = new Map()): boolean {
  return process.plan.dependsOn.some((one) =>
    !isMet(pool, one) &&
    (one.ids.length === 0 ||
      one.ids.some((id) => !isThere(pool, id, one.until) && isHopeless(pool, id, hopes)))
  );
}

/** `redis: ready`, or `migrate: done, but migrate has failed (exit status 1)`. */
export function unmetText(pool: Pool, { dependency, until, process, isHopeless }: Unmet): string {
  const text = `${dependency.target}: ${until}`;
  if (!isHopeless) return text;
  if (process === null) return `${text}, but there is no such process`;
  return `${text}, but ${shownName(process.plan)} ${standing(pool, process)}`;
}

function standing(pool: Pool, { plan, state, spawnError }: Process): string {
  switch (state.name) {
    case "EXITED":
      return `${state.expected ? "has ended" : "has failed"} (${exitText(state.exit)})`;
    case "STOPPED":
      return pool.waiting.has(plan.id) ? "waits in vain" : "is stopped";
    case "FATAL":
      return `is FATAL${spawnError === "" ? "" : ` (${spawnError})`}`;
    case "STARTING":
    case "RUNNING":
    case "BACKOFF":
    case "STOPPING":
      return "is going away";
  }
}

/** What a process that waits waits for, in words; empty: it does not wait. */
export function waitTexts(pool: Pool, id: string): readonly string[] {
  const process = pool.processes.get(id);
  if (process === undefined || !pool.waiting.has(id)) return [];
  return unmetOf(pool, process).map((one) => unmetText(pool, one));
}

/** Who depends on whom among these processes: the ids of dependents, by the id they depend on. */
export function dependentsIn(processes: Iterable<Process>): ReadonlyMap<string, readonly string[]> {
  const dependents = new Map<string, string[]>();
  for (const { plan } of processes) {
    for (const { ids } of plan.dependsOn) {
      for (const id of ids) {
        const known = dependents.get(id);
        if (known === undefined) dependents.set(id, [plan.id]);
        else if (!known.includes(plan.id)) known.push(plan.id);
      }
    }
  }
  return dependents;
}

/** True when the process depends on one of these. */
export function dependsOnAny({ plan }: Process, ids: ReadonlySet<string>): boolean {
  return plan.dependsOn.some((one) => one.ids.some((id) => ids.has(id)));
}

/** The same processes, each behind those of them that it depends on. */
export function dependenciesFirst(pool: Pool, ids: readonly string[]): readonly string[] {
  if (ids.every((id) => (pool.processes.get(id)?.plan.dependsOn.length ?? 0) === 0)) return ids;
  const wanted = new Set(ids);
  const placed = new Set<string>();
  const seen = new Set<string>();
  const place = (id: string): void => {
    if (!wanted.has(id) || seen.has(id)) return;
    seen.add(id);
    for (const one of pool.processes.get(id)?.plan.dependsOn ?? []) one.ids.forEach(place);
    placed.add(id);
  };
  ids.forEach(place);
  return [...placed];
}
