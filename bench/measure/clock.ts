// The kernel's monotonic clock, the one the fixtures read, and waiting by it.

const CLOCK_REALTIME = 0;
const CLOCK_MONOTONIC = 1;

let gettime: ((clock: number, into: Uint8Array<ArrayBuffer>) => number) | undefined;

/** Gives the time of CLOCK_MONOTONIC; Deno's own `performance.now` counts from its start instead. */
export function monotonicMs(): number {
  return readClock(CLOCK_MONOTONIC);
}

/** Gives what is to be added to a wall clock time to have a monotonic one. */
export function wallToMonotonicMs(): number {
  return readClock(CLOCK_MONOTONIC) - readClock(CLOCK_REALTIME);
}

export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export interface Patience {
  /** What is waited for, for the message. */
  readonly what: string;
  readonly withinMs: number;
  /** How often to look; each look costs the machine that is measured. */
  readonly everyMs: number;
}

/** Looks until the answer is something other than undefined or false, or throws. */
export async function waitFor<T>(look: () => T | undefined | false, patience: Patience) {
  const deadline = monotonicMs() + patience.withinMs;
  while (true) {
    const answer = look();
    if (answer !== undefined && answer !== false) return answer;
    if (monotonicMs() > deadline) {
      throw new Error(`Waited ${patience.withinMs} ms in vain for ${patience.what}`);
    }
    await delay(patience.everyMs);
  }
}

function readClock(clock: number): number {
  gettime ??= Deno.dlopen("libc.so.6", {
    clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
  }).symbols.clock_gettime;
  const timespec = new BigInt64Array(2);
  gettime(clock, new Uint8Array(timespec.buffer));
  const [seconds, nanos] = timespec;
  return Number(seconds) * 1e3 + Number(nanos) / 1e6;
}
