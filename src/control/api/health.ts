// /healthz: the runner works; /readyz: what it shall run is up. For probes of containers and load balancers.
import { waitTexts } from "../../core/dependencies.ts";
import { type Pool, servesFromBoot } from "../../core/pool.ts";
import type { Process } from "../../core/process_state.ts";
import { type HttpHandler, jsonReply } from "../http/message.ts";
import type { RunnerFace } from "../runner_face.ts";
import { ApiFault, faultReply } from "./api_fault.ts";
import type { HealthView, ReadyView } from "./runner_types.ts";

export function healthHandler(runner: RunnerFace): HttpHandler {
  return ({ method, path }) => {
    if (method !== "GET" && method !== "HEAD") {
      const headers = { allow: "GET, HEAD" };
      return faultReply(new ApiFault(405, `Cannot ${method} ${path}: use GET`, { headers }));
    }
    if (path.startsWith("/healthz")) return jsonReply(healthView(runner.pool));
    const view = readyView(runner.pool);
    return jsonReply(view, view.ready ? 200 : 503);
  };
}

/** The runner answers, so it works: also while it stops, since killing it then would cut its programs off. */
function healthView(pool: Pool): HealthView {
  return { status: "ok", phase: pool.phase.name };
}

/** Ready when everything that is started at boot is RUNNING, or has ended as it should. */
function readyView(pool: Pool): ReadyView {
  const waiting = [...pool.processes.values()]
    .filter((process) => servesFromBoot(process) && !isReady(process))
    .map(({ plan, state }) => ({
      id: plan.id,
      state: state.name,
      waitingFor: waitTexts(pool, plan.id),
    }));
  return { ready: pool.phase.name === "UP" && waiting.length === 0, waiting };
}

/** A program that does one thing and ends must not hold up the rest for ever; a oneshot has to have done it. */
function isReady({ state, plan }: Process): boolean {
  if (state.name === "RUNNING") return plan.type === "service";
  return state.name === "EXITED" && state.expected;
}
