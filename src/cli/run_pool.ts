// The composition root: puts the real parts together, runs the pool to its end, and cleans up.
import { formatProblem, RunnerError } from "../base/errors.ts";
import type { ReadManifest } from "../control/live_runner.ts";
import { logMemoryOf } from "../control/logs/log_memory.ts";
import { ListenerPools } from "../engine/listener_pools.ts";
import type { OwnLog } from "../engine/own_log.ts";
import type { LogLevel, Plan } from "../manifest/plan.ts";
import { ChildJournal } from "../os/child_journal.ts";
import { continuedClock } from "../os/continued_clock.ts";
import { Children } from "../os/children.ts";
import { inheritedEnvironment } from "../os/byte_text.ts";
import { becomeSubreaper, isInit } from "../os/init_duties.ts";
import { type InstanceLock, lockInstance } from "../os/instance.ts";
import { instanceName } from "../os/instance_key.ts";
import { writePidFile } from "../os/pid_file.ts";
import { Poller } from "../os/poller.ts";
import { runtimeFolder } from "../os/runtime_folder.ts";
import { monotonicMicros, type ServiceManager, serviceManager } from "../os/sd_notify.ts";
import { systemClock } from "../os/system_clock.ts";
import { every } from "../ports/every.ts";
import { assemble } from "./assemble_pool.ts";
import { BootWatch } from "./boot_watch.ts";
import { ChangeWatch } from "./change_watch.ts";
import { clearLeftovers } from "./clear_leftovers.ts";
import { openControl, ownSocket } from "./control_sockets.ts";
import { Handover } from "./handover.ts";
import { HardLimits } from "./hard_limits.ts";
import { openJobs } from "./job_keeper.ts";
import { openLogs } from "./own_outputs.ts";
import { adoptOwnSettings, applyOwnSettings } from "./own_settings.ts";
import type { Ground, RunRequest } from "./pool_ground.ts";
import { ServiceNotices } from "./service_notices.ts";
import { SignalInbox } from "./signal_inbox.ts";
import { shutdownTimeout } from "./shutdown_timeout.ts";
import { takeOver } from "./take_over.ts";
import { VERSION } from "./version.ts";

/** How a pool came to its end. */
export interface RunOutcome {
  readonly status: number;
  /** A manifest to go on with, when everything was only to start again; null otherwise. */
  readonly next: ReadManifest | null;
}

/** Milliseconds between two looks for ended children that SIGCHLD has not told of. */
const REAP_EVERY = 30_000;
/** Milliseconds that slow readers of our logs get at the end. */
const LAST_WORDS = 2_000;

/** Runs the pool to its end. */
export async function runPool(request: RunRequest): Promise<RunOutcome> {
  const { plan, path, ready, adopted = null } = request;
  const cwd = adopted?.cwd ?? Deno.cwd();
  const childLimits = adopted === null
    ? applyOwnSettings(plan.runner, { isDetached: ready.isAwaited })
    : adoptOwnSettings(adopted.limits);
  const name = adopted?.name ?? instanceName(path);
  const folder = adopted?.folder ?? runtimeFolder();
  using lock = lockInstance(name, folder, adopted?.lock);
  using signals = new SignalInbox();
  const clock = adopted === null ? systemClock() : continuedClock(adopted.clock);
  await using poller = new Poller();
  const { store, log } = openLogs({ ...request, cwd, owner: name.key.slice(-4) }, {
    clock,
    poller,
    adopted: adopted?.logs ?? null,
  });
  try {
    if (adopted === null) {
      sayHello(log, plan, ready.isAwaited);
      await clearLeftovers({ name, folder, clock, log, grace: shutdownTimeout(plan) });
    }
    const ground = { request, cwd, name, folder, clock, poller, store, log, childLimits };
    return await run(ground, { lock, signals });
  } catch (error) {
    // In the background nobody sees what the runtime would say.
    log.write("critical", lastWords(error));
    throw error;
  } finally {
    // Closes the runner's own log last: the others may have something to say about themselves.
    await store.close(LAST_WORDS);
  }
}

