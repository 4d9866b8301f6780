// Ctrl-C, SIGTERM and the end of `--timeout` for commands that follow something: they end it instead of the program.
import type { Millis } from "../manifest/plan.ts";
import { systemClock } from "../os/system_clock.ts";

/** Whether the end has been asked for. */
export interface EndSignal extends Disposable {
  readonly hasCome: boolean;
}

/**
 * Calls back at the first SIGINT, SIGTERM or SIGHUP, or when `limit` is over, with null; from then on the signals act
 * as usual.
 */
export function listenForEnd(
  end: (signal: Deno.Signal | null) => void,
  limit: Millis | null = null,
): EndSignal {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  let hasCome = false;
  let timer: Disposable | null = null;
  const listeners = signals.map((signal) => ({ signal, came: () => came(signal) }));
  const drop = () => {
    timer?.[Symbol.dispose]();
    for (const { signal, came } of listeners) Deno.removeSignalListener(signal, came);
  };
  function came(signal: Deno.Signal | null): void {
    hasCome = true;
    drop();
    end(signal);
  }
  for (const { signal, came } of listeners) Deno.addSignalListener(signal, came);
  if (limit !== null) {
    const clock = systemClock();
    timer = clock.wakeAt(clock.now().mono + limit, () => came(null));
  }
  return {
    get hasCome() {
      return hasCome;
    },
    [Symbol.dispose]: () => {
      if (!hasCome) drop();
    },
  };
}
