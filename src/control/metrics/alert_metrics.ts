// The metrics of alerts: what has been delivered, what has not, and who takes nothing at present.
import type { RunnerFace } from "../runner_face.ts";
import { Family, labelText } from "./metric_text.ts";

export function alertMetrics({ alerts }: Pick<RunnerFace, "alerts">): readonly Family[] {
  const counter = (name: string, help: string) =>
    new Family(`runner_alert_${name}_total`, "counter", help);
  const gauge = (name: string, help: string) => new Family(`runner_alert_${name}`, "gauge", help);
  const sent = counter("messages", "Messages of an alert that were delivered.");
  const failed = counter("failures", "Tries to deliver a message that failed.");
  const lost = counter("lost_events", "Events that could not be told of.");
  const waiting = gauge("waiting_events", "Events that have not been told of yet.");
  const out = gauge("receiver_out", "1 while the receiver of an alert takes nothing, else 0.");
  for (const alert of alerts) {
    const labels = labelText({ alert: alert.name });
    sent.add(labels, alert.sent);
    failed.add(labels, alert.failed);
    lost.add(labels, alert.lost);
    waiting.add(labels, alert.waiting);
    out.add(labels, alert.isOut ? 1 : 0);
  }
  return [sent, failed, lost, waiting, out];
}
