// Readiness and probes as they are written in a manifest: for messages, views and exports.
import { formatDuration } from "../base/units.ts";
import { quoteWord } from "../base/words.ts";
import type { ProbePlan, ReadyWhen } from "./plan_work.ts";

/** A probe without a host looks here; the loopback of IPv6 is tried after that of IPv4. */
export const LOOPBACK = "localhost";

/** `tcp:6379`, `unix:/run/app.sock`, `http://localhost/`, `exec:check --fast`, as they may be written. */
export function probeWord(probe: ProbePlan): string {
  switch (probe.kind) {
    case "tcp":
      return `tcp:${hostWord(probe.host)}${probe.port}`;
    case "unix":
      return `unix:${probe.path}`;
    case "http":
      return probe.url;
    case "exec":
      return `exec:${probe.command.map(quoteWord).join(" ")}`;
  }
}

function hostWord(host: string): string {
  if (host === LOOPBACK) return "";
  return host.includes(":") ? `[${host}]:` : `${host}:`;
}

/** What a process that is not ready is waiting for. */
export function readyWord(when: ReadyWhen): string {
  switch (when.kind) {
    case "log":
      return `log:${when.pattern}`;
    case "notify":
    case "message":
      return when.kind;
    case "delay":
      return `delay:${formatDuration(when.wait)}`;
    case "probe":
      return probeWord(when.probe);
  }
}
