// Ctrl-C and SIGTERM for commands that follow something: they end it instead of the program.

/** Whether the end has been asked for. */
export interface EndSignal extends Disposable {
  readonly hasCome: boolean;
}

/** Calls back at the first SIGINT, SIGTERM or SIGHUP; from the second on the signals act as usual. */
export function listenForEnd(end: () => void): EndSignal {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  let hasCome = false;
  const drop = () => signals.forEach((signal) => Deno.removeSignalListener(signal, came));
  function came(): void {
    hasCome = true;
    drop();
    end();
  }
  signals.forEach((signal) => Deno.addSignalListener(signal, came));
  return {
    get hasCome() {
      return hasCome;
    },
    [Symbol.dispose]: () => {
      if (!hasCome) drop();
    },
  };
}
