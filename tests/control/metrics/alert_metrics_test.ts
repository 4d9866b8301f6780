// Alerts in the metrics.
import { alertMetrics } from "../../../src/control/metrics/alert_metrics.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";

Deno.test("alertMetrics() has the counters of each alert, and nothing without alerts", () => {
  const ops = { name: "ops", sent: 3, failed: 2, lost: 1, waiting: 4, isOut: true };
  const text = alertMetrics({ alerts: [ops] }).join("");
  const wanted = [
    "messages_total 3",
    "failures_total 2",
    "lost_events_total 1",
    "waiting_events 4",
    "receiver_out 1",
  ].map((line) => `\nrunner_alert_${line.replace(" ", '{alert="ops"} ')}\n`);
  for (const line of wanted) assertTrue(text.includes(line), `${line} in ${text}`);
  assertEquals(alertMetrics({ alerts: [] }).join(""), "");
});
