// How a systemd service is stopped, in our keys.
import { parseAnySignal } from "../base/signals.ts";
import { differs, remark } from "./foreign.ts";
import { seconds } from "./pm2_restart.ts";
import { killSignal } from "./systemd_command.ts";
import { cannot, last, type Service, set, timeSpan } from "./systemd_service.ts";

/** A day: systemd's infinity, as long as anybody waits. */
const ENDLESS = 86_400_000;

export function putStop(service: Service): void {
  putSignal(service);
  putMode(service);
  const stop = last(service, "TimeoutStopSec", "TimeoutSec");
  if (stop === null) {
    const spot = { section: service.section, key: "TimeoutStopSec", line: service.line };
    remark(service.draft, spot, "Not set: SIGKILL follows after 10 s, in systemd after 90 s");
    return;
  }
  const wait = timeSpan(stop.value);
  if (wait === null) cannot(service, stop, "a time");
  else set(service, "stopwaitsecs", seconds(Math.min(wait, ENDLESS)), stop);
}

function putSignal(service: Service): void {
  const own = last(service, "KillSignal");
  const stop = last(service, "ExecStop");
  const signal = own?.value ?? (stop === null ? null : killSignal(stop.value));
  const from = own ?? stop;
  if (signal === null || from === null) return;
  if (parseAnySignal(signal) === null) cannot(service, from, "a signal");
  else set(service, "stopsignal", signal.replace(/^SIG/, ""), from);
}

function putMode(service: Service): void {
  const { draft, section } = service;
  const mode = last(service, "KillMode");
  const hup = last(service, "SendSIGHUP");
  if (hup !== null && /^(yes|true|on|1)$/i.test(hup.value)) {
    differs(draft, { ...hup, section }, "Ignored: no SIGHUP follows the stop signal");
  }
  switch (mode?.value) {
    case undefined:
    case "control-group":
      return;
    case "mixed":
      set(service, "stop_tree", false, mode ?? undefined);
      return set(service, "killasgroup", true, mode ?? undefined);
    case "process":
      return set(service, "stop_tree", false, mode ?? undefined);
    case "none":
      if (mode !== null) differs(draft, { ...mode, section }, "Not kept: what is left is killed");
      return;
    default:
      if (mode !== null) cannot(service, mode, "a way to kill");
  }
}
