// One runner per manifest: a lock that ends with the process, and a list of those that run.
import { EXIT, RunnerError } from "../base/errors.ts";
import { ERRNO, errnoName } from "./errno.ts";
import { type InstanceName, ownIdentity } from "./instance_key.ts";
import { type InstanceRecord, readRecord, recordPath } from "./instance_record.ts";
import { closeFd, cString, libc, O_CLOEXEC, O_RDWR, orErrno } from "./libc.ts";
import { isAlive } from "./proc_fs.ts";

export type { InstanceRecord };

const LOCK_EX_NB = 2 | 4;
const O_CREAT = 0o100;

/** The lock of this process on its manifest. */
export interface InstanceLock extends Disposable {
  /** The descriptor that holds it. */
  readonly fd: number;
  /** Tells others where the control socket is. */
  announce(socket: string): void;
}

/**
 * Takes the lock, or refuses when another runner has it. `held`: the descriptor by which the program before us in this
 * process has held it, and we do still.
 */
export function lockInstance(
  name: InstanceName,
  folder: string,
  held: number | null = null,
): InstanceLock {
  const path = lockPath(folder, name.key);
  const fd = held ?? openLocked(path);
  if (fd === null) throw alreadyRunning(name, readRecord(path));
  const write = (socket: string) => {
    const record = { ...ownIdentity(), manifest: name.manifest, key: name.key, socket };
    // Renamed into a place beside the lock, so that nobody reads half of it.
    const bytes = new TextEncoder().encode(JSON.stringify(record) + "\n");
    Deno.writeFileSync(`${path}.new`, bytes, { mode: 0o600 });
    Deno.renameSync(`${path}.new`, recordPath(path));
  };
  // Who looks for a runner that has only been renewed finds the socket it had.
  if (held === null) write("");
  return {
    fd,
    announce: write,
    [Symbol.dispose]: () => {
      Deno.removeSync(recordPath(path));
      Deno.removeSync(path);
      closeFd(fd);
    },
  };
}

/** The running instance of a manifest; null when there is none. */
export function findInstance(name: InstanceName, folder: string): InstanceRecord | null {
  const record = readRecord(lockPath(folder, name.key));
  return record !== null && isAlive(record) ? record : null;
}

function lockPath(folder: string, key: string): string {
  return `${folder}/${key}.lock`;
}

/** Descriptor that holds the lock; null when another process has it. */
function openLocked(path: string): number | null {
  for (;;) {
    const fd = orErrno(libc().open(cString(path), O_RDWR | O_CREAT | O_CLOEXEC, 0o600));
    if (fd < 0) throw new RunnerError(`Cannot open "${path}": ${errnoName(-fd)}`);
    const result = orErrno(libc().flock(fd, LOCK_EX_NB));
    if (result === 0 && isStillAt(path, fd)) return fd;
    closeFd(fd);
    if (result === -ERRNO.EAGAIN) return null;
    if (result < 0) throw new RunnerError(`Cannot lock "${path}": ${errnoName(-result)}`);
  }
}

/** The one before us may have removed the file between our open and our lock. */
function isStillAt(path: string, fd: number): boolean {
  try {
    return Deno.statSync(path).ino === Deno.statSync(`/proc/self/fd/${fd}`).ino;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function alreadyRunning(name: InstanceName, record: InstanceRecord | null): RunnerError {
  const who = record === null ? "another process" : `process ${record.pid}`;
  const hint = record === null
    ? ""
    : "runner update applies changes of the manifest; runner start NAME starts one of its programs";
  return new RunnerError(`Cannot start "${name.manifest}": ${who} is running it already`, {
    hint,
    exitStatus: EXIT.notRunning,
  });
}
