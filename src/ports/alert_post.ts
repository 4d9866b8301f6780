// How alerts leave this machine.
import type { Delivery } from "../core/alert_desk.ts";
import type { Body } from "../core/alert_message.ts";
import type { AlertPlan } from "../manifest/alert_plan.ts";

/** Sends to webhooks. Never throws, and tells of no secret. */
export interface Webhooks {
  /** Disposing it gives the try up, and nothing is told of it. */
  post(plan: AlertPlan, body: Body, done: (delivery: Delivery) => void): Disposable;
}
