// One request on its way to its answer, and what many answers share.
import { namedOf, type Resolution, resolveNames } from "../../core/resolve_names.ts";
import type { Process } from "../../core/process_state.ts";
import type { HttpReply, HttpRequest } from "../http/message.ts";
import type { RunnerFace } from "../runner_face.ts";
import { ApiFault, unknownFault } from "./api_fault.ts";
import { type Body, flagField, numberField } from "./body.ts";

export interface Call {
  readonly runner: RunnerFace;
  readonly request: HttpRequest;
  /** What stands for `{id}` in the path, decoded; empty where the route has none. */
  readonly id: string;
}

/** Answers a call. */
export type Answer = (call: Call) => HttpReply | Promise<HttpReply>;

/** Longest wait a client may ask for, in seconds. */
const LONGEST = 86_400;

/** Fields that every request with a wait has. */
export const WAIT_FIELDS = ["wait", "timeout"] as const;

/** How long to wait: what the body says, else `otherwise` milliseconds. */
export function waitWish(body: Body): (otherwise: number) => { wait: boolean; limit: number } {
  const wait = flagField(body, "wait", true);
  const seconds = numberField(body, "timeout", { from: 0, to: LONGEST, isWhole: false });
  return (otherwise) => ({ wait, limit: seconds === null ? otherwise : seconds * 1000 });
}

/** The processes that names mean; names that mean nothing at all are a fault. */
export function resolved(runner: RunnerFace, names: readonly string[]): Resolution {
  const resolution = resolveNames(names, namedOf(runner.pool));
  if (resolution.unknown.length === new Set(names).size) {
    throw unknownFault("processes", resolution.unknown);
  }
  return resolution;
}

/** The one process that a name means. */
export function oneProcess({ pool }: RunnerFace, name: string): Process {
  const exact = pool.processes.get(name);
  if (exact !== undefined) return exact;
  const { ids, unknown } = resolveNames([name], namedOf(pool));
  const [only = ""] = ids;
  const found = ids.length === 1 ? pool.processes.get(only) : undefined;
  if (found !== undefined) return found;
  if (unknown.length > 0) throw unknownFault("a process", unknown);
  throw new ApiFault(404, `Cannot tell which process "${name}" is: it means ${ids.length}`, {
    hint: ids.length === 0 ? "The group is empty" : `One of ${ids.slice(0, 10).join(", ")}`,
  });
}

/** Once the end has begun nothing is started or changed any more. */
export function refuseWhileEnding({ isEnding }: RunnerFace, what: string): void {
  if (!isEnding) return;
  throw new ApiFault(409, `Cannot ${what}: the runner is stopping`);
}
