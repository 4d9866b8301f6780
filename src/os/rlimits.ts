// Resource limits: their names, the runner's own, and what is handed to a child.
import type { RlimitPlan } from "../manifest/plan.ts";
import { libc, orErrno } from "./libc.ts";

/** Numbers of the limits, the same on x64 and arm64. */
const NUMBERS: Readonly<Record<string, number>> = {
  cpu: 0,
  fsize: 1,
  data: 2,
  stack: 3,
  core: 4,
  rss: 5,
  nproc: 6,
  nofile: 7,
  memlock: 8,
  as: 9,
  locks: 10,
  sigpending: 11,
  msgqueue: 12,
  nice: 13,
  rtprio: 14,
  rttime: 15,
};

const INFINITY = 0xffff_ffff_ffff_ffffn;

/** A limit as the kernel keeps it; RLIM_INFINITY is 2^64 - 1. */
export interface Rlimit {
  readonly soft: bigint;
  readonly hard: bigint;
}

/** The number of a limit; null when there is no such name. */
export function rlimitNumber(resource: string): number | null {
  return NUMBERS[resource] ?? null;
}

/** A limit of this process. */
export function ownRlimit(number: number): Rlimit {
  const pair = new BigUint64Array(2);
  const result = orErrno(libc().prlimit64(0, number, null, pair));
  if (result < 0) throw new Error(`Cannot read limit ${number}: errno ${-result}`);
  return { soft: pair[0] ?? INFINITY, hard: pair[1] ?? INFINITY };
}

/** Sets a limit of this process; one that is refused stays. */
export function setOwnRlimit(number: number, { soft, hard }: Rlimit): void {
  libc().prlimit64(0, number, new BigUint64Array([soft, hard]), null);
}

function amount(value: number | "unlimited"): bigint {
  return value === "unlimited" ? INFINITY : BigInt(value);
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/** The kernel's structure for a planned limit. A hard limit that is not given is raised only if it must be. */
export function rlimitBytes(plan: RlimitPlan, number: number): Uint8Array {
  const soft = amount(plan.soft);
  const hard = plan.hard === null ? larger(ownRlimit(number).hard, soft) : amount(plan.hard);
  return new Uint8Array(new BigUint64Array([soft, hard]).buffer);
}

/**
 * Raises a soft limit of the runner to `least` where it is lower, and the hard limit where it must be, as
 * `minfds` and `minprocs` ask for. Null when it holds; otherwise the limit there is.
 */
export function raiseOwnRlimit(resource: "nofile" | "nproc", least: number): number | null {
  const number = NUMBERS[resource] ?? 0;
  const wanted = BigInt(least);
  const own = ownRlimit(number);
  if (own.soft >= wanted) return null;
  const next = new BigUint64Array([wanted, larger(own.hard, wanted)]);
  if (libc().prlimit64(0, number, next, null) === 0) return null;
  return Number(own.soft);
}
