// How this process becomes the init of one command: it makes the program in memory and executes it in its own place.
import { SIGNAL } from "../base/signals.ts";
import { decodeBytes } from "./byte_text.ts";
import { ERRNO } from "./errno.ts";
import { CONFIG_AT, configBytes, type InitPlan, LARGEST_CONFIG } from "./exec_config.ts";
import { EXEC_IMAGES } from "./exec_images.ts";
import { openLibrary } from "./foreign.ts";

/** Only what is needed: every function takes time to be found. */
const SYMBOLS = {
  __errno_location: { parameters: [], result: "pointer" },
  memfd_create: { parameters: ["buffer", "u32"], result: "i32" },
  open: { parameters: ["buffer", "i32"], result: "i32" },
  pthread_sigmask: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  pwrite: { parameters: ["i32", "buffer", "usize", "i64"], result: "i32" },
  syscall: { parameters: ["i64", "i64", "buffer", "buffer", "buffer", "i64"], result: "i32" },
} as const;

type Functions = Deno.StaticForeignLibraryInterface<typeof SYMBOLS>;

const SIG_SETMASK = 2;
/** glibc's sigset_t; the kernel's is its first 8 bytes. */
const SIGSET_SIZE = 128;
const MFD_CLOEXEC = 1;
const MFD_EXEC = 16;
const O_CLOEXEC = 0o2000000;
const AT_EMPTY_PATH = 0x1000n;
const EXECVEAT = Deno.build.arch === "x86_64" ? 322n : 281n;
const PIPE = 13;
/** Place of the size of what the program is told, in the third program header. */
const CONFIG_SIZE_AT = 64 + 2 * 56 + 32;

/** What this process was started with, byte for byte. */
export interface Inheritance {
  /** Each ends with a zero. */
  readonly argv: readonly Uint8Array[];
  readonly environment: readonly Uint8Array[];
}

/** Blocks every signal until the init takes them over. To be called first of all. */
export function holdSignals(): { readonly functions: Functions; readonly mask: bigint } {
  const functions = openLibrary("libc.so.6", SYMBOLS);
  const before = new Uint8Array(SIGSET_SIZE);
  functions.pthread_sigmask(SIG_SETMASK, new Uint8Array(SIGSET_SIZE).fill(0xff), before);
  return { functions, mask: new DataView(before.buffer).getBigInt64(0, true) };
}

/** Deno's own view of them has room for UTF-8 only. */
export function readInheritance(): Inheritance {
  return {
    argv: pieces(Deno.readFileSync("/proc/self/cmdline")),
    environment: pieces(Deno.readFileSync("/proc/self/environ")),
  };
}

/** A variable by its name; of several with one name the first. */
export function variable(environment: readonly Uint8Array[], name: string): string | undefined {
  const start = new TextEncoder().encode(`${name}=`);
  const entry = environment.find((one) => start.every((byte, at) => one[at] === byte));
  return entry === undefined ? undefined : decodeBytes(entry.subarray(start.length, -1));
}

/** Signals that are ignored; PIPE is by our own runtime, so that nothing is known of what it was before. */
export function ignoredSignals(): number[] {
  const status = new TextDecoder().decode(Deno.readFileSync("/proc/thread-self/status"));
  const mask = BigInt(`0x${/^SigIgn:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
  const signals = Array.from({ length: 64 }, (_, index) => index + 1);
  return signals.filter((signal) => (mask >> BigInt(signal - 1) & 1n) === 1n);
}

/** Of the signals that are ignored now those that a child shall ignore, when it is to find things as we did. */
export function inheritedIgnored(now: readonly number[]): number[] {
  return now.filter((signal) => signal !== PIPE && signal !== SIGNAL.KILL);
}

/** Becomes the init. Returns only when that is refused, with the error number. */
export function becomeInit(
  plan: InitPlan,
  { functions, inheritance }: { readonly functions: Functions; readonly inheritance: Inheritance },
): number {
  const image = initImage(plan);
  if (image === null) return ERRNO.E2BIG;
  const argv = pointers(inheritance.argv);
  const environment = pointers(inheritance.environment);
  const execute = (fd: number) => {
    functions.syscall(EXECVEAT, BigInt(fd), new Uint8Array(1), argv, environment, AT_EMPTY_PATH);
    return errno(functions);
  };
  const memory = openInMemory(functions, image);
  const refused = memory < 0 ? -memory : execute(memory);
  // Not allowed to run what is in memory: it must be a file, then.
  const file = openInFolder(functions, image);
  return file === null ? refused : execute(file);
}

/** The program, and what it is told. */
interface Image {
  readonly program: Uint8Array<ArrayBuffer>;
  /** From CONFIG_AT on. */
  readonly config: Uint8Array<ArrayBuffer>;
}

/** Null when there is too much to be told. */
export function initImage(plan: InitPlan, arch = Deno.build.arch): Image | null {
  const program = Uint8Array.fromBase64(EXEC_IMAGES[arch]);
  const config = configBytes(plan);
  if (config.length > LARGEST_CONFIG) return null;
  new DataView(program.buffer).setUint32(CONFIG_SIZE_AT, config.length, true);
  return { program, config };
}

/** The descriptor, or the negative error number. Older kernels do not know MFD_EXEC, newer ones may insist on it. */
function openInMemory(functions: Functions, { program, config }: Image): number {
  const name = new TextEncoder().encode("runner-exec\0");
  let fd = functions.memfd_create(name, MFD_CLOEXEC | MFD_EXEC);
  if (fd < 0 && errno(functions) === ERRNO.EINVAL) fd = functions.memfd_create(name, MFD_CLOEXEC);
  if (fd < 0) return -errno(functions);
  // Between the two there is nothing, and no memory for it.
  const written = functions.pwrite(fd, program, BigInt(program.length), 0n) +
    functions.pwrite(fd, config, BigInt(config.length), BigInt(CONFIG_AT));
  return written === program.length + config.length ? fd : -ERRNO.ENOSPC;
}

/** Null where no file can be made. */
function openInFolder(functions: Functions, { program, config }: Image): number | null {
  try {
    const path = Deno.makeTempFileSync({ prefix: "runner-exec-" });
    const whole = new Uint8Array(CONFIG_AT + config.length);
    whole.set(program);
    whole.set(config, CONFIG_AT);
    Deno.writeFileSync(path, whole);
    Deno.chmodSync(path, 0o700);
    const fd = functions.open(new TextEncoder().encode(`${path}\0`), O_CLOEXEC);
    Deno.removeSync(path);
    return fd < 0 ? null : fd;
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    return null;
  }
}

function errno(functions: Functions): number {
  const place = functions.__errno_location();
  return place === null ? 0 : new Deno.UnsafePointerView(place).getInt32(0);
}

/** An array of pointers with NULL at its end. */
function pointers(strings: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const array = new BigUint64Array(strings.length + 1);
  const all = new Uint8Array(strings.reduce((sum, one) => sum + one.length, 1));
  const base = Deno.UnsafePointer.value(Deno.UnsafePointer.of(all));
  let at = 0;
  strings.forEach((one, index) => {
    all.set(one, at);
    array[index] = base + BigInt(at);
    at += one.length;
  });
  KEPT.push(all);
  return new Uint8Array(array.buffer);
}

/** What pointers point to must not be collected. */
const KEPT: Uint8Array[] = [];

function pieces(bytes: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(0, start);
    const next = end < 0 ? bytes.length : end + 1;
    found.push(bytes.subarray(start, next));
    start = next;
  }
  return found;
}
