// What a runner that was killed has left: found by its journal and by the marks of its children, then stopped.
import type { Millis } from "../manifest/plan.ts";
import type { Clock } from "../ports/clock.ts";
import { pause } from "../ports/pause.ts";
import { decodeBytes, encodeText } from "./byte_text.ts";
import { readJournal } from "./child_journal.ts";
import {
  type InstanceName,
  markBeginning,
  parseMark,
  type RunnerIdentity,
} from "./instance_key.ts";
import { entryAfter, isAlive, listProcesses, type ProcStat } from "./proc_fs.ts";
import { readProcFile, readStat } from "./proc_fs.ts";
import { signalExactly } from "./signal_exactly.ts";

const SIGTERM = 15;
const SIGKILL = 9;
const SIGCONT = 18;
const SIGSTOP = 19;
/** Who is stopped starts nobody: a second round finds what was under way, a third one nothing as a rule. */
const HOLD_ROUNDS = 50;
/** How often it is looked whether they are gone: they are not our children, no signal tells. */
const LOOK_EVERY: Millis = 20;
/** Time in which the kernel ends whoever has got SIGKILL; after it something is stuck in the kernel. */
const KILL_WAIT: Millis = 5_000;

/** A process that should not be there any more. */
export interface Leftover {
  readonly pid: number;
  readonly startTime: number;
  /** Process of the plan it was started for; null for a descendant. */
  readonly id: string | null;
}

/** What the marks in all environments say. */
export interface MarkSearch {
  readonly leftovers: readonly Leftover[];
  /** Another runner that lives and has children of this manifest: its lock must be in another folder. */
  readonly rival: RunnerIdentity | null;
}

/**
 * Who is left of an earlier runner of this manifest, with all descendants; those of `known` count, too, who may have
 * no mark. Costs 10 µs for each process there is.
 */
export function findLeftovers(
  name: InstanceName,
  { folder, known = [] }: { readonly folder: string; readonly known?: readonly Leftover[] },
): MarkSearch {
  const found = new Map(known.filter(isAlive).map((leftover) => [leftover.pid, leftover]));
  for (const child of readJournal(name, folder)) {
    const { pid, startTime, id } = child;
    if (isAlive(child)) found.set(pid, { pid, startTime, id });
  }
  const beginning = encodeText(markBeginning(name));
  for (const { pid } of listProcesses()) {
    const environ = readProcFile(`/proc/${pid}/environ`);
    const rest = environ === null ? null : entryAfter(environ, beginning);
    const mark = rest === null ? null : parseMark(decodeBytes(rest));
    if (mark === null) continue;
    // Marks with our own number are of a program that was in this process before us.
    const isRival = mark.runner.pid !== Deno.pid && isAlive(mark.runner);
    if (isRival) return { leftovers: [], rival: mark.runner };
    const startTime = readStat(pid)?.startTime;
    if (startTime !== undefined) found.set(pid, { pid, startTime, id: mark.id });
  }
  if (found.size > 0) addDescendants(found);
  for (const pid of ownLine()) found.delete(pid);
  return { leftovers: [...found.values()], rival: null };
}

/** We and our ancestors: somebody may start us from a shell that is itself left over. */
function ownLine(): number[] {
  const line: number[] = [];
  for (let pid = Deno.pid; pid > 0; pid = readStat(pid)?.parent ?? 0) line.push(pid);
  return line;
}

/** Whoever has a leftover as ancestor or is in the session of one is left over, too. */
function addDescendants(found: Map<number, Leftover>): void {
  const stats = new Map<number, ProcStat>();
  for (const { pid } of listProcesses()) {
    const stat = readStat(pid);
    if (stat !== null && !stat.isZombie) stats.set(pid, stat);
  }
  const isLeft = (stat: ProcStat): boolean => {
    const line = new Set<number>();
    for (let at: ProcStat | undefined = stat; at !== undefined && !line.has(at.pid);) {
      if (found.has(at.pid) || found.has(at.session)) return true;
      line.add(at.pid);
      at = stats.get(at.parent);
    }
    return false;
  };
  const added = [...stats.values()].filter((stat) => !found.has(stat.pid) && isLeft(stat));
  for (const { pid, startTime } of added) {
    if (pid > 1) found.set(pid, { pid, startTime, id: null });
  }
}

/** How stopping went. */
export interface LeftoversStopped {
  /** Who had to be killed. */
  readonly killed: readonly Leftover[];
  /** Who is still there; none, unless the kernel holds them. */
  readonly remaining: readonly Leftover[];
}

/** SIGTERM, wait up to `grace`, SIGKILL for them and what they have started since. */
export async function stopLeftovers(
  leftovers: readonly Leftover[],
  options: {
    readonly grace: Millis;
    readonly clock: Clock;
    /** Looks again, for what was started in the meantime. */
    readonly search: (known: readonly Leftover[]) => MarkSearch;
  },
): Promise<LeftoversStopped> {
  const { grace, clock, search } = options;
  const all = hold(leftovers, search);
  for (const leftover of all) signalExactly(leftover, SIGTERM);
  for (const leftover of all) signalExactly(leftover, SIGCONT);
  const stubborn = await waitForEnd(all, { limit: grace, clock });
  const killed = hold(search(stubborn).leftovers, search);
  for (const leftover of killed) signalExactly(leftover, SIGKILL);
  const remaining = await waitForEnd(killed, { limit: KILL_WAIT, clock });
  return { killed, remaining };
}

/**
 * Stops them where they are, with all that they start until then: an orphan that was made between a look and a
 * signal, in a session of its own and without environment, could not be found any more.
 */
function hold(
  leftovers: readonly Leftover[],
  search: (known: readonly Leftover[]) => MarkSearch,
): readonly Leftover[] {
  const held: Leftover[] = [];
  let next = leftovers;
  for (let round = 0; round < HOLD_ROUNDS && next.length > 0; round++) {
    for (const leftover of next) signalExactly(leftover, SIGSTOP);
    held.push(...next);
    const pids = new Set(held.map(({ pid }) => pid));
    next = search(held).leftovers.filter(({ pid }) => !pids.has(pid));
  }
  return held;
}

/** Waits until all are gone, at most `limit`; gives those that are not. */
async function waitForEnd(
  leftovers: readonly Leftover[],
  options: { readonly limit: Millis; readonly clock: Clock },
): Promise<readonly Leftover[]> {
  const { clock, limit } = options;
  const until = clock.now().mono + limit;
  let left = leftovers.filter(isAlive);
  while (left.length > 0 && clock.now().mono < until) {
    await pause(clock, LOOK_EVERY);
    left = left.filter(isAlive);
  }
  return left;
}
