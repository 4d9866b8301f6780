// Memory limits by cgroup v2, where we may make groups of our own.
import { errnoOf } from "./deno_errors.ts";

/** Where the kernel's view of groups is; other places in tests. */
export interface CgroupSource {
  /** Text of /proc/self/mountinfo. */
  readonly mounts: string;
  /** Text of /proc/self/cgroup. */
  readonly memberships: string;
}

/** Groups below ours, or why there are none. */
export type CgroupAccess =
  | { readonly kind: "available"; readonly folder: string }
  | { readonly kind: "unavailable"; readonly why: string };

/** The folder of the v2 group we are in; null when there is no v2 hierarchy. */
export function ownCgroup({ mounts, memberships }: CgroupSource): string | null {
  const path = /^0::(\/.*)$/m.exec(memberships)?.[1];
  if (path === undefined) return null;
  for (const line of mounts.split("\n")) {
    const [fields = "", type = ""] = line.split(" - ");
    const [, , , root, place] = fields.split(" ");
    if (!type.startsWith("cgroup2 ") || root === undefined || place === undefined) continue;
    // A container may see a part of the hierarchy only, mounted as if it were the whole.
    const isBelow = root !== "/" && (path === root || path.startsWith(`${root}/`));
    const rest = isBelow ? path.slice(root.length) : path;
    return rest === "/" || rest === "" ? place : `${place}${rest}`;
  }
  return null;
}

function readOwnSource(): CgroupSource {
  return {
    mounts: readOrEmpty("/proc/self/mountinfo"),
    memberships: readOrEmpty("/proc/self/cgroup"),
  };
}

/** The text, empty where there is none to be read. */
function readOrEmpty(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return "";
  }
}

/** Does a deed in the file system; null when it is done, else the system's word for why not. */
function attempt(deed: () => void): string | null {
  try {
    deed();
    return null;
  } catch (error) {
    const word = errnoOf(error);
    if (word === null) throw error;
    return word;
  }
}

/** Makes a folder; that it is there already is as good. */
function attemptFolder(path: string): string | null {
  const fault = attempt(() => Deno.mkdirSync(path));
  return fault === "EEXIST" ? null : fault;
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

/**
 * Prepares `runner-<instance>` in our group. A group with members cannot give controllers to groups in it, so we
 * move into one of our own; where others share our group that does not help, and there are no limits.
 */
export function openCgroups(instance: string, source = readOwnSource()): CgroupAccess {
  const own = ownCgroup(source);
  if (own === null) return unavailable("there is no cgroup v2 hierarchy");
  if (!words(readOrEmpty(`${own}/cgroup.controllers`)).includes("memory")) {
    return unavailable(`no memory controller in ${own}`);
  }
  const folder = `${own}/runner-${instance}`;
  const fault = attemptFolder(folder);
  if (fault !== null) return unavailable(`cannot make ${folder}: ${fault}`);
  const refusal = enableMemory(own, folder);
  if (refusal === null) return { kind: "available", folder };
  attempt(() => Deno.removeSync(folder));
  return unavailable(refusal);
}

function unavailable(why: string): CgroupAccess {
  return { kind: "unavailable", why };
}

/** Null when groups in `folder` have memory limits. */
function enableMemory(own: string, folder: string): string | null {
  if (!words(readOrEmpty(`${own}/cgroup.subtree_control`)).includes("memory")) {
    const home = `${folder}-self`;
    const fault = attemptFolder(home) ?? enter(home) ?? enableIn(own);
    if (fault !== null) {
      enter(own);
      attempt(() => Deno.removeSync(home));
      return `cannot give the memory controller to groups in ${own}: ${fault}`;
    }
  }
  const fault = enableIn(folder);
  return fault === null ? null : `cannot use the memory controller in ${folder}: ${fault}`;
}

function enableIn(folder: string): string | null {
  return attempt(() => Deno.writeTextFileSync(`${folder}/cgroup.subtree_control`, "+memory"));
}

function enter(folder: string): string | null {
  return attempt(() => Deno.writeTextFileSync(`${folder}/cgroup.procs`, String(Deno.pid)));
}

/** A group for one process of the plan; its folder is for `SpawnRequest.cgroup`. */
export function prepareProcessGroup(
  folder: string,
  options: { readonly id: string; readonly limit: number },
): { readonly kind: "ready"; readonly path: string } | {
  readonly kind: "failed";
  readonly why: string;
} {
  const path = `${folder}/${options.id.replaceAll("/", "_")}`;
  const limit = String(options.limit);
  const fault = attemptFolder(path) ??
    attempt(() => Deno.writeTextFileSync(`${path}/memory.max`, limit));
  if (fault !== null) return { kind: "failed", why: `cannot limit memory of ${path}: ${fault}` };
  // One member over the limit ends all of them, so that the program is restarted whole. Since Linux 4.19.
  attempt(() => Deno.writeTextFileSync(`${path}/memory.oom.group`, "1"));
  return { kind: "ready", path };
}

/** Removes the groups of an instance; one that still has members stays. */
export function removeCgroups(folder: string): void {
  const list = () => [...Deno.readDirSync(folder)];
  let entries: Deno.DirEntry[] = [];
  if (attempt(() => void (entries = list())) !== null) return;
  for (const entry of entries) {
    if (entry.isDirectory) attempt(() => Deno.removeSync(`${folder}/${entry.name}`));
  }
  attempt(() => Deno.removeSync(folder));
}
