// Users and groups of this machine: from the files themselves, and from the C library where they are elsewhere.
import type { UserPlan } from "../manifest/plan.ts";
import { errnoOf } from "./deno_errors.ts";
import { groupBySystem, groupsBySystem, userBySystem } from "./accounts_system.ts";
import type { PasswdEntry } from "./accounts_system.ts";

const NUMBER = /^\d+$/;
/** Sources of nsswitch.conf that hold nothing which is not in the files, or only users made at run time. */
const LOCAL_SOURCES = ["files", "compat", "systemd", "altfiles"];

/** A user by name or number, with the groups he is in; null when there is none. */
export function lookupUser(nameOrUid: string): UserPlan | null {
  const local = findUser(readText("/etc/passwd"), nameOrUid);
  const entry = local ?? userBySystem(nameOrUid);
  if (entry === null) return null;
  const isLocal = local !== null && hasLocalGroupsOnly(readText("/etc/nsswitch.conf"));
  const groups = isLocal
    ? findGroups(readText("/etc/group"), entry)
    : groupsBySystem(entry.name, entry.gid);
  return { ...entry, groups };
}

/** The number of a group by name or number; null when there is none. */
export function lookupGroup(nameOrGid: string): number | null {
  return findGroup(readText("/etc/group"), nameOrGid) ?? groupBySystem(nameOrGid);
}

/** Finds a user in the text of passwd(5). A name of digits is a number, as supervisord has it. */
export function findUser(passwd: string, nameOrUid: string): PasswdEntry | null {
  for (const line of passwd.split("\n")) {
    const [name, , uid, gid, , home, shell] = line.split(":");
    if (name === undefined || uid === undefined || gid === undefined) continue;
    const isMeant = NUMBER.test(nameOrUid) ? Number(uid) === Number(nameOrUid) : name === nameOrUid;
    if (!isMeant || !NUMBER.test(uid) || !NUMBER.test(gid)) continue;
    return { name, uid: Number(uid), gid: Number(gid), home: home ?? "/", shell: shell ?? "" };
  }
  return null;
}

/** Finds a group in the text of group(5). */
export function findGroup(group: string, nameOrGid: string): number | null {
  for (const line of group.split("\n")) {
    const [name, , gid] = line.split(":");
    if (gid === undefined || !NUMBER.test(gid)) continue;
    const isMeant = NUMBER.test(nameOrGid) ? Number(gid) === Number(nameOrGid) : name === nameOrGid;
    if (isMeant) return Number(gid);
  }
  return null;
}

/** All groups of a user, the primary one first: some systems overwrite the first one. */
export function findGroups(group: string, user: PasswdEntry): number[] {
  const found = new Set([user.gid]);
  for (const line of group.split("\n")) {
    const [, , gid, members] = line.split(":");
    if (gid === undefined || !NUMBER.test(gid)) continue;
    if (members?.split(",").includes(user.name)) found.add(Number(gid));
  }
  return [...found];
}

/** Whether nsswitch.conf names no directory service for groups. */
export function hasLocalGroupsOnly(nsswitch: string): boolean {
  const line = /^\s*group:(.*)$/m.exec(nsswitch)?.[1] ?? "";
  const sources = line.replace(/#.*/, "").replaceAll(/\[.*?\]/g, " ").split(/\s+/);
  return sources.every((source) => source === "" || LOCAL_SOURCES.includes(source));
}

function readText(path: string): string {
  try {
    return new TextDecoder().decode(Deno.readFileSync(path));
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return "";
  }
}
