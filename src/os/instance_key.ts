// Names of an instance: the key of its files, and the mark that its children carry in their environment.
import { readStat } from "./proc_fs.ts";

/** The environment variable by which a child is known as ours, even after the runner itself is gone. */
const MARK_NAME = "RUNNER_MARK";

/** One instance per manifest and user. */
export interface InstanceName {
  /** Real path of the manifest. */
  readonly manifest: string;
  /** Name for files: the manifest's own and a hash of its path. */
  readonly key: string;
}

/** FNV-1a, 64 bits: short, and made at once; nobody is kept out by it. */
function hashText(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, "0");
}

/** The same for the same file, by whatever path it is named. */
export function instanceName(manifest: string): InstanceName {
  const real = Deno.realPathSync(manifest);
  const name = real.slice(real.lastIndexOf("/") + 1).replaceAll(/[^A-Za-z0-9._-]/g, "_");
  return { manifest: real, key: `${name.slice(0, 40)}-${hashText(real)}` };
}

/** A running runner. */
export interface RunnerIdentity {
  readonly pid: number;
  readonly startTime: number;
}

/** This process. */
export function ownIdentity(): RunnerIdentity {
  return { pid: Deno.pid, startTime: readStat(Deno.pid)?.startTime ?? 0 };
}

/** The PID namespace we are in: a pid means nothing outside of it. */
export function pidNamespace(): string {
  const link = Deno.readLinkSync("/proc/self/ns/pid");
  return link.replaceAll(/\D/g, "");
}

/** What the marks of all runs of this instance begin with, `RUNNER_MARK=` included. */
export function markBeginning(name: InstanceName): string {
  return `${MARK_NAME}=${name.key}@${Deno.uid() ?? 0}:${pidNamespace()}:`;
}

/** Makes the mark of each run: who started it, which process, which run. */
export function markMaker(
  name: InstanceName,
): (id: string, run: number) => Readonly<Record<string, string>> {
  const { pid, startTime } = ownIdentity();
  const beginning = markBeginning(name).slice(MARK_NAME.length + 1);
  return (id, run) => ({ [MARK_NAME]: `${beginning}${pid}:${startTime}/${id}/${run}` });
}

/** A mark without its beginning. */
export interface Mark {
  readonly runner: RunnerIdentity;
  readonly id: string;
}

/** Reads the rest of a mark, after `markBeginning`; null when it is none of ours. */
export function parseMark(rest: string): Mark | null {
  const found = /^(\d+):(\d+)\/(.+)\/\d+$/.exec(rest);
  const [, pid, startTime, id] = found ?? [];
  if (pid === undefined || startTime === undefined || id === undefined) return null;
  return { runner: { pid: Number(pid), startTime: Number(startTime) }, id };
}
