// Signals sent to the runner itself, as a stream of names. None of them ends it unasked.
import { libc } from "./libc.ts";

/** The signals that mean something to the runner. A listener costs 0.1 ms at start, so the others have none. */
const LISTENED = [
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGUSR1",
  "SIGUSR2",
  "SIGTERM",
  "SIGCHLD",
] as const satisfies readonly Deno.Signal[];

/** Name of a signal that can arrive. */
export type HostSignal = (typeof LISTENED)[number];

/**
 * Everything else that would end or stop us, by number, the same on x64 and arm64. Not among them: KILL and STOP,
 * which cannot be caught. ILL, TRAP, BUS, FPE and SEGV sent by somebody mean nothing; for a fault of our own the
 * kernel ends us by them all the same.
 */
const IGNORED = {
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  SEGV: 11,
  PIPE: 13,
  ALRM: 14,
  STKFLT: 16,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  IO: 29,
  PWR: 30,
  SYS: 31,
} as const;

const SIG_IGN = 1n;
const SIG_SETMASK = 2;
/** Bytes of sigset_t. */
const SIGSET_SIZE = 128;
/** 32 and 33 are the C library's own. */
const FIRST_REALTIME = 34;
const LAST_REALTIME = 64;

/**
 * Calls back with each signal, until disposed. Listening does not keep the process alive. All other signals are
 * ignored from here on; children start with default dispositions all the same.
 */
export function listenToSignals(onSignal: (name: HostSignal) => void): Disposable {
  const listeners = LISTENED.map((name) => ({ name, listener: () => onSignal(name) }));
  for (const { name, listener } of listeners) Deno.addSignalListener(name, listener);
  for (const signal of Object.values(IGNORED)) libc().signal(signal, SIG_IGN);
  for (let signal = FIRST_REALTIME; signal <= LAST_REALTIME; signal++) {
    libc().signal(signal, SIG_IGN);
  }
  unblockSignals();
  return {
    [Symbol.dispose]: () => {
      for (const { name, listener } of listeners) Deno.removeSignalListener(name, listener);
    },
  };
}

/**
 * What was blocked when we were started, or before a program before us became us, arrives from here on: without
 * CHLD nobody would be seen to end, without TERM nothing would end us.
 */
export function unblockSignals(): void {
  libc().pthread_sigmask(SIG_SETMASK, new Uint8Array(SIGSET_SIZE), new Uint8Array(SIGSET_SIZE));
}
