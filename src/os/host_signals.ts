// Signals sent to the runner itself, as a stream of names. None of them ends it unasked.
import { libc } from "./libc.ts";

/**
 * Every signal that can be listened to and would end or stop us otherwise, or is worth to know.
 * Not among them: KILL and STOP, which cannot be caught.
 */
const LISTENED = [
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGABRT",
  "SIGUSR1",
  "SIGUSR2",
  "SIGPIPE",
  "SIGALRM",
  "SIGTERM",
  "SIGCHLD",
  "SIGCONT",
  "SIGTSTP",
  "SIGTTIN",
  "SIGTTOU",
  "SIGURG",
  "SIGXCPU",
  "SIGXFSZ",
  "SIGVTALRM",
  "SIGPROF",
  "SIGWINCH",
  "SIGIO",
  "SIGPWR",
  "SIGSYS",
] as const satisfies readonly Deno.Signal[];

/** Name of a signal that can arrive. */
export type HostSignal = (typeof LISTENED)[number];

const SIG_IGN = 1n;
/** The longest a timer can wait: 24 days. */
const LONGEST_WAIT = 2 ** 31 - 1;
/**
 * ILL, TRAP, BUS, FPE, SEGV: sent by somebody they mean nothing; the kernel ends us by them all the same when the
 * fault is our own. The runtime's handler for SEGV has ended a PID 1 on which other signals rained. And STKFLT.
 */
const NOT_LISTENED = [4, 5, 7, 8, 11, 16];
/** 32 and 33 are the C library's own. */
const FIRST_REALTIME = 34;
const LAST_REALTIME = 64;

/**
 * Calls back with each signal, until disposed, and keeps the process alive as long, which a listener alone does
 * not. Signals that cannot be listened to and would end us are ignored from here on; children start with default
 * dispositions all the same.
 */
export function listenToSignals(onSignal: (name: HostSignal) => void): Disposable {
  const listeners = LISTENED.map((name) => ({ name, listener: () => onSignal(name) }));
  for (const { name, listener } of listeners) Deno.addSignalListener(name, listener);
  for (const signal of NOT_LISTENED) libc().signal(signal, SIG_IGN);
  for (let signal = FIRST_REALTIME; signal <= LAST_REALTIME; signal++) {
    libc().signal(signal, SIG_IGN);
  }
  const stay = setInterval(() => {}, LONGEST_WAIT);
  return {
    [Symbol.dispose]: () => {
      clearInterval(stay);
      for (const { name, listener } of listeners) Deno.removeSignalListener(name, listener);
    },
  };
}
