// The runners that run now, found by the records they leave: for client commands, which start often and must be quick.
import { type InstanceRecord, readRecord } from "./instance_record.ts";
import { errnoOf } from "./deno_errors.ts";
import { parseStat } from "./proc_fs.ts";

/** A running runner and whose it is. */
export interface RunningInstance extends InstanceRecord {
  readonly uid: number;
}

/**
 * The instances of this user. All folders are looked into that this user's runners may have used: one started by
 * a login session is found by cron, too, which has no XDG_RUNTIME_DIR.
 */
export function ownInstances(): readonly RunningInstance[] {
  const uid = Deno.uid() ?? 0;
  const chosen = Deno.env.get("RUNNER_RUNTIME_DIR") ?? "";
  if (chosen !== "") return instancesIn([chosen], uid);
  const session = Deno.env.get("XDG_RUNTIME_DIR") ?? "";
  const sessions = session === "" ? [] : [`${session}/runner`];
  return instancesIn([...sessions, ...usualFolders(uid)], uid);
}

/** The instances of other users, as far as this one may see them: root sees all. */
export function othersInstances(): readonly RunningInstance[] {
  if ((Deno.env.get("RUNNER_RUNTIME_DIR") ?? "") !== "") return [];
  const own = Deno.uid() ?? 0;
  const uids = new Set(["/run", "/run/user", "/tmp", "/dev/shm"].flatMap(uidsIn));
  uids.add(0).delete(own);
  return [...uids].flatMap((uid) => instancesIn(usualFolders(uid), uid));
}

function usualFolders(uid: number): readonly string[] {
  const first = uid === 0 ? "/run/runner" : `/run/user/${uid}/runner`;
  return [first, `/run/runner-${uid}`, `/tmp/runner-${uid}`, `/dev/shm/runner-${uid}`];
}

function uidsIn(folder: string): readonly number[] {
  return namesIn(folder).flatMap((name) => {
    const uid = /^(?:runner-)?(\d+)$/.exec(name)?.[1];
    return uid === undefined ? [] : [Number(uid)];
  });
}

function instancesIn(folders: readonly string[], uid: number): readonly RunningInstance[] {
  const found = [...new Set(folders)].filter((folder) => isOwnedBy(folder, uid)).flatMap((folder) =>
    namesIn(folder).filter((name) => name.endsWith(".lock"))
      .flatMap((name) => readRecord(`${folder}/${name}`) ?? [])
  );
  const running = found.filter(isRunning).map((record) => ({ ...record, uid }));
  return running.sort((a, b) => a.manifest < b.manifest ? -1 : 1);
}

/** In a folder of somebody else anything may be said. */
function isOwnedBy(folder: string, uid: number): boolean {
  try {
    const found = Deno.lstatSync(folder);
    return found.isDirectory && found.uid === uid;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Whether this very process, and not a later one with its number, is there and no zombie. */
export function isRunning({ pid, startTime }: Pick<InstanceRecord, "pid" | "startTime">): boolean {
  try {
    const stat = parseStat(Deno.readFileSync(`/proc/${pid}/stat`));
    return stat !== null && stat.startTime === startTime && !stat.isZombie;
  } catch (error) {
    // It may end while it is being read.
    if (isMissing(error) || errnoOf(error) === "ESRCH") return false;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied ||
    error instanceof Deno.errors.NotADirectory;
}
