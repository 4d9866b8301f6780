// All logs of a runner: who names the same file shares it; the calendar of all of them is one timer.
import { resolve } from "node:path";
import type { LogFact } from "../core/log_loss.ts";
import type { Millis } from "../manifest/plan.ts";
import type { Clock } from "../ports/clock.ts";
import type {
  LogDriver,
  LogLimits,
  LogStore,
  LogTarget,
  LogWriter,
  WritableWatch,
} from "../ports/logs.ts";
import { AUTO_MODE, createAutoLog, removeAutoLogs } from "./auto_log.ts";
import { diskDriver } from "./log_driver.ts";
import { GzipBackups } from "./gzip_backups.ts";
import type { LogSink } from "./log_sink.ts";
import { openPath, openStandard } from "./open_stream.ts";
import { RotatingFile } from "./rotating_file.ts";
import { SharedLog, type SharedLogState } from "./shared_log.ts";
import { StreamLog } from "./stream_log.ts";
import { openSyslog } from "./syslog_stream.ts";

/** As open(2) of any program; the umask takes its part. */
const FILE_MODE = 0o666;
/** Time that the programs get to come up in. */
const CLEAN_AFTER: Millis = 1_000;

export interface LogStoreOptions {
  readonly clock: Clock;
  readonly watch: WritableWatch;
  /** Folder of AUTO logs; null: the system's folder for temporary files. */
  readonly childLogDir: string | null;
  readonly identifier: string;
  /** Up to four hexadecimal digits in the names of AUTO logs that tell runners apart. */
  readonly owner?: string;
  /** AUTO logs of earlier runners stay. */
  readonly noCleanup: boolean;
  readonly driver?: LogDriver;
  readonly syslogSocket?: string;
  /** Logs of the program before us, to go on with. */
  readonly adopted?: LogStoreState | null;
}

/** All logs as they are handed over to another program. */
export interface LogStoreState {
  /** By each of their names. */
  readonly logs: ReadonlyMap<string, SharedLogState>;
  readonly autoPaths: ReadonlyMap<string, string>;
}

/** A store that can be handed over. */
export interface HandedLogStore extends LogStore {
  /** For the program that takes over. */
  handOver(): LogStoreState;
}

/**
 * Opens the store; AUTO logs of an earlier runner with the same names are removed unless `noCleanup`: a second later
 * or at the end, whichever comes first. A folder for temporary files may hold thousands of others, and going through
 * 5,000 takes 20 ms, a fifth of the way to the first program.
 */
export function openLogStore(options: LogStoreOptions): HandedLogStore {
  const folder = options.childLogDir ?? Deno.env.get("TMPDIR") ?? "/tmp";
  return new LogFiles(options, folder);
}

