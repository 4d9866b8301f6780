// The parts of a pod, and of what makes pods, that are about the work of a program.
import { isLoopback } from "../base/ip_address.ts";
import { cronFields, cronText } from "./cron_fields.ts";
import { keepDollars } from "./export_kubernetes_parts.ts";
import type { Millis, ProcessPlan } from "./plan.ts";
import type { ProbePlan, SchedulePlan } from "./plan_work.ts";
import { LOOPBACK } from "./ready_words.ts";
import type { JsonTable } from "./value_type.ts";

/** Kubernetes counts in whole seconds, from 1. */
export function wholeSeconds(time: Millis): number {
  return Math.max(1, Math.ceil(time / 1000));
}

/** How often a pod that was ready once is looked at. */
const READY_PERIOD = 5;

/** Startup and readiness from `ready`, liveness from `health`. */
export function programProbes({ ready, liveness: { health }, type, schedule }: ProcessPlan) {
  const isServing = type === "service" && schedule === null;
  const when = ready?.when;
  const start = isServing && when?.kind === "probe" ? probeHandler(when.probe) : null;
  const period = when?.kind === "probe" ? wholeSeconds(when.interval) : 1;
  return {
    ...(start === null || ready === null ? {} : {
      startupProbe: {
        ...start,
        periodSeconds: period,
        failureThreshold: Math.ceil(wholeSeconds(ready.timeout) / period),
      },
      readinessProbe: { ...start, periodSeconds: READY_PERIOD },
    }),
    ...(health === null ? {} : {
      livenessProbe: {
        ...probeHandler(health.probe),
        ...(health.grace === 0 ? {} : { initialDelaySeconds: wholeSeconds(health.grace) }),
        periodSeconds: wholeSeconds(health.interval),
        timeoutSeconds: wholeSeconds(health.timeout),
        failureThreshold: health.failures,
      },
    }),
  };
}

function probeHandler(probe: ProbePlan): JsonTable {
  switch (probe.kind) {
    case "tcp":
      return { tcpSocket: { ...hostOf(probe.host), port: probe.port } };
    case "unix":
      return { exec: { command: ["test", "-S", probe.path] } };
    case "exec":
      return { exec: { command: probe.command.map(keepDollars) } };
    case "http": {
      const { protocol, hostname, port, pathname, search } = new URL(probe.url);
      const isSecure = protocol === "https:";
      return {
        httpGet: {
          ...hostOf(hostname),
          path: pathname + search,
          port: port === "" ? (isSecure ? 443 : 80) : Number(port),
          ...(isSecure ? { scheme: "HTTPS" } : {}),
        },
      };
    }
  }
}

/** What is on this machine for the runner is in the pod for Kubernetes. */
function hostOf(host: string): JsonTable {
  return isOwnHost(host) ? {} : { host };
}

function isOwnHost(host: string): boolean {
  return host === LOOPBACK || isLoopback(host.replace(/^\[|\]$/g, ""));
}

/** Whether something is looked at from outside that might listen for itself alone. */
export function looksAtLoopback({ ready, liveness: { health } }: ProcessPlan): boolean {
  const probes = [ready?.when.kind === "probe" ? ready.when.probe : null, health?.probe ?? null];
  return probes.some((probe) => {
    if (probe?.kind === "tcp") return isOwnHost(probe.host);
    return probe?.kind === "http" && isOwnHost(new URL(probe.url).hostname);
  });
}

/** Hooks that run beside the container. */
export function lifecycle({ hooks: { postStart, preStop } }: ProcessPlan): JsonTable {
  if (postStart === null && preStop === null) return {};
  const handler = (command: readonly string[]): JsonTable => ({ exec: { command } });
  return {
    lifecycle: {
      ...(postStart === null ? {} : { postStart: handler(postStart.command) }),
      ...(preStop === null ? {} : { preStop: handler(preStop.command) }),
    },
  };
}

/** What comes before the container: the same image, another command. */
export function initContainers({ hooks: { preStart } }: ProcessPlan, container: JsonTable) {
  if (preStart === null) return {};
  const { image, workingDir, env, envFrom } = container;
  const kept = { image, workingDir, env, envFrom };
  const present = Object.entries(kept).filter(([, value]) => value !== undefined);
  const command = preStart.command.map(keepDollars);
  return { initContainers: [{ name: "pre-start", ...Object.fromEntries(present), command }] };
}

const POLICIES = { skip: "Forbid", queue: "Forbid", kill: "Replace", allow: "Allow" } as const;
/** A run that is later is left out: less than the ten seconds between two looks would leave out all. */
const PUNCTUAL = 60;

/** The specification of a CronJob. */
export function cronJobSpec(schedule: SchedulePlan, pod: JsonTable): JsonTable {
  const cron = kubernetesCron(schedule);
  return {
    schedule: cron ?? "0 0 1 1 *",
    ...(cron === null ? { suspend: true } : {}),
    ...(schedule.timeZone === null ? {} : { timeZone: schedule.timeZone }),
    concurrencyPolicy: POLICIES[schedule.overlap],
    ...(schedule.catchUp === "once" ? {} : { startingDeadlineSeconds: PUNCTUAL }),
    successfulJobsHistoryLimit: schedule.history,
    failedJobsHistoryLimit: schedule.history,
    jobTemplate: { spec: { backoffLimit: schedule.retries, template: pod } },
  };
}

/** Five plain fields; null for seconds, and for days counted from the end of a month. */
export function kubernetesCron({ expression }: SchedulePlan): string | null {
  const fields = cronFields(expression);
  if (fields === null || fields.second !== "0") return null;
  const { day, weekday } = fields;
  return /[LW#+]/i.test(day) || /[#L+]/i.test(weekday) ? null : cronText(fields);
}

/** How a Deployment replaces its pods. */
export function rollout({ recycle, ready }: ProcessPlan): JsonTable {
  const delay = ready?.when.kind === "delay" ? ready.when.wait : 0;
  return {
    ...(recycle.spare === 0 ? {} : {
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    }),
    ...(delay === 0 ? {} : { minReadySeconds: wholeSeconds(delay) }),
  };
}
