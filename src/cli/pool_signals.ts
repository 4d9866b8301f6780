// What signals to the runner mean for the pool.
import { formatProblem } from "../base/errors.ts";
import { exitText } from "../core/log_lines.ts";
import type { Engine } from "../engine/engine.ts";
import type { Output } from "../engine/output.ts";
import type { OwnLog } from "../engine/own_log.ts";
import type { Millis } from "../manifest/plan.ts";
import { diffPlans } from "../manifest/plan_diff.ts";
import type { Strictness } from "../manifest/problems.ts";
import type { HostSignal } from "../os/host_signals.ts";
import type { Clock } from "../ports/clock.ts";
import type { Reaped } from "../ports/host.ts";
import { loadManifest } from "./load_manifest.ts";

/** A terminal and the tool in front of the runner often both send the same Ctrl-C. */
const SAME_WISH: Millis = 250;

export interface PoolControlParts {
  readonly engine: Engine;
  readonly output: Output;
  readonly log: OwnLog;
  readonly clock: Clock;
  readonly path: string;
  readonly strictness: Strictness;
  /** Where it was read first. */
  readonly cwd: string;
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
        this.#updates = this.#updates.then(() => this.update());
        return;
      case "SIGUSR1":
        log.write("warn", "received SIGUSR1: restarting one process after another");
        return this.#reloadAll();
      case "SIGUSR2":
        log.write("info", "received SIGUSR2 indicating log reopen request");
        return this.#parts.output.reopen();
    }
  }

  /** Reads the manifest again and applies what differs; with problems, nothing. */
  async update(): Promise<void> {
    const { engine, log, path, strictness, cwd } = this.#parts;
    const { plan, errors, warnings } = await loadManifest(path, { strictness, cwd });
    for (const problem of errors) log.write("error", formatProblem(problem));
    for (const problem of warnings) log.write("warn", formatProblem(problem));
    if (plan === null) {
      return log.write("error", `${path} has problems: the running configuration stays`);
    }
    // Of the runner's own settings only the rules of its end are applied while it runs.
    const changed = diffPlans(engine.pool.plan, plan).runner.filter((key) =>
      key !== "shutdownWhen"
    );
    if (changed.length > 0) {
      log.write(
        "warn",
        `changes of ${changed.join(", ")} take effect when the runner is restarted`,
      );
    }
    engine.post({ kind: "command", command: { kind: "update", plan } });
  }

  /** An adopted process has ended. */
  stranger({ pid, exit }: Reaped): void {
    this.#parts.log.write("debug", `reaped unknown pid ${pid} (${exitText(exit)})`);
  }

  #stop(name: HostSignal): void {
    const { engine, log, clock } = this.#parts;
    const { mono } = clock.now();
    if (mono - this.#stopAskedAt < SAME_WISH) return;
    this.#stopAskedAt = mono;
    log.write("warn", `received ${name} indicating exit request`);
    engine.post({ kind: "command", command: { kind: "shutdown", why: `received ${name}` } });
  }

  #reloadAll(): void {
    const { engine } = this.#parts;
    const ids = [...engine.pool.processes.keys()];
    engine.post({ kind: "command", command: { kind: "reload", ids } });
  }
}
