// GET /metrics: everything that is measured and counted, in the text format of Prometheus.
import { type HttpHandler, textReply } from "../http/message.ts";
import type { RunnerFace } from "../runner_face.ts";
import { jobMetrics } from "./job_metrics.ts";
import { alertMetrics } from "./alert_metrics.ts";
import { METRICS_TYPE } from "./metric_text.ts";
import { processMetrics } from "./process_metrics.ts";
import { runnerMetrics } from "./runner_metrics.ts";

/** Two scrapers at a time need one look. */
const USAGE_AGE = 1_000;

export function metricsHandler(runner: RunnerFace): HttpHandler {
  return ({ method, path }) => {
    if (method !== "GET" && method !== "HEAD") {
      const reply = textReply(`Cannot ${method} ${path}: use GET\n`, 405);
      return { ...reply, headers: { ...reply.headers, allow: "GET, HEAD" } };
    }
    const headers = { "content-type": METRICS_TYPE, "cache-control": "no-store" };
    return { status: 200, headers, body: metricsText(runner) };
  };
}

export function metricsText(runner: RunnerFace): string {
  const families = [
    ...runnerMetrics(runner),
    ...alertMetrics(runner),
    ...processMetrics(runner, runner.usage(USAGE_AGE)),
    ...jobMetrics(runner),
  ];
  return families.join("");
}
