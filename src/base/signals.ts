// The signals of Linux (the same on x86-64 and arm64): names, numbers, and how a manifest may write them.

const NUMBERED: readonly (readonly [string, number])[] = [
  ["HUP", 1],
  ["INT", 2],
  ["QUIT", 3],
  ["ILL", 4],
  ["TRAP", 5],
  ["ABRT", 6],
  ["BUS", 7],
  ["FPE", 8],
  ["KILL", 9],
  ["USR1", 10],
  ["SEGV", 11],
  ["USR2", 12],
  ["PIPE", 13],
  ["ALRM", 14],
  ["TERM", 15],
  ["STKFLT", 16],
  ["CHLD", 17],
  ["CONT", 18],
  ["STOP", 19],
  ["TSTP", 20],
  ["TTIN", 21],
  ["TTOU", 22],
  ["URG", 23],
  ["XCPU", 24],
  ["XFSZ", 25],
  ["VTALRM", 26],
  ["PROF", 27],
  ["WINCH", 28],
  ["IO", 29],
  ["PWR", 30],
  ["SYS", 31],
];

const SYNONYMS: readonly (readonly [string, number])[] = [["IOT", 6], ["CLD", 17], ["POLL", 29]];

// What the C library leaves to programs; the kernel's 32 and 33 are its own.
const RTMIN = 34;
const RTMAX = 64;

const BY_NAME = new Map<string, number>([
  ...NUMBERED,
  ...SYNONYMS,
  ["RTMIN", RTMIN],
  ["RTMAX", RTMAX],
]);

const BY_NUMBER = new Map<number, string>([
  ...NUMBERED.map(([name, number]): [number, string] => [number, `SIG${name}`]),
  [RTMIN, "SIGRTMIN"],
  [RTMAX, "SIGRTMAX"],
]);

/** All names without SIG, for messages and completion. */
export const SIGNAL_NAMES: readonly string[] = [...BY_NAME.keys()];

/** Numbers of the signals the code itself speaks of. */
export const SIGNAL = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  KILL: 9,
  USR1: 10,
  USR2: 12,
  TERM: 15,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
} as const;

/** `SIGTERM` for 15, `SIGRTMIN+3` for 37, `signal 99` for what has no name. */
export function signalName(number: number): string {
  const name = BY_NUMBER.get(number);
  if (name !== undefined) return name;
  if (number > RTMIN && number < RTMAX) return `SIGRTMIN+${number - RTMIN}`;
  return `signal ${number}`;
}

/** The number of a signal, by the rules of supervisord's `stopsignal`; null when it is none. 0 is let through. */
export function parseSignal(text: string): number | null {
  const trimmed = text.trim();
  if (/^[+-]?\d+(?:_\d+)*$/.test(trimmed)) {
    const number = Number(trimmed.replaceAll("_", ""));
    return number === 0 || BY_NUMBER.has(number) ? number : null;
  }
  return BY_NAME.get(bareName(trimmed)) ?? null;
}

/** As `parseSignal`, and real-time signals by `RTMIN+3`, `RTMAX-1` or number, but not 0. */
export function parseAnySignal(text: string): number | null {
  const named = parseSignal(text);
  if (named !== null) return named === 0 ? null : named;
  const trimmed = text.trim();
  const relative = /^(RTMIN\+|RTMAX-)(\d{1,2})$/.exec(bareName(trimmed));
  const number = relative === null
    ? (/^\d{1,2}$/.test(trimmed) ? Number(trimmed) : NaN)
    : relative[1] === "RTMIN+"
    ? RTMIN + Number(relative[2])
    : RTMAX - Number(relative[2]);
  return number >= RTMIN && number <= RTMAX ? number : null;
}

function bareName(text: string): string {
  const upper = text.toUpperCase();
  return upper.startsWith("SIG") ? upper.slice(3) : upper;
}
