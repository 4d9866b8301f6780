// Puts engine, output and the runner's face together: each tells the others what it sees.
import { LiveRunner } from "../control/live_runner.ts";
import type { LogAccess } from "../control/runner_face.ts";
import type { Fact } from "../core/events.ts";
import { logLine } from "../core/log_lines.ts";
import { newPool, plansInOrder } from "../core/pool.ts";
import type { StarterParts } from "../engine/child_starter.ts";
import { Engine } from "../engine/engine.ts";
import type { Alerts } from "../engine/alerts.ts";
import { ErrandRunner } from "../engine/errand_runner.ts";
import type { ListenerPools } from "../engine/listener_pools.ts";
import { Output } from "../engine/output.ts";
import type { OwnLog } from "../engine/own_log.ts";
import type { Wellness } from "../engine/wellness.ts";
import { inheritedEnvironment } from "../os/byte_text.ts";
import type { ChildJournal } from "../os/child_journal.ts";
import type { Children } from "../os/children.ts";
import { markMaker } from "../os/instance_key.ts";
import { kindOf } from "../os/manifest_context.ts";
import { memoryProbe } from "../os/memory_probe.ts";
import { familyUsage, ownUsage } from "../os/own_usage.ts";
import type { BootWatch } from "./boot_watch.ts";
import type { HardLimits } from "./hard_limits.ts";
import type { ChangeWatch } from "./change_watch.ts";
import { chosenEnvironment, NO_CHOICE } from "../manifest/foreign_choice.ts";
import { LastWork } from "./last_work.ts";
import { poolAlerts } from "./pool_alerts.ts";
import type { JobKeeper } from "./job_keeper.ts";
import { loadManifest, readable } from "./load_manifest.ts";
import { memoryLimit } from "../os/memory_limit.ts";
import { foregroundLook } from "./own_outputs.ts";
import type { Handover } from "./handover.ts";
import type { Ground } from "./pool_ground.ts";
import { PoolControl } from "./pool_signals.ts";
import type { ServiceNotices } from "./service_notices.ts";
import { shutdownTimeout } from "./shutdown_timeout.ts";
import { VERSION } from "./version.ts";
import { wellnessOf } from "./wellness_of.ts";

/** What has to be closed at the end, by whoever has opened it. */
export interface PoolParts {
  readonly children: Children;
  readonly journal: ChildJournal;
  readonly hardLimits: HardLimits;
  readonly listeners: ListenerPools;
  readonly boot: BootWatch;
  readonly notices: ServiceNotices;
  readonly jobs: JobKeeper;
  readonly handover: Handover;
  readonly changes: ChangeWatch;
  /** Path of the control socket. */
  readonly socket: string;
}

/** A pool that has not been booted. */
export interface Assembled {
  readonly engine: Engine;
  readonly output: Output;
  readonly runner: LiveRunner;
  readonly control: PoolControl;
  readonly errands: ErrandRunner;
  readonly wellness: Wellness;
  readonly alerts: Alerts;
  readonly last: LastWork;
}

