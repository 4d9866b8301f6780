// The metrics of every process: state, restarts, ends, memory, processor time and output.
import { pidOf, type Process } from "../../core/process_state.ts";
import { isStandingBy } from "../../core/recycle_swap.ts";
import type { StreamName } from "../../ports/logs.ts";
import type { RunnerFace, StateName, Usage } from "../runner_face.ts";
import { Family, type LabelText, labelText, withLabel } from "./metric_text.ts";

export const STATES: readonly StateName[] = [
  "STOPPED",
  "STARTING",
  "RUNNING",
  "BACKOFF",
  "STOPPING",
  "EXITED",
  "FATAL",
];

const STREAMS: readonly StreamName[] = ["stdout", "stderr"];

/** The families of processes, in the order they are printed. */
export function processMetrics(
  runner: RunnerFace,
  usage: ReadonlyMap<string, Usage>,
): readonly Family[] {
  const families = newFamilies();
  for (const process of runner.pool.processes.values()) {
    const { group, program, name } = process.plan;
    const labels = labelText({ group, program, process: name });
    addState(families, process, labels);
    addUsage(families, labels, usage.get(process.plan.id));
    addWait(families, labels, { runner, process });
    addCounts(families, labels, { runner, process });
    addOutput(families, labels, { runner, process });
    addRecycling(families, labels, process);
    addWellness(families, labels, { runner, process });
  }
  return Object.values(families);
}

type Families = ReturnType<typeof newFamilies>;

function newFamilies() {
  const gauge = (name: string, help: string) => new Family(`runner_process_${name}`, "gauge", help);
  const counter = (name: string, help: string) =>
    new Family(`runner_process_${name}_total`, "counter", help);
  return {
    state: gauge("state", "1 for the state the process is in, 0 for the others."),
    up: gauge("up", "1 when the process is RUNNING, else 0."),
    waiting: gauge("waiting", "1 when it is not started before its dependencies, else 0."),
    started: gauge("start_time_seconds", "When the present child was started, Unix time."),
    restarts: counter("restarts", "Restarts by reason."),
    exits: counter("exits", "Ends of children by exit code or signal."),
    backoff: counter("backoff_seconds", "Time spent waiting for the next try."),
    memory: gauge("resident_memory_bytes", "Resident memory with all descendants."),
    peak: gauge("resident_memory_peak_bytes", "Highest resident memory seen in the present run."),
    cap: gauge("memory_cap_bytes", "max_memory of the manifest."),
    capHits: counter("memory_cap_hits", "How often the process was over max_memory."),
    cpu: counter(
      "cpu_seconds",
      "Processor time of the present run with its descendants, as far as they were seen.",
    ),
    children: gauge(
      "tree_processes",
      "Operating system processes of the tree, the child included.",
    ),
    output: counter("output_bytes", "Bytes read from the process."),
    logged: counter("log_bytes", "Bytes written to the log."),
    bytesLost: counter("log_lost_bytes", "Bytes that could not be written to the log."),
    linesLost: counter("log_lost_lines", "Lines that could not be written to the log."),
    rotations: counter("log_rotations", "Rotations of the log."),
    ready: gauge("ready", "1 when the process is ready, else 0; only for those that have to be."),
    healthy: gauge("healthy", "1 when its last health probe was good, else 0."),
    badLooks: counter("probe_failures", "Failed probes, by what they are for."),
    jobs: gauge("jobs", "Jobs that the present child has told of."),
    spare: gauge("spare", "1 when it stands by to take over from another, else 0."),
    own: gauge("metric", "Numbers that the process tells of itself, by metric."),
  };
}

function addState(families: Families, process: Process, labels: LabelText): void {
  const { state, plan, lastStart } = process;
  for (const name of STATES) {
    families.state.add(withLabel(labels, "state", name), state.name === name ? 1 : 0);
  }
  families.up.add(labels, state.name === "RUNNING" ? 1 : 0);
  const isAlive = pidOf(process) !== null && lastStart !== null;
  families.started.add(labels, isAlive ? lastStart.wall / 1000 : null);
  families.cap.add(labels, plan.memory.cap);
}

function addUsage(families: Families, labels: LabelText, usage: Usage | undefined): void {
  if (usage === undefined) return;
  families.memory.add(labels, usage.memory);
  families.peak.add(labels, usage.memoryPeak);
  families.cpu.add(labels, usage.cpuTime / 1000);
  families.children.add(labels, usage.processes);
}

/** Only of those who can wait: a thousand processes have many lines as it is. */
function addWait(families: Families, labels: LabelText, { runner, process }: Source): void {
  const { id, dependsOn } = process.plan;
  if (dependsOn.length > 0) families.waiting.add(labels, runner.pool.waiting.has(id) ? 1 : 0);
}

/** Only of those that it is about. */
function addRecycling(families: Families, labels: LabelText, process: Process): void {
  const { jobs, plan: { recycle } } = process;
  if (jobs > 0 || recycle.maxJobs !== null) families.jobs.add(labels, jobs);
  if (recycle.spare > 0) families.spare.add(labels, isStandingBy(process) ? 1 : 0);
}

interface Source {
  readonly runner: RunnerFace;
  readonly process: Process;
}

function addCounts(families: Families, labels: LabelText, { runner, process }: Source): void {
  const { restarts, exits, capHits, backoff } = runner.counts(process.plan.id);
  for (const [reason, count] of restarts) {
    families.restarts.add(withLabel(labels, "reason", reason), count);
  }
  for (const [status, count] of exits) {
    families.exits.add(withLabel(labels, "status", status), count);
  }
  // A rate needs the zero before the first hit.
  if (process.plan.memory.cap !== null) families.capHits.add(labels, capHits);
  families.backoff.add(labels, Math.round(backoff) / 1000);
}

function addOutput(families: Families, labels: LabelText, { runner, process }: Source): void {
  const { plan } = process;
  for (const stream of STREAMS) {
    const log = plan[stream];
    if (log === "stdout") continue;
    const counters = runner.logs.counters(plan.id, stream);
    if (counters === null) continue;
    const own = withLabel(labels, "stream", stream);
    families.output.add(own, counters.read);
    // What goes nowhere is not logged, and a thousand processes have many lines as it is.
    if (log.destination.kind === "none" && !log.syslog) continue;
    families.logged.add(own, counters.bytes);
    families.bytesLost.add(own, counters.bytesLost);
    families.linesLost.add(own, counters.linesLost);
    families.rotations.add(own, counters.rotations);
  }
}

/** Only of those that somebody looks after: the others have no lines of it. */
function addWellness(families: Families, labels: LabelText, { runner, process }: Source): void {
  const { plan, state } = process;
  if (plan.ready !== null) families.ready.add(labels, state.name === "RUNNING" ? 1 : 0);
  const look = runner.wellness(plan.id);
  if (look === null) return;
  const { health, failedLooks, metrics } = look;
  if (plan.ready?.when.kind === "probe") {
    families.badLooks.add(withLabel(labels, "probe", "ready"), failedLooks.ready);
  }
  if (plan.liveness.health !== null) {
    families.badLooks.add(withLabel(labels, "probe", "health"), failedLooks.health);
    families.healthy.add(labels, health === null ? null : Number(health.fault === null));
  }
  for (const [name, value] of metrics) {
    families.own.add(withLabel(labels, "metric", name), value);
  }
}
