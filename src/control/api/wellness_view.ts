// How a run is, as the JSON API shows it.
import type { Process } from "../../core/process_state.ts";
import type { RunLook } from "../runner_face.ts";
import { waitsFor } from "./description.ts";
import { isoTime } from "./views.ts";
import type { WellnessView } from "./wellness_types.ts";

export function wellnessView(process: Process, look: RunLook | null): WellnessView | null {
  if (look === null) return null;
  const { readySince, waiting, health, inARow, heartbeat, status, condition, errno } = look;
  return {
    waitsFor: waitsFor(process),
    waiting,
    readySince: readySince === null ? null : isoTime(readySince),
    health: health === null
      ? null
      : { at: isoTime(health.at.wall), fault: health.fault ?? "", failures: inARow },
    heartbeat: heartbeat === null ? null : isoTime(heartbeat.wall),
    status,
    condition,
    errno,
    metrics: Object.fromEntries(look.metrics),
  };
}
