// A log file that is rotated at line ends, loses nothing on the way, and outlives a full disk.
import { type LogFact, type LogGap, LogLedger, RETRY_AFTER } from "../core/log_loss.ts";
import { type LogLimits, nextMidnight, nextStep, rotationSize } from "../core/log_policy.ts";
import type { Bytes, Millis } from "../manifest/plan.ts";
import type { Clock, Instant } from "../ports/clock.ts";
import type { LogCounters } from "../ports/logs.ts";
import { AppendFile } from "./append_file.ts";
import { carryHead, type LogPlace, pruneBackups, rotate } from "./log_backups.ts";
import type { LogSink, SinkState } from "./log_sink.ts";

const NEWLINE = Uint8Array.of(10);
/** How often a file in use is looked at: was it deleted, can it be rotated again. */
const LOOK_EVERY: Millis = 1000;
/** The wall clock may be set meanwhile: the calendar is asked at least so often. */
const CALENDAR_EVERY: Millis = 3_600_000;

export interface RotatingFileOptions extends LogPlace {
  readonly limits: LogLimits;
  readonly clock: Clock;
  readonly report: (fact: LogFact) => void;
  /** Told when there may be backups to compress. */
  readonly compress: (path: string) => void;
}

/** One log file and its backups. */
export class RotatingFile implements LogSink {
  readonly path: string;
  readonly pending = 0;
  readonly isFull = false;
  readonly #options: RotatingFileOptions;
  readonly #ledger: LogLedger;
  #limits: LogLimits;
  #file: AppendFile | null = null;
  /** Size over which there is something to decide; Infinity also when rotation has just failed. */
  #ceiling: Bytes = Infinity;
  #hasFailedToRotate = false;
  #lookAt: Millis = 0;
  #sizeAtLook: Bytes = 0;
  #midnight: Millis;
  #expiry: Millis | null = null;

  constructor(options: RotatingFileOptions) {
    this.#options = options;
    this.path = options.path;
    this.#limits = options.limits;
    this.#ledger = new LogLedger(options.path, options.report);
    const now = options.clock.now();
    this.#open();
    const isOld = this.#file !== null && this.#file.size > 0;
    this.#midnight = nextMidnight(isOld ? this.#file?.opened.modified ?? now.wall : now.wall);
    this.#prune(now.wall);
    this.tick(now);
  }

  get identity(): string | null {
    return this.#file?.opened.identity ?? null;
  }

  get counters(): LogCounters {
    return this.#ledger.counters;
  }

