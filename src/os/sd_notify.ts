// Speaks to the service manager that started us: datagrams to the socket that NOTIFY_SOCKET names.
import { encodeText } from "./byte_text.ts";
import { ERRNO } from "./errno.ts";
import { lazyLibrary } from "./foreign.ts";
import { closeFd, orErrno } from "./libc.ts";
import { unixAddress } from "./socket_address.ts";

/** A line to the service manager. */
export interface ServiceManager extends Disposable {
  /** Microseconds within which it wants to hear WATCHDOG=1 each time; null: it does not. */
  readonly watchdog: number | null;
  /** Sends assignments together. False: it has no room now, say it again later. */
  say(lines: readonly string[]): boolean;
}

const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;
const MSG_DONTWAIT_NOSIGNAL = 0x40 | 0x4000;
const CLOCK_MONOTONIC = 1;

const SYMBOLS = {
  clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
  sendto: {
    parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"],
    result: "isize",
  },
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
} as const;

const calls = lazyLibrary("libc.so.6", SYMBOLS);

/** The service manager that waits to hear from us; null: there is none, or it is of a kind we cannot reach. */
export function serviceManager(
  env: Readonly<Record<string, string>>,
  pid: number,
): ServiceManager | null {
  const address = notifyAddress(env["NOTIFY_SOCKET"] ?? "");
  if (address === null) return null;
  const fd = orErrno(calls().socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0));
  if (fd < 0) return null;
  return {
    watchdog: watchdogMicros(env, pid),
    say: (lines) => {
      const bytes = Uint8Array.from(encodeText(lines.join("\n")));
      const size = BigInt(bytes.length);
      const flags = MSG_DONTWAIT_NOSIGNAL;
      const sent = calls().sendto(fd, bytes, size, flags, address, address.length);
      // Whatever else is wrong will not be better later: a manager that is gone needs no news.
      return orErrno(Number(sent)) !== -ERRNO.EAGAIN;
    },
    [Symbol.dispose]: () => closeFd(fd),
  };
}

/** sockaddr_un of `/path` or `@abstract`; null for anything else. */
export function notifyAddress(socket: string): Uint8Array<ArrayBuffer> | null {
  if (socket.startsWith("/")) return unixAddress(socket);
  if (!socket.startsWith("@") || socket.length === 1) return null;
  const address = unixAddress(socket);
  if (address === null) return null;
  // An abstract name begins with NUL and has none at its end: each byte of the length counts.
  const name = address.slice(0, -1);
  name[2] = 0;
  return name;
}

/** WATCHDOG_USEC, when it is meant for this process. */
export function watchdogMicros(
  env: Readonly<Record<string, string>>,
  pid: number,
): number | null {
  const whose = env["WATCHDOG_PID"];
  if (whose !== undefined && whose !== String(pid)) return null;
  const micros = Number(env["WATCHDOG_USEC"] ?? "");
  return Number.isSafeInteger(micros) && micros > 0 ? micros : null;
}

/** Microseconds of CLOCK_MONOTONIC. */
export function monotonicMicros(): bigint {
  const time = new BigInt64Array(2);
  calls().clock_gettime(CLOCK_MONOTONIC, time);
  return (time[0] ?? 0n) * 1_000_000n + (time[1] ?? 0n) / 1000n;
}
