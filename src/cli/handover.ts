// Has another program take this runner's place in the same process: all is written down, and no child is stopped.
import { encodePlain } from "../base/plain_json.ts";
import type { HttpServer } from "../control/http/server.ts";
import type { LiveRunner } from "../control/live_runner.ts";
import type { LogMemory } from "../control/logs/log_memory.ts";
import type { Pool } from "../core/pool.ts";
import { SNAPSHOT_FORMAT } from "../core/snapshot_format.ts";
import type { Alerts } from "../engine/alerts.ts";
import type { Engine } from "../engine/engine.ts";
import { engineFds } from "../engine/engine_state.ts";
import type { ErrandRunner } from "../engine/errand_runner.ts";
import type { ListenerPools } from "../engine/listener_pools.ts";
import type { Output } from "../engine/output.ts";
import type { Wellness } from "../engine/wellness.ts";
import type { Millis } from "../manifest/plan.ts";
import { decodeBytes, HANDOVER_NAME, inheritedEnvironment } from "../os/byte_text.ts";
import type { Children } from "../os/children.ts";
import { clockState } from "../os/continued_clock.ts";
import { writeLetter } from "../os/handover_file.ts";
import type { InstanceLock } from "../os/instance.ts";
import { become, ownProgram } from "../os/reexec.ts";
import { type ErrandEnd, hasSucceeded } from "../ports/errands.ts";
import { pause } from "../ports/pause.ts";
import type { BootWatch } from "./boot_watch.ts";
import { TRIED } from "./handover_trial.ts";
import type { HandoverState } from "./handover_state.ts";
import type { HardLimits } from "./hard_limits.ts";
import { ownLimitState } from "./own_settings.ts";
import type { Ground } from "./pool_ground.ts";
import type { ServiceNotices } from "./service_notices.ts";
import { VERSION } from "./version.ts";

/** What is handed over, and what has to know of it. */
export interface HandoverParts {
  readonly ground: Ground;
  readonly engine: Engine;
  readonly output: Output;
  readonly runner: LiveRunner;
  readonly children: Children;
  readonly listeners: ListenerPools;
  readonly hardLimits: HardLimits;
  readonly server: HttpServer;
  readonly memory: LogMemory;
  readonly errands: ErrandRunner;
  readonly wellness: Wellness;
  readonly alerts: Alerts;
  readonly notices: ServiceNotices;
  readonly boot: BootWatch;
  readonly lock: InstanceLock;
}

/** How long children that are just being started, or their hooks, are waited for. */
const PATIENCE: Millis = 35_000;
/** Between two looks whether they are there. */
const LOOK_EVERY: Millis = 20;
/** How long the next program may take to say that it understands us. */
const TRIAL: Millis = 20_000;

export class Handover {
  /** Asked early: later there may be another one. */
  readonly #program = ownProgram();
  #parts: HandoverParts | null = null;
  #isUnderWay = false;

  /** The pool is up: from here on it can be handed over. */
  open(parts: HandoverParts): void {
    this.#parts = parts;
  }

