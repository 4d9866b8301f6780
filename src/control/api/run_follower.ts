// Follows one run for one client: what it says, and how it ends.
import { shellStatus } from "../../base/exit.ts";
import { runOutcome } from "../../core/job_runs.ts";
import { exitText } from "../../core/log_lines.ts";
import type { Pool } from "../../core/pool.ts";
import { isDown, type Process } from "../../core/process_state.ts";
import { shownName } from "../../core/resolve_names.ts";
import { every } from "../../ports/every.ts";
import type { StreamName } from "../../ports/logs.ts";
import type { ReplyStream } from "../http/message.ts";
import type { RunnerFace } from "../runner_face.ts";
import type { RunEnded, RunLine } from "./job_types.ts";
import { exitView } from "./job_view.ts";
import { HEARTBEAT } from "./server_events.ts";

export class RunFollower implements Disposable {
  readonly #runner: RunnerFace;
  readonly #before: Process;
  readonly #out: ReplyStream;
  readonly #open: Disposable[] = [];
  #isSlow = false;
  /** Bytes that the client was too slow for. */
  #dropped = 0;
  #isDone = false;

  constructor(runner: RunnerFace, before: Process, out: ReplyStream) {
    this.#runner = runner;
    this.#before = before;
    this.#out = out;
  }

  /** Looks on first, and starts then: nothing is missed. */
  begin(): void {
    const { plan } = this.#before;
    const streams: StreamName[] = plan.stderr === "stdout" ? ["stdout"] : ["stdout", "stderr"];
    for (const stream of streams) this.#open.push(this.#tap(stream));
    this.#open.push(every(this.#runner, HEARTBEAT, () => this.#live()));
    this.#out.onDrain(() => this.#drained());
    this.#write({ kind: "begun", id: plan.id, shown: shownName(plan) });
    this.#open.push(this.#runner.watch({ settled: (pool) => this.#look(pool) }));
    this.#runner.order({ kind: "start", ids: [plan.id] });
    this.#look(this.#runner.pool);
  }

  close(): void {
    this.#isDone = true;
    for (const one of this.#open.splice(0)) one[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #tap(stream: StreamName): Disposable {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    return this.#runner.logs.tap(this.#before.plan, stream, (bytes) => {
      if (this.#isSlow) {
        this.#dropped += bytes.length;
        return;
      }
      const text = decoder.decode(bytes, { stream: true });
      if (text !== "") this.#write({ kind: "output", stream, text });
    });
  }

  #live(): void {
    if (!this.#isSlow) this.#isSlow = !this.#out.write("\n");
  }

  #drained(): void {
    if (this.#out.isClosed) return this.close();
    this.#isSlow = false;
    this.#sayDropped();
  }

  #sayDropped(): void {
    const bytes = this.#dropped;
    this.#dropped = 0;
    if (bytes > 0) this.#write({ kind: "dropped", bytes });
  }

  #look(pool: Pool): void {
    if (this.#isDone) return;
    const { id } = this.#before.plan;
    const run = this.#before.run + 1;
    const process = pool.processes.get(id);
    const hasBegun = process === undefined || process.run >= run;
    // It may have to wait for what it depends on.
    if (!hasBegun && (pool.waiting.has(id) || process.state.name === "STARTING")) return;
    if (hasBegun && process?.run === run && !isOver(process)) return;
    this.#sayDropped();
    this.#write(endOf(process, run));
    this.close();
    this.#out.end();
  }

  #write(line: RunLine): void {
    if (!this.#out.write(`${JSON.stringify(line)}\n`)) this.#isSlow = true;
  }
}

/** One that is tried again has ended all the same. */
function isOver(process: Process): boolean {
  return isDown(process) || process.state.name === "BACKOFF";
}

function endOf(process: Process | undefined, run: number): RunEnded {
  if (process !== undefined && process.run < run) {
    const reason = "it was not started: it has been stopped, or its hook said no";
    return ended({ result: "stopped", status: 1, duration: 0, reason }, null);
  }
  const { result, exit, reason } = runOutcome(process, run);
  const own = process?.lastEnd?.run === run ? process.lastEnd : null;
  const shown = exit === null ? 1 : shellStatus(exit);
  const status = result === "ok" ? shown : shown || 1;
  const words = reason !== "" || exit === null ? reason : exitText(exit);
  return ended({ result, status, duration: (own?.uptime ?? 0) / 1000, reason: words }, exit);
}

function ended(
  values: Omit<RunEnded, "kind" | "code" | "signal">,
  exit: Parameters<typeof exitView>[0],
): RunEnded {
  return { kind: "ended", ...values, ...exitView(exit) };
}
