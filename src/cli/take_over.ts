// Takes everything that the program before us has left into the hands of a pool that has just been put together.
import type { LogMemory } from "../control/logs/log_memory.ts";
import type { Alerts } from "../engine/alerts.ts";
import type { Engine } from "../engine/engine.ts";
import type { ListenerPools } from "../engine/listener_pools.ts";
import type { Output } from "../engine/output.ts";
import type { Wellness } from "../engine/wellness.ts";
import type { Children } from "../os/children.ts";
import { closeFd } from "../os/libc.ts";
import type { HandoverState } from "./handover_state.ts";
import type { Ground } from "./pool_ground.ts";
import { VERSION } from "./version.ts";

export interface TakingParts {
  readonly ground: Ground;
  readonly engine: Engine;
  readonly output: Output;
  readonly listeners: ListenerPools;
  readonly memory: LogMemory;
  readonly children: Children;
  readonly wellness: Wellness;
  readonly alerts: Alerts;
}

/** All in one turn: nothing is read before everybody who looks on is there. */
export function takeOver(state: HandoverState, parts: TakingParts): void {
  const { ground: { clock, log }, engine, output, listeners, memory, children } = parts;
  listeners.adopt(engine, state.listeners);
  engine.adopt(state.engine);
  output.adopt(state.output, (id) => engine.pool.processes.get(id)?.plan);
  parts.wellness.adopt(state.wellness);
  parts.alerts.adopt(state.alerts);
  memory.adopt(state.memory);
  // Their readers have us by other descriptors now.
  for (const { sink } of state.logs.logs.values()) if (sink.held !== null) closeFd(sink.held);
  for (const [pid, mark] of state.errands) children.sweep(pid, mark);
  const { length } = state.engine.children;
  const took = Math.round(clock.now().mono - state.clock.mono);
  const who = `runner ${VERSION} has taken over from ${state.version}`;
  log.write(
    "info",
    `${who} with pid ${Deno.pid}: ${length} children go on, unheard for ${took} ms`,
  );
}
