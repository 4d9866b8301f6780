// The memory we may have: that of the machine or, where smaller, what a cgroup above us allows.
import { type CgroupSource, ownCgroup } from "./cgroup.ts";
import { errnoOf } from "./deno_errors.ts";

export interface MemoryLimit {
  /** Bytes that `25%` is a quarter of. */
  readonly total: number;
  /** True: a cgroup sets it, such as that of a container. */
  readonly isLimited: boolean;
}

/** What holds here and now. */
export function memoryLimit(): MemoryLimit {
  const machine = Deno.systemMemoryInfo().total;
  const limit = cgroupLimit({
    mounts: textOf("/proc/self/mountinfo") ?? "",
    memberships: textOf("/proc/self/cgroup") ?? "",
  });
  // Without a limit version 1 has a number there that is larger than any machine.
  return limit === null || limit >= machine
    ? { total: machine, isLimited: false }
    : { total: limit, isLimited: true };
}

/** The smallest limit of our group and those above it, in either version; null when there is none. */
export function cgroupLimit(source: CgroupSource): number | null {
  const limits = [
    ...limitsAbove(ownCgroup(source), "memory.max"),
    ...limitsAbove(ownMemoryGroup(source), "memory.limit_in_bytes"),
  ];
  return limits.length === 0 ? null : Math.min(...limits);
}

/** Of a folder and its parents. What lies above the hierarchy has no such file. */
function limitsAbove(folder: string | null, file: string): readonly number[] {
  if (folder === null || folder === "") return [];
  const limit = Number(textOf(`${folder}/${file}`)?.trim() ?? NaN);
  const above = limitsAbove(folder.slice(0, folder.lastIndexOf("/")), file);
  return limit > 0 ? [limit, ...above] : above;
}

/** The folder of the version 1 group for memory that we are in; null when there is none. */
export function ownMemoryGroup({ mounts, memberships }: CgroupSource): string | null {
  const path = /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(\/.*)$/m.exec(memberships)?.[1];
  if (path === undefined) return null;
  for (const line of mounts.split("\n")) {
    const [fields = "", type = ""] = line.split(" - ");
    const [, , , root, place] = fields.split(" ");
    const isMemory = type.startsWith("cgroup ") && /[ ,]memory(,|$)/.test(type);
    if (!isMemory || root === undefined || place === undefined) continue;
    // In a container the mount is the group itself, though the path is that on the machine.
    const rest = root !== "/" && path.startsWith(root) ? path.slice(root.length) : path;
    return rest === "/" || rest === "" ? place : `${place}${rest}`;
  }
  return null;
}

function textOf(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return null;
  }
}
