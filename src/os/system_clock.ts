// The system's clocks, timers and dice.
import type { Clock } from "../ports/clock.ts";

/** The longest a timer can wait; a later time is reached in steps. */
const LONGEST = 2 ** 31 - 1;

/**
 * The real clock. A waiting timer keeps the process alive. `ahead`: milliseconds that had passed before this program
 * was there, where it goes on with the times of another one.
 */
export function systemClock(ahead = 0): Clock {
  return {
    now: () => ({ mono: performance.now() + ahead, wall: Date.now() }),
    wakeAt: (at, wake) => wakeAt(at - ahead, wake),
    random: () => Math.random(),
  };
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
