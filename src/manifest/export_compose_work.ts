// The keys of a docker-compose service that are about its work: its health, and what it waits for.
import type { RawValue } from "./document.ts";
import type { Millis, ProcessPlan } from "./plan.ts";
import type { DependencyPlan, ProbePlan } from "./plan_work.ts";

type Table = Readonly<Record<string, RawValue>>;

/** Compose knows one check: what is looked at again and again, else what makes it ready. */
export function healthcheck({ ready, liveness: { health } }: ProcessPlan): Table {
  if (health !== null) {
    const start = health.grace > 0 ? health.grace : ready?.timeout ?? 0;
    return {
      healthcheck: {
        test: testOf(health.probe),
        interval: time(health.interval),
        timeout: time(health.timeout),
        retries: health.failures,
        ...(start === 0 ? {} : { start_period: time(start) }),
      },
    };
  }
  if (ready === null || ready.when.kind !== "probe") return {};
  return {
    healthcheck: {
      test: testOf(ready.when.probe),
      interval: time(Math.max(LEAST_INTERVAL, ready.when.interval)),
      start_period: time(ready.timeout),
    },
  };
}

/** A program is begun in the container for every look. */
const LEAST_INTERVAL: Millis = 1000;

function time(millis: Millis): string {
  return `${millis}ms`;
}

/** Looked at from within the container, by programs that the image must have. */
function testOf(probe: ProbePlan): readonly string[] {
  switch (probe.kind) {
    case "tcp":
      return ["CMD", "nc", "-z", probe.host, `${probe.port}`];
    case "unix":
      return ["CMD", "nc", "-zU", probe.path];
    case "http":
      return ["CMD", "curl", "-fsS", "-o", "/dev/null", probe.url];
    case "exec":
      return ["CMD", ...probe.command];
  }
}

/** The program that the image must have to look; null where there is nothing to look at. */
export function probeProgram({ ready, liveness: { health } }: ProcessPlan): string | null {
  const probe = health?.probe ?? (ready?.when.kind === "probe" ? ready.when.probe : null);
  const [, program] = probe === null || probe.kind === "exec" ? [] : testOf(probe);
  return program ?? null;
}

/** Another service that can be waited for. */
export interface AwaitedService {
  readonly name: string;
  readonly ids: readonly string[];
  /** It says by itself when it is ready. */
  readonly isChecked: boolean;
}

/** What compose shall wait for before it starts the service. */
export function dependencies(
  { dependsOn }: ProcessPlan,
  services: readonly AwaitedService[],
): Table {
  const waits = dependsOn.flatMap((one) =>
    services.filter(({ ids }) => ids.some((id) => one.ids.includes(id)))
      .map((service) => [service.name, { condition: conditionOf(one, service) }] as const)
  );
  return waits.length === 0 ? {} : { depends_on: Object.fromEntries(waits) };
}

function conditionOf({ until }: DependencyPlan, { isChecked }: AwaitedService): string {
  if (until === "done") return "service_completed_successfully";
  // Nobody would ever call a service healthy that has no check.
  return until === "ready" && isChecked ? "service_healthy" : "service_started";
}