async function run(
  ground: Ground,
  { lock, signals }: { readonly lock: InstanceLock; readonly signals: SignalInbox },
): Promise<RunOutcome> {
  const { request, name, folder, clock, poller, log } = ground;
  const { plan, adopted = null } = request;
  using children = new Children(poller, adopted?.children);
  if (!isInit()) becomeSubreaper();
  using pidFile = plan.runner.pidfile === null ? null : writePidFile(plan.runner.pidfile);
  if (pidFile !== null && pidFile.fault !== null) log.write("critical", pidFile.fault);
  using journal = new ChildJournal(name, folder);
  using hardLimits = new HardLimits(plan, {
    key: name.key,
    log,
    adopted: adopted?.cgroups ?? null,
  });
  using listeners = listenerPools(ground);
  using boot = new BootWatch(request.ready, clock);
  const socket = ownSocket(folder, name);
  using manager = serviceManager(inheritedEnvironment(), Deno.pid);
  using notices = serviceNotices(manager, ground);
  const handover = new Handover();
  using jobs = await openJobs(ground);
  using changes = new ChangeWatch(ground);
  const opened = { children, journal, hardLimits, listeners, boot, notices, handover };
  const parts = { ...opened, socket, jobs, changes };
  const { engine, output, runner, control, errands, wellness, alerts, last } = assemble(
    ground,
    parts,
  );
  // What programs say before anybody looks can be followed without a gap later.
  using memory = logMemoryOf(runner);
  const taking = { ground, engine, output, listeners, memory, children, wellness, alerts };
  if (adopted !== null) takeOver(adopted, taking);
  const sockets = adopted?.servers ?? [];
  await using server = await openControl({ poller, clock, log, runner, socket, adopted: sockets });
  lock.announce(socket);
  using _reaping = every(clock, REAP_EVERY, () => engine.reap());
  if (adopted === null) listeners.begin(engine);
  // Asked to end before it has begun, it starts nothing.
  signals.open((signal) => {
    last.signal(signal);
    control.signal(signal);
  });
  if (adopted === null) alerts.begin(Deno.pid);
  engine.post({ kind: adopted === null ? "boot" : "look" });
  // Whoever has ended before we were there.
  if (adopted !== null) engine.reap();
  boot.begun(engine);
  changes.begun({ engine, control, runner });
  notices.begun({
    get pool() {
      return engine.pool;
    },
    isRestarting: () => runner.next !== null,
  });
  const handed = { ground, engine, output, runner, server, memory, errands, wellness, lock };
  handover.open({ ...handed, alerts, children, listeners, hardLimits, notices, boot });
  if (adopted !== null) void control.catchUp(request.manifest.plan);
  const status = await engine.finished;
  await last.finish({ hooks: engine.hooks, alerts });
  wellness[Symbol.dispose]();
  errands[Symbol.dispose]();
  cleanUp(children, log);
  output.close();
  return { status, next: runner.next };
}

function serviceNotices(
  manager: ServiceManager | null,
  { request, clock }: Ground,
): ServiceNotices {
  // In the background we are not the process that the manager started.
  const greeting = request.ready.isAwaited ? [`MAINPID=${Deno.pid}`] : [];
  return new ServiceNotices({ manager, clock, monotonic: monotonicMicros, greeting });
}

function listenerPools({ request, clock, log }: Ground): ListenerPools {
  const { identifier } = request.plan.runner;
  const say = (level: LogLevel, text: string) => log.write(level, text);
  return new ListenerPools({ clock, identifier, log: say });
}

function sayHello(log: OwnLog, plan: Plan, isDetached: boolean): void {
  for (const notice of plan.notices) log.write("warn", formatProblem(notice));
  if (plan.runner.wantsDaemon && !isDetached) {
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

/** Whoever is still there has been adopted from a program: it must not outlive the runner. */
function cleanUp(children: Children, log: OwnLog): void {
  const killed = children.sweepAll();
  if (killed > 0) log.write("warn", `killed ${killed} adopted processes that were left`);
  children.reap();
}
