// Alerts for tests: a plan with only what the test is about, and news.
import type { AlertEvent, AlertPlan } from "../../src/manifest/alert_plan.ts";
import type { News } from "../../src/core/alert_news.ts";

export const WEB = { id: "web:web", program: "web", name: "web", group: "web", isJob: false };

export const SPEAKER = { host: "box", pid: 7, manifest: "/srv/runner.toml", version: "1.2.3" };

export function alertPlan(own: Partial<AlertPlan> = {}): AlertPlan {
  return {
    name: "ops",
    on: ["fatal", "exit"],
    programs: [],
    target: { kind: "webhook", url: { kind: "text", text: "http://127.0.0.1:1/token" } },
    template: "json",
    message: "[%(host)s] %(text)s",
    secret: null,
    every: 60_000,
    groupWait: 1_000,
    timeout: 10_000,
    retries: 2,
    flapping: { ends: 3, within: 60_000 },
    ...own,
  };
}

export function news(
  event: AlertEvent = "fatal",
  text = "web is given up",
  own: Partial<News> = {},
): News {
  return { event, at: 1_700_000_000_000, subject: WEB, text, detail: {}, ...own };
}