export function assemble(ground: Ground, parts: PoolParts): Assembled {
  const { request, name, clock, poller, store, log } = ground;
  const { children, journal, hardLimits, listeners, boot, notices, socket } = parts;
  const { plan } = request;
  const serverUrl = `unix://${socket}`;
  const foreground = foregroundLook(request);
  const output = new Output({ pipes: poller, store, clock, foreground, log, events: listeners });
  output.announce(plansInOrder(plan));
  const starter: StarterParts = {
    children,
    inherited: inheritedEnvironment(),
    self: Deno.execPath(),
    workingDirectory: Deno.cwd(),
    serverUrl,
    defaultRlimits: ground.childLimits,
    kindOf,
    marks: markMaker(name),
    cgroupFor: (id, limit) => hardLimits.groupFor(id, limit),
  };
  const errands = new ErrandRunner({ ...starter, clock, journal, pipes: poller });
  const wellness = wellnessOf(ground, { errands, output, engine: () => engine });
  const engine: Engine = new Engine(
    request.adopted?.engine.pool ?? {
      ...newPool(plan, shutdownTimeout(plan)),
      jobs: parts.jobs.jobs,
    },
    {
      ...starter,
      clock,
      memory: memoryProbe(children),
      output,
      journal,
      errands,
      wellness,
      noticesFor: (process, run) => wellness.prepare(process, run),
      channelFor: (process) => wellness.channelFor(process),
      report: (fact) => {
        report(fact, log);
        wellness.fact(fact);
        alerts.fact(fact);
        last.fact(fact);
        listeners.fact(fact);
        runner.fact(fact);
      },
      settled: () => {
        boot.look();
        notices.look();
        parts.jobs.look(engine.pool);
        listeners.settled();
        runner.settled();
        parts.changes.look();
      },
      reportStranger: (reaped) => errands.reaped(reaped) || control.stranger(reaped),
    },
  );
  const { file: manifest } = plan;
  const alerts: Alerts = poolAlerts({
    clock,
    errands,
    manifest,
    pool: () => engine.pool,
    report: (fact) => {
      report(fact, log);
      runner.fact(fact);
    },
  });
  const last = new LastWork({ clock, shutdownTimeout: shutdownTimeout(plan) });
  const upgrade = () => parts.handover.ask();
  const runner = liveRunner(ground, {
    engine,
    output,
    children,
    listeners,
    wellness,
    alerts,
    serverUrl,
    upgrade,
  });
  const control = new PoolControl({
    engine,
    runner,
    log,
    clock,
    reloading: (read) => notices.during(read),
  });
  return { engine, output, runner, control, errands, wellness, alerts, last };
}

function report(fact: Fact, log: OwnLog): void {
  const line = logLine(fact);
  if (line !== null) log.write(line.level, line.text);
}

interface LiveParts {
  readonly engine: Engine;
  readonly output: Output;
  readonly children: Children;
  readonly listeners: ListenerPools;
  readonly wellness: Wellness;
  readonly alerts: Alerts;
  readonly serverUrl: string;
  readonly upgrade: () => Promise<string | null>;
}

function liveRunner(
  ground: Ground,
  { engine, output, children, listeners, wellness, alerts, serverUrl, upgrade }: LiveParts,
): LiveRunner {
  const { request, cwd, clock, log } = ground;
  const { manifest, plan, path, strictness, overrides, choice = NO_CHOICE } = request;
  const identity = {
    pid: Deno.pid,
    version: VERSION,
    manifest: plan.file,
    startedAt: request.adopted?.startedAt ?? clock.now().wall,
    upgrades: request.adopted?.upgrades ?? 0,
    uid: Deno.uid() ?? 0,
    environment: chosenEnvironment({ choice, env: inheritedEnvironment() })?.name ?? null,
    get memoryLimit() {
      const { isLimited, total } = memoryLimit();
      return isLimited ? total : null;
    },
  };
  return new LiveRunner({
    identity,
    serverUrl,
    clock,
    engine,
    logs: logAccess(output, log),
    manifest,
    read: async (scaled) =>
      readable(await loadManifest(path, { strictness, cwd, scaled, overrides, choice })),
    log: (level, message) => log.write(level, message),
    look: (age) => familyUsage(children, age),
    ownUsage,
    announce: (type, content) => listeners.announce(type, content),
    listener: (id) => listeners.standing(id),
    wellness: (id) => wellness.look(id),
    alerts: () => alerts.standings,
    upgrade,
    adopted: request.adopted?.live ?? null,
  });
}

function logAccess(output: Output, log: OwnLog): LogAccess {
  return {
    path: (plan, stream) => output.path(plan, stream),
    counters: (id, stream) => output.counters(id, stream),
    tap: (plan, stream, tap) => output.tap(plan, stream, tap),
    clear: (plan) => output.clear(plan),
    ownPath: log.path,
    ownCounters: log.counters,
    clearOwn: () => log.clear(),
    reopen: () => output.reopen(),
  };
}
