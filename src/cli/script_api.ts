// The global `runner` of a script: what it tells whoever supervises it, in the words of systemd.
import type { ServiceManager } from "../os/sd_notify.ts";

type StopSignal = "SIGTERM" | "SIGINT";

/** What a script can say and ask; described for its author in src/types/script.d.ts. */
export interface ScriptApi {
  ready(): void;
  heartbeat(): void;
  jobDone(): void;
  metric(name: string, value: number): void;
  readonly stopping: Promise<StopSignal>;
}

/** The global for a script that `service` listens to; null: nobody does. */
export function scriptApi(service: Pick<ServiceManager, "say"> | null): ScriptApi {
  let isReady = false;
  let stopping: Promise<StopSignal> | null = null;
  const say = (line: string) => void service?.say([line]);
  return Object.freeze({
    ready() {
      if (!isReady) say("READY=1");
      isReady = true;
    },
    heartbeat: () => say("WATCHDOG=1"),
    jobDone: () => say("X_RUNNER_JOB=1"),
    metric: (name: string, value: number) => say(metricLine(name, value)),
    /** Only from the first look on: a script that does not look is ended by these signals, like any program. */
    get stopping() {
      stopping ??= firstStop();
      return stopping;
    },
  });
}

/** Throws TypeError for what no metric can be called or be. */
export function metricLine(name: string, value: number): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw new TypeError(
      `Cannot use ${JSON.stringify(name)} as a metric: use letters, digits and _`,
    );
  }
  if (!Number.isFinite(value)) {
    throw new TypeError(`Cannot tell the metric ${name}: ${value} is no finite number`);
  }
  return `X_RUNNER_METRIC=${name}=${value}`;
}

/** The runtime does not count its listeners: a script that has nothing else to do ends. */
function firstStop(): Promise<StopSignal> {
  const { promise, resolve } = Promise.withResolvers<StopSignal>();
  Deno.addSignalListener("SIGTERM", () => resolve("SIGTERM"));
  Deno.addSignalListener("SIGINT", () => resolve("SIGINT"));
  return promise;
}
