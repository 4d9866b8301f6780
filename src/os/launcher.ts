// Starts programs: posix_spawn of a launcher image that is made for each start and lives in memory only.
import { errnoOf } from "./deno_errors.ts";
import { ERRNO, errnoName } from "./errno.ts";
import { ARM64, X64 } from "./launcher_code.ts";
import { launcherImage } from "./launcher_image.ts";
import { type LaunchRequest, launchSteps } from "./launcher_steps.ts";
import { closeFd, cString, libc, makePipe, O_CLOEXEC, O_WRONLY, openFile } from "./libc.ts";
import { orErrno, type Pipe, readInto, setNonBlocking, writeOnce } from "./libc.ts";
import { shortageOf } from "./shortage.ts";

/** One start. */
export interface Launch {
  readonly request: LaunchRequest;
  /** Descriptors of ours that become 0, 1, 2 and so on; the program has no others. */
  readonly fds: readonly number[];
  /** A session of its own; false: it stays in ours, with our terminal. */
  readonly ownSession: boolean;
}

/** A process that runs the launcher; whether it became its program shows when it ends. */
export type Launched =
  | { readonly kind: "launched"; readonly pid: number; readonly faults: readonly string[] }
  | { readonly kind: "failed"; readonly reason: string; readonly isShortage?: true };

const MFD_CLOEXEC = 1;
const MFD_EXEC = 16;
const SPAWN_SETSIGDEF = 4;
const SPAWN_SETSIGMASK = 8;
const SPAWN_SETSID = 0x80;
/** Larger than the C library's structures on both processors (336 and 80 bytes). */
const STRUCT_SIZE = 512;
const STATUS_RECORD = 16;
const O_CREAT = 0o100;
const O_TRUNC = 0o1000;
const F_DUPFD_CLOEXEC = 1030;
const REFUSALS: readonly number[] = [ERRNO.EACCES, ERRNO.EPERM, ERRNO.ENOENT, ERRNO.ENOSYS];

/** Exit code of a launcher that could not do a step; a program may use it too. */
export const LAUNCH_FAILED = 127;

/** Makes launchers, and hears from those that fail. */
export class Launcher {
  readonly #status: Pipe;
  readonly #sessionAttributes = spawnAttributes(SPAWN_SETSID);
  readonly #plainAttributes = spawnAttributes(0);
  readonly #actions = new Uint8Array(STRUCT_SIZE);
  readonly #nothing = new Uint8Array(8);
  /** Set once the system has refused to run a program that is in memory only. */
  #folder: string | null = null;

  /** `status`: the pipe of a launcher of the program before us, which its children may still write to. */
  constructor(status: Pipe | null = null) {
    closeInheritedOnExec();
    this.#status = status ?? newStatus();
  }

  /** The pipe by which launchers tell that they have failed. */
  get status(): Pipe {
    return this.#status;
  }

