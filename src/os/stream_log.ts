// A log that is no regular file: FIFO, device, terminal, socket, our own stdout. Never waits, loses only without a reader.
import { type LogFact, LogLedger, RETRY_AFTER } from "../core/log_loss.ts";
import type { Bytes } from "../manifest/plan.ts";
import type { Clock } from "../ports/clock.ts";
import type { LogCounters, LogFault, WritableWatch } from "../ports/logs.ts";
import { ERRNO, errnoName } from "./errno.ts";
import type { LogSink, SinkState } from "./log_sink.ts";

/** What is kept for a reader that is not there yet: as much as a pipe holds. */
const HOLD: Bytes = 65_536;
const NEWLINE = Uint8Array.of(10);

/** An open descriptor that never makes us wait. */
export interface OpenStream {
  readonly fd: number;
  readonly identity: string;
  /** Bytes taken, or minus errno; EAGAIN when full. */
  write(bytes: Uint8Array): number;
  close(): void;
}

export interface StreamLogOptions {
  /** Name in reports. */
  readonly log: string;
  readonly clock: Clock;
  readonly watch: WritableWatch;
  readonly open: () => OpenStream | LogFault;
  readonly report: (fact: LogFact) => void;
  /** Called when a full stream has taken everything. */
  readonly onDrain: () => void;
}

/** A stream of bytes to somebody who may be slow or absent. */
export class StreamLog implements LogSink {
  readonly path = null;
  readonly #options: StreamLogOptions;
  readonly #ledger: LogLedger;
  #stream: OpenStream | null = null;
  #queue: Uint8Array[] = [];
  #pending: Bytes = 0;
  #endsLine = true;
  /** Waits for room, or for the next try to open. */
  #waiting: Disposable | null = null;

  constructor(options: StreamLogOptions) {
    this.#options = options;
    this.#ledger = new LogLedger(options.log, options.report);
    this.#connect();
  }

  get identity(): string | null {
    return this.#stream?.identity ?? null;
  }

  get counters(): LogCounters {
    return this.#ledger.counters;
  }

  get pending(): Bytes {
    return this.#pending;
  }

  /** Nobody is held up for a reader that is not there. */
  get isFull(): boolean {
    return this.#stream !== null && this.#pending > 0;
  }

  write(bytes: Uint8Array): boolean {
    this.#ledger.bytes += bytes.length;
    if (this.#stream === null && this.#waiting === null) this.#connect();
    if (this.#stream === null) this.#writeAbsent(bytes);
    else if (this.#pending > 0) this.#hold(bytes);
    else if (this.#ledger.gap === null) this.#send(bytes);
    else this.#sendAfterGap(bytes);
    return !this.isFull;
  }

  adjust(): void {}

  clear(): boolean {
    return false;
  }

  reopen(): void {
    if (this.#stream === null) this.#retry();
  }

  tick(): void {}

  nextTick(): null {
    return null;
  }

  close(): void {
    this.#waiting?.[Symbol.dispose]();
    for (const bytes of this.#queue) this.#lose(bytes, "it was closed");
    this.#queue = [];
    this.#pending = 0;
    this.#ledger.close();
    this.#stream?.close();
    this.#stream = null;
  }

  handOver(): SinkState {
    // 0 to 2 stay open by themselves.
    const held = this.#stream !== null && this.#stream.fd > 2 ? this.#stream.fd : null;
    return { ledger: this.#ledger.state, waiting: [...this.#queue], held };
  }

  adopt({ ledger, waiting }: SinkState): void {
    this.#ledger.adopt(ledger);
    for (const bytes of waiting) this.#hold(bytes);
    if (this.#pending === 0) return;
    if (this.#stream === null) this.#writeAbsent(new Uint8Array(0));
    else this.#awaitRoom(this.#stream);
  }

  #connect(): string | null {
    const stream = this.#options.open();
    if ("fault" in stream) return stream.fault;
    this.#stream = stream;
    return null;
  }

  #writeAbsent(bytes: Uint8Array): void {
    if (this.#ledger.gap === null && this.#pending + bytes.length <= HOLD) this.#hold(bytes);
    else this.#lose(bytes, "nobody reads it");
    this.#waiting ??= this.#options.clock.wakeAt(
      this.#options.clock.now().mono + RETRY_AFTER,
      () => this.#retry(),
    );
  }

  #retry(): void {
    this.#waiting?.[Symbol.dispose]();
    this.#waiting = null;
    const fault = this.#connect();
    if (fault === null) return this.#flush();
    if (this.#pending === 0 && this.#ledger.gap === null) return;
    this.#writeAbsent(new Uint8Array(0));
  }

  #lose(bytes: Uint8Array, reason: string): void {
    if (bytes.length === 0) return;
    this.#ledger.lose(bytes, { reason, mono: this.#options.clock.now().mono });
  }

  #hold(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#queue.push(bytes.slice());
    this.#pending += bytes.length;
    this.#endsLine = bytes[bytes.length - 1] === NEWLINE[0];
  }

  /** There is a reader again: go on with a whole line, on a line of its own. */
  #sendAfterGap(bytes: Uint8Array): void {
    const rest = this.#ledger.gap?.rest(bytes) ?? bytes;
    if (rest.length === 0) return;
    this.#ledger.resume();
    if (!this.#endsLine) this.#send(NEWLINE);
    if (this.#stream !== null && this.#pending === 0) this.#send(rest);
    else this.#hold(rest);
  }

  #send(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#stream === null) return;
    const taken = this.#stream.write(bytes);
    this.#endsLine = bytes[bytes.length - 1] === NEWLINE[0];
    if (taken === bytes.length) return;
    this.#hold(bytes.subarray(Math.max(0, taken)));
    if (taken >= 0 || taken === -ERRNO.EAGAIN) this.#awaitRoom(this.#stream);
    else this.#break(-taken);
  }

  #awaitRoom(stream: OpenStream): void {
    this.#waiting ??= this.#options.watch.watchWritable(stream.fd, () => {
      this.#waiting = null;
      this.#flush();
    });
  }

  /** Writes what is held; tells the writers when all of it has gone. */
  #flush(): void {
    while (this.#stream !== null) {
      const [bytes] = this.#queue;
      if (bytes === undefined) return this.#options.onDrain();
      const taken = this.#stream.write(bytes);
      if (taken < 0 && taken !== -ERRNO.EAGAIN) return this.#break(-taken);
      if (taken === bytes.length) this.#queue.shift();
      else if (taken > 0) this.#queue[0] = bytes.subarray(taken);
      this.#pending -= Math.max(0, taken);
      if (taken < bytes.length) return this.#awaitRoom(this.#stream);
    }
  }

  /** The reader has gone: what it did not take waits for the next one, up to HOLD; nobody is held up. */
  #break(errno: number): void {
    this.#waiting?.[Symbol.dispose]();
    this.#waiting = null;
    this.#stream?.close();
    this.#stream = null;
    let kept = 0;
    const queue = this.#queue;
    this.#queue = [];
    for (const bytes of queue) {
      const isKept = this.#ledger.gap === null && kept + bytes.length <= HOLD;
      if (isKept) this.#queue.push(bytes);
      else this.#lose(bytes, errnoName(errno));
      kept += isKept ? bytes.length : 0;
    }
    this.#pending = kept;
    this.#endsLine = kept === 0 || this.#queue.at(-1)?.at(-1) === NEWLINE[0];
    this.#writeAbsent(new Uint8Array(0));
    this.#options.onDrain();
  }
}
