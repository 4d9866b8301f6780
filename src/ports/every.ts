// A deed done again and again by the clock.
import type { Millis } from "../manifest/plan.ts";
import type { Clock } from "./clock.ts";

/** Calls `act` each time so long has passed, until disposed. */
export function every(
  clock: Pick<Clock, "now" | "wakeAt">,
  wait: Millis,
  act: () => void,
): Disposable {
  let timer: Disposable;
  const arm = () => {
    timer = clock.wakeAt(clock.now().mono + wait, () => {
      // Before it is done: what it does may end it.
      arm();
      act();
    });
  };
  arm();
  return { [Symbol.dispose]: () => timer[Symbol.dispose]() };
}
