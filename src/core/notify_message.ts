// What programs say on NOTIFY_SOCKET: systemd's words, and two of ours. Whatever else comes is passed over.
import type { Millis } from "../manifest/plan.ts";

export type NotifyWord =
  | { readonly kind: "ready" }
  | { readonly kind: "beat" }
  /** WATCHDOG=trigger: it has found out itself that it hangs. */
  | { readonly kind: "trigger" }
  /** WATCHDOG_USEC: another limit from now on; 0: none. */
  | { readonly kind: "watchdog"; readonly limit: Millis }
  | { readonly kind: "status"; readonly text: string }
  | { readonly kind: "reloading" }
  | { readonly kind: "stopping" }
  | { readonly kind: "extend"; readonly wait: Millis }
  | { readonly kind: "errno"; readonly number: number }
  | { readonly kind: "jobs"; readonly count: number }
  | { readonly kind: "metric"; readonly name: string; readonly value: number }
  /** Heard, and not done: MAINPID and whatever else systemd knows. */
  | { readonly kind: "passed-over"; readonly text: string };

/** Lines taken of one datagram. */
const MOST_LINES = 64;
/** Characters kept of what a program says of itself. */
export const LONGEST_STATUS = 256;
/** More cannot be done between two words. */
const MOST_JOBS = 1_000_000;
/** A day: who asks for more time than that asks for ever. */
const LONGEST_WAIT: Millis = 86_400_000;
const METRIC_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** The words of one datagram, in their order. */
export function parseNotify(text: string): readonly NotifyWord[] {
  return text.split("\n", MOST_LINES).flatMap((line) => line === "" ? [] : wordOf(line));
}

function wordOf(line: string): NotifyWord {
  if (line === "RUNNER job") return { kind: "jobs", count: 1 };
  const at = line.indexOf("=");
  const value = line.slice(at + 1);
  switch (line.slice(0, Math.max(at, 0))) {
    case "READY":
      return value === "1" ? { kind: "ready" } : passedOver(line);
    case "WATCHDOG":
      return value === "1"
        ? { kind: "beat" }
        : value === "trigger"
        ? { kind: "trigger" }
        : passedOver(line);
    case "WATCHDOG_USEC":
      return timed(line, value, (limit) => ({ kind: "watchdog", limit }));
    case "STATUS":
      return { kind: "status", text: value.slice(0, LONGEST_STATUS) };
    case "RELOADING":
      return value === "1" ? { kind: "reloading" } : passedOver(line);
    case "STOPPING":
      return value === "1" ? { kind: "stopping" } : passedOver(line);
    case "EXTEND_TIMEOUT_USEC":
      return timed(line, value, (wait) => ({ kind: "extend", wait }));
    case "ERRNO": {
      const number = wholeOf(value);
      return number === null ? passedOver(line) : { kind: "errno", number };
    }
    case "JOBS":
    case "X_RUNNER_JOB":
      return jobs(line, value);
    case "X_RUNNER_METRIC":
      return metric(line, value);
    default:
      return passedOver(line);
  }
}

function passedOver(line: string): NotifyWord {
  return { kind: "passed-over", text: line.slice(0, 80) };
}

function wholeOf(text: string): number | null {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(number) ? number : null;
}

function timed(line: string, micros: string, word: (time: Millis) => NotifyWord): NotifyWord {
  const number = wholeOf(micros);
  return number === null
    ? passedOver(line)
    : word(Math.min(Math.ceil(number / 1000), LONGEST_WAIT));
}

function jobs(line: string, text: string): NotifyWord {
  const count = wholeOf(text);
  if (count === null || count < 1 || count > MOST_JOBS) return passedOver(line);
  return { kind: "jobs", count };
}

function metric(line: string, text: string): NotifyWord {
  const at = text.indexOf("=");
  const [name, number] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
  const value = number.trim() === "" ? NaN : Number(number);
  if (!METRIC_NAME.test(name) || !Number.isFinite(value)) return passedOver(line);
  return { kind: "metric", name, value };
}
