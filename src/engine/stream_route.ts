// Where one stream of a process goes: the logs it has open, kept over all runs, and a way in for each run's pipe.
import { headFormat, jsonFormat, type LineFormat, textFormat } from "../core/log_format.ts";
import { NO_LIMITS } from "../core/log_policy.ts";
import type { LogPlan, Millis, ProcessPlan } from "../manifest/plan.ts";
import type {
  LogCounters,
  LogSource,
  LogStore,
  LogTarget,
  LogWriter,
  StreamName,
} from "../ports/logs.ts";
import type { Foreground } from "./foreground.ts";
import type { LineOutlet } from "./line_outlets.ts";

export interface RouteParts {
  readonly store: LogStore;
  readonly foreground: Foreground | null;
  /** Takes output as supervisord's log does at level debug; null: the level is another. */
  readonly debug: ((message: string) => void) | null;
}

/** The logs of one stream. */
export class StreamRoute {
  readonly plan: LogPlan;
  readonly stream: StreamName;
  readonly #process: ProcessPlan;
  readonly #parts: RouteParts;
  readonly #log: LogWriter | null;
  readonly #syslog: LogWriter | null;

  constructor(
    process: ProcessPlan,
    { stream, plan, parts }: {
      readonly stream: StreamName;
      readonly plan: LogPlan;
      readonly parts: RouteParts;
    },
  ) {
    this.plan = plan;
    this.stream = stream;
    this.#process = process;
    this.#parts = parts;
    const target = targetOf(plan, process, stream);
    this.#log = target === null ? null : parts.store.open(target, plan);
    this.#syslog = plan.syslog ? parts.store.open({ kind: "syslog" }, NO_LIMITS) : null;
  }

  /** The log file; null when there is none. */
  get path(): string | null {
    return this.#log?.path ?? null;
  }

  get counters(): LogCounters | null {
    return this.#log?.counters ?? null;
  }

  /** True when only limits differ: then they can change while the logs stay open. */
  isLike(plan: LogPlan): boolean {
    const shape = ({ destination, format, stripAnsi, syslog, shown, ...rest }: LogPlan) =>
      JSON.stringify([
        destination,
        format,
        stripAnsi,
        syslog,
        shown,
        rest.captureMaxBytes,
        rest.eventsEnabled,
      ]);
    return shape(plan) === shape(this.plan);
  }

  adjust(plan: LogPlan): void {
    this.#log?.adjust(plan);
  }

  clear(): boolean {
    return this.#log?.clear() ?? false;
  }

  close(): void {
    this.#log?.close();
    this.#syslog?.close();
  }

  /** The log itself, for bytes as they are; null when it takes lines or there is none. */
  rawLog(): LogWriter | null {
    return this.plan.format === "raw" ? this.#log : null;
  }

  /** What sources of this stream are called: bytes of one stream follow each other over all runs. */
  get key(): string {
    return `${this.#process.id} ${this.stream}`;
  }

  /** Everything that takes lines. */
  lineOutlets(onDrain: (outlet: number) => void): LineOutlet[] {
    const outlets: LineOutlet[] = [];
    const { foreground, debug } = this.#parts;
    const { destination, format, shown } = this.plan;
    const formatAt = (wall: Millis) => this.#format(wall);
    const add = (writer: Pick<LogWriter, "source">, at: LineOutlet["formatAt"]) => {
      const number = outlets.length;
      outlets.push({ source: writer.source(this.key, () => onDrain(number)), formatAt: at });
    };
    if (format !== "raw" && this.#log !== null) add(this.#log, formatAt);
    if (this.#syslog !== null) {
      const head = headFormat(new TextEncoder().encode(`${this.#process.name} `));
      add(this.#syslog, () => head);
    }
    if (debug !== null) {
      const source = () => this.#debugSource(debug);
      add({ source }, () => headFormat(new Uint8Array(0)));
    }
    const isOwnStream = destination.kind === "stdout" || destination.kind === "stderr";
    if (foreground !== null && shown && !isOwnStream) {
      const raw = () => foreground.format(this.#process.id);
      const source = (_key: string, drained: () => void) => foreground.source(drained);
      add({ source }, format === "raw" ? raw : formatAt);
    }
    return outlets;
  }

  #debugSource(debug: (message: string) => void): LogSource {
    const head = `'${this.#process.name}' ${this.stream} output:\n`;
    const write = (bytes: Uint8Array) => {
      debug(head + new TextDecoder().decode(bytes).trimEnd());
      return true;
    };
    return { write, close: () => {} };
  }

  #format(wall: Millis): LineFormat {
    const { program, name, id } = this.#process;
    const origin = { program, name, process: id, stream: this.stream };
    return this.plan.format === "json" ? jsonFormat(origin, wall) : textFormat(origin, wall);
  }
}

function targetOf(plan: LogPlan, process: ProcessPlan, stream: StreamName): LogTarget | null {
  switch (plan.destination.kind) {
    case "none":
      return null;
    case "auto":
      return { kind: "auto", process: process.name, stream };
    case "file":
    case "stdout":
    case "stderr":
      return plan.destination;
  }
}
