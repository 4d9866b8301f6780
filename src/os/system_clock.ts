// The system's clocks, timers and dice.
import type { Clock, Instant } from "../ports/clock.ts";

/** The longest a timer can wait; a later time is reached in steps. */
const LONGEST = 2 ** 31 - 1;

/** The real clock. A waiting timer keeps the process alive. */
export function systemClock(): Clock {
  return { now, wakeAt, random: () => Math.random() };
}

function now(): Instant {
  return { mono: performance.now(), wall: Date.now() };
}

function wakeAt(at: number, wake: () => void): Disposable {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const wait = () => {
    const left = at - performance.now();
    // A timer counts in whole milliseconds and may be early by a part of one.
    timer = setTimeout(
      left > LONGEST ? wait : fire,
      Math.min(Math.max(Math.ceil(left), 0), LONGEST),
    );
  };
  const fire = () => {
    if (performance.now() < at) return wait();
    timer = null;
    wake();
  };
  wait();
  return {
    [Symbol.dispose]: () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
