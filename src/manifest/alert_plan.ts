// What a manifest says about alerts: who is told of what, how often, and where.
import type { Millis } from "./quantities.ts";

/** What can be told, each in one word of `on`. */
export const ALERT_EVENTS = [
  "fatal",
  "down",
  "recovered",
  "exit",
  "start-failed",
  "flapping",
  "memory",
  "oom",
  "unhealthy",
  "hook-failed",
  "job-failed",
  "job-missed",
  "runner-start",
  "runner-stop",
] as const;

export type AlertEvent = (typeof ALERT_EVENTS)[number];

/** Where a text that must not be seen comes from; variables and files are read when they are needed. */
export type SecretSource =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "env"; readonly name: string }
  | { readonly kind: "file"; readonly path: string };

export type AlertTarget =
  | { readonly kind: "webhook"; readonly url: SecretSource }
  /** By the sendmail of this machine. */
  | { readonly kind: "mail"; readonly address: string }
  /** The events as JSON on its stdin. */
  | { readonly kind: "exec"; readonly command: readonly string[] };

export const ALERT_TEMPLATES = ["json", "text", "slack", "dingtalk", "wecom"] as const;

export type AlertTemplate = (typeof ALERT_TEMPLATES)[number];

export interface AlertPlan {
  readonly name: string;
  readonly on: readonly AlertEvent[];
  /** Globs of programs, processes, groups or `group:process`; empty: all. Events of the runner are told in any case. */
  readonly programs: readonly string[];
  readonly target: AlertTarget;
  readonly template: AlertTemplate;
  /** The line for an event, with `%(...)s`. */
  readonly message: string;
  /** Signs for DingTalk; elsewhere the Authorization header. */
  readonly secret: SecretSource | null;
  /** Least time between two messages; what happens meanwhile goes into the next one. */
  readonly every: Millis;
  /** How long the first event waits for others to share its message. */
  readonly groupWait: Millis;
  /** One try takes no longer. */
  readonly timeout: Millis;
  /** Further tries after a failed one. */
  readonly retries: number;
  /** So many unexpected ends within that time are "flapping". */
  readonly flapping: { readonly ends: number; readonly within: Millis };
}

/** Whom `%(...)s` of a message can name. */
export const MESSAGE_NAMES = [
  "alert",
  "event",
  "text",
  "host",
  "time",
  "process",
  "program",
  "group",
  "manifest",
] as const;
