// The composition root: puts the real parts together, runs the pool to its end, and cleans up.
import { formatProblem, RunnerError } from "../base/errors.ts";
import type { Fact } from "../core/events.ts";
import { logLine } from "../core/log_lines.ts";
import { newPool, plansInOrder } from "../core/pool.ts";
import { Engine } from "../engine/engine.ts";
import { Output } from "../engine/output.ts";
import { OwnLog } from "../engine/own_log.ts";
import type { Plan, RlimitPlan } from "../manifest/plan.ts";
import type { Strictness } from "../manifest/problems.ts";
import { inheritedEnvironment } from "../os/byte_text.ts";
import { ChildJournal } from "../os/child_journal.ts";
import { Children } from "../os/children.ts";
import type { ReadyLine } from "../os/detach.ts";
import { listenToSignals } from "../os/host_signals.ts";
import { becomeSubreaper, isInit } from "../os/init_duties.ts";
import { lockInstance } from "../os/instance.ts";
import { type InstanceName, instanceName, markMaker } from "../os/instance_key.ts";
import { kindOf } from "../os/manifest_context.ts";
import { memoryProbe } from "../os/memory_probe.ts";
import { writePidFile } from "../os/pid_file.ts";
import { Poller } from "../os/poller.ts";
import { runtimeFolder } from "../os/runtime_folder.ts";
import { systemClock } from "../os/system_clock.ts";
import type { Clock } from "../ports/clock.ts";
import type { LogStore } from "../ports/logs.ts";
import { BootWatch } from "./boot_watch.ts";
import { clearLeftovers } from "./clear_leftovers.ts";
import { HardLimits } from "./hard_limits.ts";
import { foregroundLook, openLogs } from "./own_outputs.ts";
import { applyOwnSettings } from "./own_settings.ts";
import { PoolControl } from "./pool_signals.ts";
import { shutdownTimeout } from "./shutdown_timeout.ts";
import { VERSION } from "./version.ts";

export interface RunRequest {
  readonly path: string;
  readonly plan: Plan;
  readonly strictness: Strictness;
  /** No copy of the programs' output on stdout. */
  readonly isQuiet: boolean;
  /** Whoever waits in front of a runner in the background. */
  readonly ready: ReadyLine;
}

/** What the pool runs on: everything that is opened before it and closed after it. */
interface Ground {
  readonly request: RunRequest;
  /** The folder the runner was started in. */
  readonly cwd: string;
  readonly name: InstanceName;
  readonly folder: string;
  readonly clock: Clock;
  readonly poller: Poller;
  readonly store: LogStore;
  readonly log: OwnLog;
  readonly childLimits: readonly RlimitPlan[];
}

/** Milliseconds between two looks for ended children that SIGCHLD has not told of. */
const REAP_EVERY = 30_000;
/** Milliseconds that slow readers of our logs get at the end. */
const LAST_WORDS = 2_000;

/** Runs the pool and gives the exit status. */
export async function runPool(request: RunRequest): Promise<number> {
  const { plan, path, ready } = request;
  const cwd = Deno.cwd();
  const childLimits = applyOwnSettings(plan.runner, { isDetached: ready.isAwaited });
  const name = instanceName(path);
  const folder = runtimeFolder();
  using _lock = lockInstance(name, folder);
  const clock = systemClock();
  await using poller = new Poller();
  const { store, log } = openLogs({ ...request, cwd, owner: name.key.slice(-4) }, {
    clock,
    poller,
  });
  try {
    sayHello(log, plan);
    await clearLeftovers({ name, folder, clock, log, grace: shutdownTimeout(plan) });
    return await run({ request, cwd, name, folder, clock, poller, store, log, childLimits });
  } catch (error) {
    // In the background nobody sees what the runtime would say.
    log.write("critical", lastWords(error));
    throw error;
  } finally {
    // Closes the runner's own log last: the others may have something to say about themselves.
    await store.close(LAST_WORDS);
  }
}

async function run(ground: Ground): Promise<number> {
  const { request, cwd, name, folder, clock, poller, store, log } = ground;
  const { plan } = request;
  using children = new Children();
  if (!isInit()) becomeSubreaper();
  using pidFile = plan.runner.pidfile === null ? null : writePidFile(plan.runner.pidfile);
  if (pidFile !== null && pidFile.fault !== null) log.write("critical", pidFile.fault);
  using journal = new ChildJournal(name, folder);
  using hardLimits = new HardLimits(plan, { key: name.key, log });
  const look = foregroundLook(request);
  const output = new Output({ pipes: poller, store, clock, foreground: look, log });
  output.announce(plansInOrder(plan));
  using boot = new BootWatch(request.ready, clock);
  const engine = new Engine(newPool(plan, shutdownTimeout(plan)), {
    clock,
    children,
    memory: memoryProbe(children),
    output,
    journal,
    inherited: inheritedEnvironment(),
    workingDirectory: Deno.cwd(),
    serverUrl: null,
    defaultRlimits: ground.childLimits,
    kindOf,
    marks: markMaker(name),
    cgroupFor: (id, limit) => hardLimits.groupFor(id, limit),
    report: (fact) => report(fact, log),
    settled: () => boot.look(),
    reportStranger: (reaped) => control.stranger(reaped),
  });
  const { path, strictness } = request;
  const control = new PoolControl({ engine, output, log, clock, path, strictness, cwd });
  using _signals = listenToSignals((signal) => control.signal(signal));
  using _reaping = every(clock, REAP_EVERY, () => engine.reap());
  engine.post({ kind: "boot" });
  boot.begun(engine);
  const status = await engine.finished;
  cleanUp(children, log);
  output.close();
  return status;
}

function sayHello(log: OwnLog, plan: Plan): void {
  for (const notice of plan.notices) log.write("warn", formatProblem(notice));
  for (const { id, kind } of plansInOrder(plan)) {
    if (kind !== "program") {
      log.write("warn", `${id} is not started: ${kind} acts in a later version`);
    }
  }
  if (plan.runner.wantsDaemon) {
    log.write("info", "nodaemon=false: the runner stays in the foreground unless started with -d");
  }
  // The word of those who grep for it, where the manifest is supervisord's.
  const who = plan.dialect === "ini" ? "supervisord" : "runner";
  log.write("info", `${who} started with pid ${Deno.pid}`);
  log.write("debug", `runner ${VERSION}, manifest ${plan.file}`);
}

function lastWords(error: unknown): string {
  if (error instanceof RunnerError) return error.message;
  return error instanceof Error ? error.stack ?? error.message : String(error);
}

function report(fact: Fact, log: OwnLog): void {
  const line = logLine(fact);
  if (line !== null) log.write(line.level, line.text);
}

/** Whoever is still there has been adopted from a program: it must not outlive the runner. */
function cleanUp(children: Children, log: OwnLog): void {
  const killed = children.sweepAll();
  if (killed > 0) log.write("warn", `killed ${killed} adopted processes that were left`);
  children.reap();
}

function every(clock: Clock, wait: number, act: () => void): Disposable {
  let timer: Disposable;
  const arm = () => {
    timer = clock.wakeAt(clock.now().mono + wait, () => {
      act();
      arm();
    });
  };
  arm();
  return { [Symbol.dispose]: () => timer[Symbol.dispose]() };
}