class LogFiles implements HandedLogStore {
  readonly #options: LogStoreOptions;
  readonly #driver: LogDriver;
  readonly #folder: string;
  /** By path, or by kind for what has none. Links to one file have one log under several names. */
  readonly #logs = new Map<string, SharedLog>();
  readonly #autoPaths = new Map<string, string>();
  readonly #gzip: GzipBackups;
  #timer: Disposable | null = null;
  /** What waits to remove the AUTO logs of earlier runners; null: done, or not wanted. */
  #cleaning: Disposable | null = null;
  #onDrained: (() => void) | null = null;
  readonly #untold: LogFact[] = [];
  /** What has not been opened here yet. */
  readonly #adopted: Map<string, SharedLogState>;
  #report = (fact: LogFact): void => {
    this.#untold.push(fact);
  };

  constructor(options: LogStoreOptions, folder: string) {
    this.#options = options;
    this.#folder = folder;
    this.#driver = options.driver ?? diskDriver();
    this.#gzip = new GzipBackups({
      driver: this.#driver,
      report: (fact) => this.#report(fact),
    });
    const { clock, adopted = null } = options;
    this.#adopted = new Map(adopted?.logs);
    for (const [key, path] of adopted?.autoPaths ?? []) this.#autoPaths.set(key, path);
    // What was left by earlier runners the program before us has removed.
    if (options.noCleanup || adopted !== null) return;
    this.#cleaning = clock.wakeAt(clock.now().mono + CLEAN_AFTER, () => this.#clean());
  }

  listen(report: (fact: LogFact) => void): void {
    this.#report = report;
    for (const fact of this.#untold.splice(0)) report(fact);
  }

  open(target: LogTarget, limits: LogLimits): LogWriter {
    const name = this.#nameOf(target);
    const log = this.#logs.get(name) ?? this.#make(target, { name, limits });
    log.references++;
    if (log.references > 1) log.sink.adjust(limits);
    // Most logs have nothing to do by the calendar, and there may be hundreds of them.
    if (limits.daily || limits.maxAge !== null) this.#arm();
    return this.#writer(log);
  }

  handOver(): LogStoreState {
    // One log under two names goes on under the first: its sink is handed over once.
    const logs = new Map<SharedLog, string>();
    for (const [name, log] of this.#logs) if (!logs.has(log)) logs.set(log, name);
    const states = [...logs].map(([log, name]) => [name, log.handOver()] as const);
    return { logs: new Map(states), autoPaths: this.#autoPaths };
  }

  reopen(): void {
    for (const log of new Set(this.#logs.values())) log.sink.reopen();
    this.#arm();
  }

  async close(within: Millis): Promise<void> {
    const { clock } = this.#options;
    const logs = new Set(this.#logs.values());
    const isDrained = () => [...logs].every(({ sink }) => !sink.isFull);
    if (!isDrained()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onDrained = () => isDrained() && resolve();
      using _limit = clock.wakeAt(clock.now().mono + within, resolve);
      await promise;
    }
    this.#timer?.[Symbol.dispose]();
    if (this.#cleaning !== null) this.#clean();
    // The runner's own log was opened first: it is there to the last for what the others have to say.
    for (const log of [...logs].reverse()) log.close();
    await this.#gzip.close();
    this.#logs.clear();
  }

  #clean(): void {
    this.#cleaning?.[Symbol.dispose]();
    this.#cleaning = null;
    const { identifier, owner = "" } = this.#options;
    const own = [...this.#autoPaths.values()];
    removeAutoLogs({ folder: this.#folder, identifier, owner }, own);
  }

  #nameOf(target: LogTarget): string {
    if (target.kind === "file") return resolve(target.path);
    if (target.kind !== "auto") return target.kind;
    const key = `${target.process}:${target.stream}`;
    const { identifier, owner = "" } = this.#options;
    const path = this.#autoPaths.get(key) ??
      createAutoLog({ folder: this.#folder, identifier, owner }, target);
    this.#autoPaths.set(key, path);
    return path;
  }

  #make(
    target: LogTarget,
    { name, limits }: { readonly name: string; readonly limits: LogLimits },
  ): SharedLog {
    const log = new SharedLog(
      (onDrain) => this.#sink(target, { name, limits, onDrain }),
      this.#options.clock,
    );
    const { identity } = log.sink;
    const same = identity === null
      ? undefined
      : this.#logs.values().find(({ sink }) => sink.identity === identity);
    if (same !== undefined) log.sink.close();
    const state = this.#adopted.get(name);
    this.#adopted.delete(name);
    if (state !== undefined) (same ?? log).adopt(state);
    this.#logs.set(name, same ?? log);
    return same ?? log;
  }

  #sink(
    target: LogTarget,
    { name, limits, onDrain }: {
      readonly name: string;
      readonly limits: LogLimits;
      readonly onDrain: () => void;
    },
  ): LogSink {
    const { clock, watch } = this.#options;
    const report = (fact: LogFact) => this.#report(fact);
    const drained = () => {
      onDrain();
      this.#onDrained?.();
    };
    const stream = (open: ConstructorParameters<typeof StreamLog>[0]["open"]) =>
      new StreamLog({ log: name, clock, watch, report, open, onDrain: drained });
    if (target.kind === "stdout") return stream(() => openStandard(1));
    if (target.kind === "stderr") return stream(() => openStandard(2));
    if (target.kind === "syslog") {
      const socket = this.#options.syslogSocket ?? "/dev/log";
      return stream(() => openSyslog({ clock, tag: this.#options.identifier, socket }));
    }
    const isStream = this.#driver.look(name)?.isRegular === false;
    if (isStream) return stream(() => openPath(name));
    const mode = target.kind === "auto" ? AUTO_MODE : FILE_MODE;
    const driver = this.#driver;
    const compress = (path: string) => this.#gzip.request(path);
    return new RotatingFile({ path: name, mode, limits, clock, driver, report, compress });
  }

  #writer(log: SharedLog): LogWriter {
    let isOpen = true;
    return {
      path: log.sink.path,
      get counters() {
        return log.sink.counters;
      },
      source: (key, onDrain) => log.source(key, onDrain),
      adjust: (limits) => {
        log.sink.adjust(limits);
        this.#arm();
      },
      clear: () => log.sink.clear(),
      close: () => {
        if (isOpen) this.#release(log);
        isOpen = false;
      },
    };
  }

  #release(log: SharedLog): void {
    log.references--;
    if (log.references > 0) return;
    for (const [name, other] of this.#logs) if (other === log) this.#logs.delete(name);
    log.close();
  }

  /** One timer for whatever is due first by the calendar. */
  #arm(): void {
    const now = this.#options.clock.now();
    const dues = this.#logs.values().map(({ sink }) => sink.nextTick(now) ?? Infinity);
    const due = Math.min(Infinity, ...dues);
    this.#timer?.[Symbol.dispose]();
    this.#timer = null;
    if (due === Infinity) return;
    this.#timer = this.#options.clock.wakeAt(due, () => {
      const at = this.#options.clock.now();
      for (const log of this.#logs.values()) log.sink.tick(at);
      this.#arm();
    });
  }
}
