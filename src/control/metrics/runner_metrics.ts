// The metrics of the runner itself: what it is, what it uses, how many processes are in which state.
import type { RunnerFace } from "../runner_face.ts";
import { Family, labelText } from "./metric_text.ts";
import { STATES } from "./process_metrics.ts";

export function runnerMetrics(runner: RunnerFace): readonly Family[] {
  return [...identity(runner), ...usage(runner), ...pool(runner), ...ownLog(runner)];
}

function identity({ identity, pool }: RunnerFace): readonly Family[] {
  const build = gauge("runner_build_info", "Version of the runner and what it runs; always 1.");
  const { version, manifest } = identity;
  const { identifier } = pool.plan.runner;
  build.add(labelText({ version, identifier, manifest, dialect: pool.plan.dialect }), 1);
  const started = gauge("runner_start_time_seconds", "When the runner was started, Unix time.");
  started.add("", identity.startedAt / 1000);
  return [build, started];
}

function usage(runner: RunnerFace): readonly Family[] {
  const { memory, cpuTime, descriptors } = runner.ownUsage();
  const resident = gauge("runner_resident_memory_bytes", "Resident memory of the runner itself.");
  resident.add("", memory);
  const cpu = counter("runner_cpu_seconds_total", "Processor time of the runner itself.");
  cpu.add("", cpuTime / 1000);
  const open = gauge("runner_open_fds", "Open file descriptors of the runner.");
  open.add("", descriptors);
  return [resident, cpu, open];
}

function pool(runner: RunnerFace): readonly Family[] {
  const counts = new Map(STATES.map((state) => [state, 0]));
  for (const { state } of runner.pool.processes.values()) {
    counts.set(state.name, (counts.get(state.name) ?? 0) + 1);
  }
  const processes = gauge("runner_processes", "Processes by state.");
  for (const [state, count] of counts) processes.add(labelText({ state }), count);
  const stopping = gauge("runner_stopping", "1 while the runner stops or restarts, else 0.");
  stopping.add("", runner.isEnding ? 1 : 0);
  const running = gauge("runner_scaled_processes", "Processes of a program scaled by an operator.");
  const wanted = gauge("runner_scaled_manifest_processes", "What the manifest says of such one.");
  for (const drift of runner.drift) {
    running.add(labelText({ program: drift.program }), drift.running);
    wanted.add(labelText({ program: drift.program }), drift.manifest);
  }
  return [processes, stopping, running, wanted];
}

function ownLog({ logs }: RunnerFace): readonly Family[] {
  const counters = logs.ownCounters;
  const written = counter("runner_log_bytes_total", "Bytes written to the runner's own log.");
  const lost = counter("runner_log_lost_bytes_total", "Bytes lost of the runner's own log.");
  written.add("", counters?.bytes ?? null);
  lost.add("", counters?.bytesLost ?? null);
  return [written, lost];
}

function gauge(name: string, help: string): Family {
  return new Family(name, "gauge", help);
}

function counter(name: string, help: string): Family {
  return new Family(name, "counter", help);
}