  /** Starts one. Synchronous: it has its own session and descriptors when this returns. */
  launch(launch: Launch): Launched {
    const { cgroup } = launch.request;
    const first = this.#attempt(launch);
    if (typeof first === "object") return first;
    if (!canEnter(cgroup)) return failed(`couldn't enter cgroup ${cgroup}`, first);
    if (this.#folder !== null || !REFUSALS.includes(-first)) return failed("couldn't fork", first);
    // Not allowed to run what is in memory, or no /proc to name it by: it must be a file, then.
    const folder = makeFolder();
    if (folder === null) return failed("couldn't make a launcher", first);
    this.#folder = folder;
    const second = this.#attempt(launch);
    return typeof second === "object" ? second : failed("couldn't fork", second);
  }

  /** The process, or the negative error number. */
  #attempt(launch: Launch): Launched | number {
    const own = { uid: Deno.uid() ?? 0, gid: Deno.gid() ?? 0 };
    const kept = launch.fds.length;
    const steps = launchSteps(launch.request, { arch: Deno.build.arch, own, kept });
    const program = this.#folder === null ? openInMemory(kept) : openInFolder(this.#folder);
    if (program.fd < 0) return program.fd;
    const taken = [...launch.fds, ...launch.fds.keys(), program.fd, this.#status.writer];
    const [statusFd = -1, ...fileFds] = freeNumbers(1 + steps.files.length, taken);
    const built = steps.build(fileFds, statusFd);
    const code = Deno.build.arch === "x86_64" ? X64 : ARM64;
    const image = launcherImage(built, { code, statusFd });
    const written = writeOnce(program.fd, image);
    const isWhole = written === image.length;
    if (program.mustClose || !isWhole) closeFd(program.fd);
    if (!isWhole) return written < 0 ? written : -ERRNO.ENOSPC;
    this.#fileActions(launch.fds, { statusFd, fileFds, files: steps.files });
    const pid = this.#spawn(program.path, launch.ownSession);
    if (!program.mustClose) closeFd(program.fd);
    if (pid < 0) return pid;
    return { kind: "launched", pid, faults: built.map((step) => step.fault ?? "") };
  }

  /** Which launchers have failed since the last call: step and error number by pid. */
  failures(): Map<number, { readonly step: number; readonly errno: number }> {
    const found = new Map<number, { step: number; errno: number }>();
    const records = new Uint8Array(STATUS_RECORD * 256);
    for (;;) {
      const count = readInto(this.#status.reader, records);
      if (count <= 0) return found;
      const view = new DataView(records.buffer);
      for (let at = 0; at + STATUS_RECORD <= count; at += STATUS_RECORD) {
        const step = view.getUint32(at + 8, true);
        found.set(view.getUint32(at, true), { step, errno: view.getUint32(at + 4, true) });
      }
    }
  }

  [Symbol.dispose](): void {
    closeFd(this.#status.reader);
    closeFd(this.#status.writer);
    if (this.#folder !== null) Deno.removeSync(this.#folder, { recursive: true });
  }

  /** Pid, or the negative error number. */
  #spawn(path: string, ownSession: boolean): number {
    const pid = new Int32Array(1);
    const file = cString(path);
    const attributes = ownSession ? this.#sessionAttributes : this.#plainAttributes;
    const nothing = this.#nothing;
    const result = libc().posix_spawn(pid, file, this.#actions, attributes, nothing, nothing);
    libc().posix_spawn_file_actions_destroy(this.#actions);
    return result === 0 ? pid[0] ?? -1 : -result;
  }

  /** Dup before open: a number that is given away may still be the source of a dup. */
  #fileActions(
    fds: readonly number[],
    extra: { statusFd: number; fileFds: readonly number[]; files: readonly string[] },
  ): void {
    const actions = this.#actions;
    libc().posix_spawn_file_actions_init(actions);
    // First: its own number may be one of the program's.
    libc().posix_spawn_file_actions_adddup2(actions, this.#status.writer, extra.statusFd);
    fds.forEach((fd, target) => {
      if (fd !== target) libc().posix_spawn_file_actions_adddup2(actions, fd, target);
    });
    extra.files.forEach((path, index) => {
      const fd = extra.fileFds[index] ?? -1;
      libc().posix_spawn_file_actions_addopen(actions, fd, cString(path), O_WRONLY, 0);
    });
  }
}

function newStatus(): Pipe {
  const status = makePipe();
  if (typeof status === "number") {
    throw new Error(`Cannot make a pipe: ${errnoName(-status)}`);
  }
  setNonBlocking(status.reader);
  setNonBlocking(status.writer);
  return status;
}

/** Numbers for descriptors of the launcher, none of which is in use for the start itself. */
function freeNumbers(count: number, taken: readonly number[]): number[] {
  const free: number[] = [];
  for (let fd = 0; free.length < count; fd++) {
    if (!taken.includes(fd)) free.push(fd);
  }
  return free;
}

function failed(what: string, result: number): Launched {
  const reason = `${what}: ${errnoName(-result)}`;
  return { kind: "failed", reason, ...shortageOf(-result) };
}

/** A folder for launchers that are files; null where none can be made. */
function makeFolder(): string | null {
  try {
    return Deno.makeTempDirSync({ prefix: "runner-launcher-" });
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return null;
  }
}

/**
 * Descriptors we were started with, and Deno's copies of 0 to 2, are not close-on-exec. Launchers see to that, but
 * only kernels from 5.11 on let them.
 */
function closeInheritedOnExec(): void {
  const F_SETFD = 2;
  const FD_CLOEXEC = 1n;
  for (const entry of Deno.readDirSync("/proc/self/fd")) {
    if (Number(entry.name) > 2) libc().fcntl(Number(entry.name), F_SETFD, FD_CLOEXEC);
  }
}

function canEnter(cgroup: string | null): boolean {
  if (cgroup === null) return true;
  const fd = openFile(`${cgroup}/cgroup.procs`, O_WRONLY);
  if (fd >= 0) closeFd(fd);
  return fd >= 0;
}

function spawnAttributes(flags: number): Uint8Array<ArrayBuffer> {
  const attributes = new Uint8Array(STRUCT_SIZE);
  const signalSet = 128;
  libc().posix_spawnattr_init(attributes);
  libc().posix_spawnattr_setflags(attributes, SPAWN_SETSIGDEF | SPAWN_SETSIGMASK | flags);
  libc().posix_spawnattr_setsigdefault(attributes, new Uint8Array(signalSet).fill(0xff));
  libc().posix_spawnattr_setsigmask(attributes, new Uint8Array(signalSet));
  return attributes;
}

/** A place for an image: the open file, and the path it can be run by. */
interface ImageFile {
  /** The negative error number when it could not be made. */
  readonly fd: number;
  readonly path: string;
  /** A file on disk cannot be run while it is open for writing. */
  readonly mustClose: boolean;
}

/** Older kernels do not know MFD_EXEC, newer ones may insist on it. The number is `least` or more. */
function openInMemory(least: number): ImageFile {
  const name = cString("runner");
  let fd = orErrno(libc().memfd_create(name, MFD_CLOEXEC | MFD_EXEC));
  if (fd === -ERRNO.EINVAL) fd = orErrno(libc().memfd_create(name, MFD_CLOEXEC));
  if (fd >= 0 && fd < least) {
    const low = fd;
    fd = orErrno(libc().fcntl(low, F_DUPFD_CLOEXEC, BigInt(least)));
    closeFd(low);
  }
  return { fd, path: `/proc/self/fd/${fd}`, mustClose: false };
}

function openInFolder(folder: string): ImageFile {
  const path = `${folder}/launcher`;
  const mode = 0o700;
  const fd = orErrno(libc().open(cString(path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
  return { fd, path, mustClose: true };
}
