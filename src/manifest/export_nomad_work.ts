// The parts of a job of Nomad that are about the work of a program: checks, hooks, times.
import { isLoopback } from "../base/ip_address.ts";
import { cronFields } from "./cron_fields.ts";
import type { Millis, ProcessPlan } from "./plan.ts";
import type { HookName, ProbePlan } from "./plan_work.ts";
import { LOOPBACK } from "./ready_words.ts";
import type { JsonTable } from "./value_type.ts";

/** Nomad's times. */
export function nanoseconds(time: Millis): number {
  return time * 1_000_000;
}

/** What Nomad looks at: the health, else what makes it ready. */
function checkedProbe({ ready, liveness: { health } }: ProcessPlan): ProbePlan | null {
  return health?.probe ?? (ready?.when.kind === "probe" ? ready.when.probe : null);
}

interface CheckPort {
  readonly host: string;
  readonly port: number;
}

/** The port of a check; null where none is looked at, or on another machine. */
function portOf(probe: ProbePlan): CheckPort | null {
  if (probe.kind === "tcp") return own({ host: probe.host, port: probe.port });
  if (probe.kind !== "http") return null;
  const { hostname, port, protocol } = new URL(probe.url);
  const usual = protocol === "https:" ? 443 : 80;
  return own({ host: hostname, port: port === "" ? usual : Number(port) });
}

function own(found: CheckPort): CheckPort | null {
  const host = found.host.replace(/^\[|\]$/g, "");
  return host === LOOPBACK || isLoopback(host) ? found : null;
}

/** Whether Nomad has a check for what the runner would look at; true when that is nothing. */
export function isChecked(process: ProcessPlan): boolean {
  const probe = checkedProbe(process);
  return probe === null || probe.kind === "exec" || portOf(probe) !== null;
}

/** The service of a task group, with its check, and the port that it has. */
export function checkedService(name: string, process: ProcessPlan): JsonTable {
  const probe = checkedProbe(process);
  if (probe === null || !isChecked(process)) return {};
  const port = portOf(probe);
  const { liveness: { health } } = process;
  const check = {
    Name: `${name} check`,
    ...checkOf(probe, name),
    Interval: nanoseconds(health?.interval ?? USUAL.interval),
    Timeout: nanoseconds(health?.timeout ?? USUAL.timeout),
    ...(health === null ? {} : {
      CheckRestart: { Limit: health.failures, Grace: nanoseconds(health.grace) },
    }),
  };
  const service = {
    Name: name,
    // Commands are looked at by Consul alone.
    Provider: port === null ? "consul" : "nomad",
    ...(port === null ? {} : { PortLabel: PORT_LABEL }),
    Checks: [check],
  };
  const ports = port === null
    ? {}
    : { Networks: [{ ReservedPorts: [{ Label: PORT_LABEL, Value: port.port }] }] };
  return { ...ports, Services: [service] };
}

const PORT_LABEL = "main";
const USUAL = { interval: 10_000, timeout: 5000 };

function checkOf(probe: ProbePlan, task: string): JsonTable {
  switch (probe.kind) {
    case "tcp":
    case "unix":
      return { Type: "tcp" };
    case "exec": {
      const [Command = "", ...Args] = probe.command;
      return { Type: "script", Command, Args, TaskName: task };
    }
    case "http": {
      const { protocol, pathname, search } = new URL(probe.url);
      const Protocol = protocol.slice(0, -1);
      return {
        Type: "http",
        Path: pathname + search,
        ...(Protocol === "http" ? {} : { Protocol }),
      };
    }
  }
}

/** Hooks that are tasks of their own, and when. */
const LIFECYCLES: readonly (readonly [HookName, string])[] = [
  ["preStart", "prestart"],
  ["postStart", "poststart"],
  ["postExit", "poststop"],
];

/** Tasks beside the main one, which stay what it is otherwise. */
export function hookTasks(
  { hooks }: ProcessPlan,
  taskOf: (command: readonly string[]) => JsonTable,
): readonly JsonTable[] {
  return LIFECYCLES.flatMap(([name, word]): JsonTable[] => {
    const hook = hooks[name];
    if (hook === null) return [];
    return [{ ...taskOf(hook.command), Name: word, Lifecycle: { Hook: word, Sidecar: false } }];
  });
}

/** When a batch job is run; null for what Nomad's cron cannot say. */
export function periodic({ schedule }: ProcessPlan): JsonTable | null {
  const fields = schedule === null ? null : cronFields(schedule.expression);
  if (schedule === null || fields === null) return null;
  const { second, minute, hour, day, month, weekday } = fields;
  const rest = [minute, hour, day, month, weekday];
  if (/[LW#+?]/i.test(day) || /[L#+]/i.test(weekday)) return null;
  return {
    Enabled: true,
    SpecType: "cron",
    Spec: (second === "0" ? rest : [second, ...rest]).join(" "),
    ...(schedule.timeZone === null ? {} : { TimeZone: schedule.timeZone }),
    ProhibitOverlap: schedule.overlap !== "allow",
  };
}
