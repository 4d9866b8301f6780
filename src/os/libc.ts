// The C library: every foreign function of the program, opened at the first call and never before.
import { encodeText } from "./byte_text.ts";
import { openLibrary } from "./foreign.ts";

const SYMBOLS = {
  __errno_location: { parameters: [], result: "pointer" },
  close: { parameters: ["i32"], result: "i32" },
  epoll_create1: { parameters: ["i32"], result: "i32" },
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  epoll_wait: {
    parameters: ["i32", "buffer", "i32", "i32"],
    result: "i32",
    nonblocking: true,
  },
  epoll_look: {
    name: "epoll_wait",
    parameters: ["i32", "buffer", "i32", "i32"],
    result: "i32",
  },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  fcntl: { parameters: ["i32", "i32", "i64"], result: "i32" },
  flock: { parameters: ["i32", "i32"], result: "i32" },
  getgrouplist: { parameters: ["buffer", "u32", "buffer", "buffer"], result: "i32" },
  getgrnam_r: { parameters: ["buffer", "buffer", "buffer", "usize", "buffer"], result: "i32" },
  getgrgid_r: { parameters: ["u32", "buffer", "buffer", "usize", "buffer"], result: "i32" },
  getpwnam_r: { parameters: ["buffer", "buffer", "buffer", "usize", "buffer"], result: "i32" },
  getpwuid_r: { parameters: ["u32", "buffer", "buffer", "usize", "buffer"], result: "i32" },
  ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
  kill: { parameters: ["i32", "i32"], result: "i32" },
  memfd_create: { parameters: ["buffer", "u32"], result: "i32" },
  open: { parameters: ["buffer", "i32", "u32"], result: "i32" },
  pipe2: { parameters: ["buffer", "i32"], result: "i32" },
  posix_spawn: {
    parameters: ["buffer", "buffer", "buffer", "buffer", "buffer", "buffer"],
    result: "i32",
  },
  posix_spawn_file_actions_init: { parameters: ["buffer"], result: "i32" },
  posix_spawn_file_actions_destroy: { parameters: ["buffer"], result: "i32" },
  posix_spawn_file_actions_adddup2: { parameters: ["buffer", "i32", "i32"], result: "i32" },
  posix_spawn_file_actions_addopen: {
    parameters: ["buffer", "i32", "buffer", "i32", "u32"],
    result: "i32",
  },
  posix_spawnattr_init: { parameters: ["buffer"], result: "i32" },
  posix_spawnattr_setflags: { parameters: ["buffer", "i16"], result: "i32" },
  posix_spawnattr_setsigdefault: { parameters: ["buffer", "buffer"], result: "i32" },
  posix_spawnattr_setsigmask: { parameters: ["buffer", "buffer"], result: "i32" },
  pthread_sigmask: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  prctl: { parameters: ["i32", "u64", "u64", "u64", "u64"], result: "i32" },
  prlimit64: { parameters: ["i32", "i32", "buffer", "buffer"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  signal: { parameters: ["i32", "usize"], result: "usize" },
  syscall: { parameters: ["i64", "i64", "i64", "i64", "i64"], result: "i32" },
  getdents: { name: "syscall", parameters: ["i64", "i64", "buffer", "i64"], result: "i32" },
  sysconf: { parameters: ["i32"], result: "i64" },
  usleep: { parameters: ["u32"], result: "i32", nonblocking: true },
  waitpid: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  write: { parameters: ["i32", "buffer", "usize"], result: "i32" },
} as const;

type Libc = Deno.StaticForeignLibraryInterface<typeof SYMBOLS>;

let opened: Libc | null = null;
let errnoView: Deno.UnsafePointerView | null = null;

/** The functions themselves, for the few callers that need more than is below. */
export function libc(): Libc {
  opened ??= openLibrary("libc.so.6", SYMBOLS);
  return opened;
}

/** Error number of the last call that failed. */
export function errno(): number {
  if (errnoView === null) {
    const place = libc().__errno_location();
    if (place === null) throw new Error("Cannot find errno");
    errnoView = new Deno.UnsafePointerView(place);
  }
  return errnoView.getInt32(0);
}

/** As the kernel answers: the result, or the negative error number. */
export function orErrno(result: number): number {
  return result < 0 ? -errno() : result;
}

/** A C string. Ends at the first NUL, as C would see it. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  const bytes = encodeText(text);
  const string = new Uint8Array(bytes.length + 1);
  string.set(bytes);
  return string;
}

export const O_RDONLY = 0;
export const O_WRONLY = 1;
export const O_RDWR = 2;
export const O_NONBLOCK = 0o4000;
export const O_CLOEXEC = 0o2000000;

/** Opens a file, close-on-exec; the descriptor, or the negative error number. */
export function openFile(path: string, flags: number): number {
  return orErrno(libc().open(cString(path), flags | O_CLOEXEC, 0));
}

/** Reads into the buffer; bytes read, 0 at the end, or the negative error number. */
export function readInto(fd: number, buffer: Uint8Array<ArrayBuffer>): number {
  return orErrno(libc().read(fd, buffer, BigInt(buffer.length)));
}

/** Writes once; bytes written, or the negative error number. */
export function writeOnce(fd: number, bytes: Uint8Array<ArrayBuffer>): number {
  return orErrno(libc().write(fd, bytes, BigInt(bytes.length)));
}

/** Closes a descriptor. On Linux it is closed whatever the answer is. */
export function closeFd(fd: number): void {
  libc().close(fd);
}

/** The two ends of a pipe. */
export interface Pipe {
  readonly reader: number;
  readonly writer: number;
}

/** A pipe, both ends close-on-exec and blocking, or the negative error number. */
export function makePipe(): Pipe | number {
  const ends = new Int32Array(2);
  const result = orErrno(libc().pipe2(ends, O_CLOEXEC));
  if (result < 0) return result;
  return { reader: ends[0] ?? -1, writer: ends[1] ?? -1 };
}

const F_GETFL = 3;
const F_SETFL = 4;
const F_SETPIPE_SZ = 1031;

/** Makes reads and writes on this open file answer EAGAIN instead of waiting. */
export function setNonBlocking(fd: number): void {
  const flags = libc().fcntl(fd, F_GETFL, 0n);
  libc().fcntl(fd, F_SETFL, BigInt(flags | O_NONBLOCK));
}

/** Makes reads, writes and accepts on this open file wait. */
export function setBlocking(fd: number): void {
  const flags = libc().fcntl(fd, F_GETFL, 0n);
  libc().fcntl(fd, F_SETFL, BigInt(flags & ~O_NONBLOCK));
}

/** Asks for a larger pipe; false where the user's share of pipe memory is used up. */
export function growPipe(fd: number, size: number): boolean {
  return libc().fcntl(fd, F_SETPIPE_SZ, BigInt(size)) >= 0;
}

const FIONREAD = 0x541bn;

/** Bytes that wait in a pipe. */
export function bytesWaiting(fd: number): number {
  const count = new Int32Array(1);
  return libc().ioctl(fd, FIONREAD, count) < 0 ? 0 : count[0] ?? 0;
}

/** kill(2): 0, or the negative error number. */
export function killProcess(pid: number, signal: number): number {
  return orErrno(libc().kill(pid, signal));
}

/** Size of a memory page: 4 KiB on x64; 4, 16 or 64 KiB on arm64. */
export function pageSize(): number {
  const SC_PAGESIZE = 30;
  return Number(libc().sysconf(SC_PAGESIZE));
}
