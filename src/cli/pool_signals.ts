// What signals to the runner mean for the pool.
import { formatProblem } from "../base/errors.ts";
import type { LiveRunner } from "../control/live_runner.ts";
import type { Reread } from "../control/runner_face.ts";
import { exitText } from "../core/log_lines.ts";
import type { Engine } from "../engine/engine.ts";
import type { OwnLog } from "../engine/own_log.ts";
import type { Millis, Plan } from "../manifest/plan.ts";
import { isEqual } from "../manifest/plan_diff.ts";
import type { HostSignal } from "../os/host_signals.ts";
import type { Clock } from "../ports/clock.ts";
import type { Reaped } from "../ports/host.ts";

/** A terminal and the tool in front of the runner often both send the same Ctrl-C. */
export const SAME_WISH: Millis = 250;

export interface PoolControlParts {
  readonly engine: Engine;
  readonly runner: LiveRunner;
  readonly log: OwnLog;
  readonly clock: Clock;
  /** Wraps the reading of the manifest: the service manager hears of it. */
  reloading(read: () => Promise<void>): Promise<void>;
}

export class PoolControl {
  readonly #parts: PoolControlParts;
  #stopAskedAt: Millis = -Infinity;
  #updates: Promise<void> = Promise.resolve();

  constructor(parts: PoolControlParts) {
    this.#parts = parts;
  }

  /** Does what a signal asks for. */
  signal(name: HostSignal): void {
    const { engine, log } = this.#parts;
    switch (name) {
      case "SIGCHLD":
        return engine.reap();
      case "SIGTERM":
      case "SIGINT":
      case "SIGQUIT":
        return this.#stop(name);
      case "SIGHUP":
        log.write("warn", "received SIGHUP: reading the manifest again");
        void this.reread();
        return;
      case "SIGUSR1":
        log.write("warn", "received SIGUSR1: restarting one process after another");
        return this.#reloadAll();
      case "SIGUSR2":
        log.write("info", "received SIGUSR2 indicating log reopen request");
        return this.#parts.runner.logs.reopen();
    }
  }

  /** Reads the manifest again and applies what differs; with problems, nothing. */
  async update(): Promise<Reread> {
    const { runner, log } = this.#parts;
    const read = await runner.reread();
    const { plan, problems } = read;
    for (const problem of problems) {
      log.write(problem.severity === "error" ? "error" : "warn", formatProblem(problem));
    }
    if (plan !== null) {
      runner.apply(plan);
      return read;
    }
    const { manifest } = runner.identity;
    log.write("error", `${manifest} has problems: the running configuration stays`);
    return read;
  }

  /** The same, after whatever is being read, and with the service manager told. */
  reread(): Promise<Reread> {
    const turn = this.#updates.then(async () => {
      const { promise, resolve } = Promise.withResolvers<Reread>();
      await this.#parts.reloading(async () => resolve(await this.update()));
      return await promise;
    });
    this.#updates = turn.then(() => {});
    return turn;
  }

  /** After another program has taken over: what the manifest says now is applied, if that is anything new. */
  async catchUp(read: Plan | null): Promise<void> {
    if (read !== null && isEqual(read, this.#parts.engine.pool.plan)) return;
    await this.reread();
  }

  /** An adopted process has ended. */
  stranger({ pid, exit }: Reaped): void {
    this.#parts.log.write("debug", `reaped unknown pid ${pid} (${exitText(exit)})`);
  }

  #stop(name: HostSignal): void {
    const { engine, runner, log, clock } = this.#parts;
    if (runner.next !== null) {
      runner.cancelRestart();
      return log.write("warn", `received ${name}: it will not start again`);
    }
    const { mono } = clock.now();
    if (mono - this.#stopAskedAt < SAME_WISH) return;
    this.#stopAskedAt = mono;
    log.write("warn", `received ${name} indicating exit request`);
    engine.post({ kind: "command", command: { kind: "shutdown", why: `received ${name}` } });
  }

  #reloadAll(): void {
    const { runner } = this.#parts;
    runner.order({ kind: "reload", ids: [...runner.pool.processes.keys()], atOnce: 1 });
  }
}
