// The copy of all output on our own stdout: each line behind the aligned and coloured name of its process.
import { displayWidth } from "../core/display_width.ts";
import { foregroundHead, headFormat, type LineFormat } from "../core/log_format.ts";
import { NO_LIMITS } from "../core/log_policy.ts";
import type { ProcessPlan } from "../manifest/plan.ts";
import type { LogSource, LogStore, LogWriter } from "../ports/logs.ts";

/** Longer names stick out instead of moving all others to the right. */
const WIDEST = 24;

export interface ForegroundLook {
  readonly colour: boolean;
}

interface Label {
  readonly name: string;
  readonly index: number;
  format: LineFormat;
}

/** Our stdout, shared by all processes. */
export class Foreground {
  readonly #writer: LogWriter;
  readonly #look: ForegroundLook;
  readonly #labels = new Map<string, Label>();
  #width = 0;
  #count = 0;

  constructor(store: LogStore, look: ForegroundLook) {
    this.#writer = store.open({ kind: "stdout" }, NO_LIMITS);
    this.#look = look;
  }

  /** A way in for whole lines. */
  source(onDrain: () => void): LogSource {
    return this.#writer.source("foreground", onDrain);
  }

  /** Makes a process known; the names of all are aligned to the longest. */
  register({ id, group, name }: ProcessPlan): void {
    if (this.#labels.has(id)) return;
    const isAlone = group === name || name.startsWith(group);
    const label = isAlone ? name : id;
    const width = Math.min(WIDEST, Math.max(this.#width, displayWidth(label)));
    const isWider = width > this.#width;
    this.#width = width;
    const index = this.#count++;
    this.#labels.set(id, { name: label, index, format: this.#formatOf(label, index) });
    if (!isWider) return;
    for (const other of this.#labels.values()) {
      other.format = this.#formatOf(other.name, other.index);
    }
  }

  forget(id: string): void {
    this.#labels.delete(id);
  }

  /** How raw lines of a process look now. */
  format(id: string): LineFormat {
    return this.#labels.get(id)?.format ?? this.#formatOf(id, 0);
  }

  close(): void {
    this.#writer.close();
  }

  #formatOf(name: string, index: number): LineFormat {
    return headFormat(foregroundHead(name, this.#width, this.#look.colour ? index : null));
  }
}