  write(bytes: Uint8Array): boolean {
    this.#ledger.bytes += bytes.length;
    const now = this.#options.clock.now();
    if (this.#ledger.gap !== null) {
      this.#writeInGap(bytes, { gap: this.#ledger.gap, now });
      return true;
    }
    if (now.mono >= this.#lookAt) this.#look(now);
    this.#place(bytes);
    return true;
  }

  adjust(limits: LogLimits): void {
    this.#limits = limits;
    this.#setCeiling();
    this.#prune(this.#options.clock.now().wall);
  }

  clear(): boolean {
    this.#sizeAtLook = 0;
    return this.#file?.truncate(0) ?? false;
  }

  reopen(): void {
    const old = this.#file;
    const fault = this.#open();
    if (fault === null && old !== null) {
      if (this.#file !== null && this.#ledger.gap === null) carryHead(old, this.#file);
      old.close();
    }
    // What could not be written before may be written now.
    if (this.#ledger.gap !== null) this.#ledger.gap.retryAt = 0;
  }

  tick(now: Instant): void {
    if (this.#limits.daily && now.wall >= this.#midnight) {
      this.#midnight = nextMidnight(now.wall);
      this.#file?.refresh();
      const tail = this.#file?.tail() ?? 0;
      if (this.#file !== null && this.#file.size > 0 && this.#ledger.gap === null) {
        this.#rotate(this.#file, tail < this.#file.size ? tail : 0);
      }
    }
    if (this.#expiry !== null && now.wall >= this.#expiry) this.#prune(now.wall);
  }

  nextTick(now: Instant): Millis | null {
    const { daily } = this.#limits;
    if (!daily && this.#expiry === null) return null;
    const due = Math.min(daily ? this.#midnight : Infinity, this.#expiry ?? Infinity);
    return now.mono + Math.min(Math.max(0, due - now.wall), CALENDAR_EVERY);
  }

  close(): void {
    this.#ledger.close();
    this.#file?.close();
    this.#file = null;
  }

  handOver(): SinkState {
    return { ledger: this.#ledger.state, waiting: [], held: null };
  }

  adopt({ ledger }: SinkState): void {
    this.#ledger.adopt(ledger);
  }

  /** Opens the file by its name. When that fails what was open stays, and only without it bytes are lost. */
  #open(): string | null {
    const file = AppendFile.open(this.#options.driver, this.#options);
    if ("fault" in file) {
      const { mono } = this.#options.clock.now();
      if (this.#file === null) this.#ledger.lose(new Uint8Array(0), { reason: file.fault, mono });
      else this.#tellUnrotated(file.fault);
      return file.fault;
    }
    this.#file = file;
    this.#sizeAtLook = file.size;
    this.#setCeiling();
    return null;
  }

  #setCeiling(): void {
    const size = rotationSize(this.#limits);
    this.#ceiling = size === 0 ? Infinity : size;
  }

  /** Writes all of the bytes, rotating where it must; false: some were lost. */
  #place(bytes: Uint8Array): boolean {
    let rest = bytes;
    while (rest.length > 0) {
      const file = this.#file;
      if (file === null) return this.#lose(rest, "it is not open");
      let part = rest;
      if (file.size + rest.length > this.#ceiling) {
        file.refresh();
        const live = { size: file.size, limit: this.#ceiling, tail: file.tail() };
        const step = nextStep(rest, live);
        if (step.kind === "rotate") {
          this.#rotate(file, step.moved);
          continue;
        }
        part = rest.subarray(0, step.length);
      }
      const written = file.append(part);
      if (written < part.length) return this.#lose(rest.subarray(written), file.lastFault);
      if (written === rest.length) return true;
      rest = rest.subarray(written);
    }
    return true;
  }

  #lose(bytes: Uint8Array, reason: string): false {
    this.#ledger.lose(bytes, { reason, mono: this.#options.clock.now().mono });
    return false;
  }

  /** Tries once a second to write again, from the start of a line on. */
  #writeInGap(bytes: Uint8Array, { gap, now }: { gap: LogGap; now: Instant }): void {
    if (now.mono < gap.retryAt) return gap.add(bytes);
    gap.retryAt = now.mono + RETRY_AFTER;
    if (this.#file?.refresh() === false) this.#letGo();
    if (this.#file === null && this.#open() !== null) return gap.add(bytes);
    const rest = gap.rest(bytes);
    if (rest.length === 0) return;
    const file = this.#file;
    // The half line from before the gap must not be continued by another one.
    const isHalf = file !== null && !file.endsLine;
    if (isHalf && file.append(NEWLINE) < 1) return gap.add(rest);
    if (this.#place(rest)) this.#ledger.resume();
  }

  /** Once a second of use: start anew when the file was deleted, and try again to rotate. */
  #look(now: Instant): void {
    this.#lookAt = now.mono + LOOK_EVERY;
    this.#setCeiling();
    const written = (this.#file?.size ?? 0) - this.#sizeAtLook;
    if (this.#file?.refresh() === false) {
      this.#ledger.loseWritten(written);
      this.#letGo();
      this.#open();
    }
    this.#sizeAtLook = this.#file?.size ?? 0;
  }

  #letGo(): void {
    this.#file?.close();
    this.#file = null;
  }

  /** Starts a new file; when that fails, the old one grows on and it is tried again at the next look. */
  #rotate(file: AppendFile, moved: Bytes): void {
    const next = rotate(file, { place: this.#options, keep: this.#limits.backups, moved });
    if ("fault" in next) {
      this.#ceiling = Infinity;
      return this.#tellUnrotated(next.fault);
    }
    this.#hasFailedToRotate = false;
    this.#file = next;
    this.#sizeAtLook = next.size;
    this.#ledger.rotations++;
    this.#prune(this.#options.clock.now().wall);
  }

  #tellUnrotated(reason: string): void {
    if (!this.#hasFailedToRotate) {
      this.#ledger.report({ kind: "log-unrotated", log: this.path, reason });
    }
    this.#hasFailedToRotate = true;
  }

  #prune(wall: Millis): void {
    const limits = this.#limits;
    const isBounded = limits.maxAge !== null || limits.totalMax !== null;
    this.#expiry = !isBounded ? null : pruneBackups(this.#options, { limits, wall });
    if (limits.compress && limits.backups > 0) this.#options.compress(this.path);
  }
}