  /** Hands over to the program that lies on disk now: null when that has begun, else why it cannot. */
  async ask(): Promise<string | null> {
    const parts = this.#parts;
    const program = this.#program;
    if (parts === null) return "it is not up yet";
    if (program === null) return "this is no compiled runner";
    if (this.#isUnderWay) return "that is under way already";
    this.#isUnderWay = true;
    const fault = await orWords(async () =>
      await untilQuiet(parts) ?? await tryProgram(program, parts)
    );
    if (fault !== null) {
      this.#isUnderWay = false;
      return fault;
    }
    const { clock } = parts.ground;
    // After the reply to whoever asks.
    clock.wakeAt(clock.now().mono, () => void this.#go(program, parts));
    return null;
  }

  /** Does not come back when all goes well. */
  async #go(program: string, parts: HandoverParts): Promise<void> {
    const { notices, server, ground: { log } } = parts;
    await notices.during(async () => {
      await server.pause();
      const fault = await orWords(async () => await untilQuiet(parts) ?? handOver(program, parts));
      log.write("error", `Cannot go on as ${program}: ${fault}; this program goes on`);
      server.resume();
    });
    this.#isUnderWay = false;
  }
}

/** Whatever is wrong, this program has to go on. */
async function orWords(attempt: () => Promise<string | null>): Promise<string | null> {
  try {
    return await attempt();
  } catch (error) {
    return error instanceof Error ? error.stack ?? error.message : String(error);
  }
}

/** Waits while a child is on its way that has no pid yet. Why that cannot be waited for; null: it is quiet now. */
async function untilQuiet({ runner, engine, boot, ground }: HandoverParts): Promise<string | null> {
  const { clock } = ground;
  const until = clock.now().mono + PATIENCE;
  while (!runner.isEnding) {
    const who = arriving(runner.pool);
    if (who === null && engine.hooks.isIdle && !boot.isAwaited) return null;
    const { mono } = clock.now();
    if (mono > until) return who === null ? "its hooks do not end" : `${who} is just being started`;
    await pause(clock, LOOK_EVERY);
  }
  return "the runner is stopping";
}

function arriving(pool: Pool): string | null {
  for (const { plan, state } of pool.processes.values()) {
    const isAwaited = (state.name === "STARTING" || state.name === "STOPPING") &&
      state.pid === null;
    if (isAwaited) return plan.id;
  }
  return null;
}

/** Has the program read what it would take over. Why it cannot; null: it can. */
async function tryProgram(program: string, parts: HandoverParts): Promise<string | null> {
  const end = await new Promise<ErrandEnd>((ended) =>
    parts.errands.send({
      name: "upgrade",
      command: [program],
      like: null,
      environment: { [HANDOVER_NAME]: "try" },
      stdin: encodePlain(stateOf(parts)),
      timeout: TRIAL,
    }, ended)
  );
  const said = end.output.trim();
  if (hasSucceeded(end) && said === `${TRIED} ${SNAPSHOT_FORMAT}`) return null;
  if (end.timedOut) return "it does not answer";
  return end.fault ?? `it cannot take over what this one runs: ${said.split("\n").at(-1)}`;
}

/** Returns only when it failed, with the reason. Nothing is read or answered meanwhile. */
function handOver(program: string, parts: HandoverParts): string {
  const { ground: { log, request } } = parts;
  log.write("info", `handing over to ${program}`);
  const state = stateOf(parts);
  const fds = fdsOf(state);
  using letter = writeLetter({ format: SNAPSHOT_FORMAT, fds, body: encodePlain(state) });
  const argv = decodeBytes(Deno.readFileSync("/proc/self/cmdline")).split("\0").slice(0, -1);
  const handed = { argv, env: inheritedEnvironment(), isDetached: request.ready.isAwaited };
  return become(program, handed, { letter: letter.fd, fds });
}

function stateOf(parts: HandoverParts): HandoverState {
  const { ground, engine, output, runner, children, listeners, server, memory } = parts;
  const { request, clock, name, folder, cwd } = ground;
  const { path, strictness, overrides, choice, isQuiet } = request;
  return {
    version: VERSION,
    request: { path, strictness, overrides, isQuiet, ...(choice === undefined ? {} : { choice }) },
    clock: clockState(clock),
    name,
    folder,
    cwd,
    startedAt: runner.identity.startedAt,
    upgrades: (runner.identity.upgrades ?? 0) + 1,
    limits: ownLimitState(),
    lock: parts.lock.fd,
    engine: engine.handOver(),
    output: output.handOver(),
    wellness: parts.wellness.handOver(),
    alerts: parts.alerts.handOver(),
    listeners: listeners.handOver(),
    logs: ground.store.handOver(),
    memory: memory.handOver(),
    children: children.handOver(),
    servers: server.handOver(),
    cgroups: parts.hardLimits.access,
    live: runner.handOver(),
    errands: parts.errands.marks,
  };
}

function fdsOf(state: HandoverState): readonly number[] {
  const { lock, engine, output, logs, children, wellness, servers } = state;
  return [
    lock,
    children.status.reader,
    children.status.writer,
    ...engineFds(engine),
    ...output.flatMap(({ state }) => state.pipes.map(({ fd }) => fd)),
    ...wellness.flatMap(({ socket }) => socket?.fd ?? []),
    ...wellness.flatMap(({ channel }) => channel?.fd ?? []),
    ...servers.map(({ open }) => open.fd),
    ...[...logs.logs.values()].flatMap(({ sink }) => sink.held ?? []),
  ];
}
