// One log and all who write to it: whole lines when there are several, bytes as they come when there is one.
import { LINE_BOUND } from "../core/log_policy.ts";
import type { Millis } from "../manifest/plan.ts";
import type { Clock } from "../ports/clock.ts";
import type { LogSource } from "../ports/logs.ts";
import type { LogSink, SinkState } from "./log_sink.ts";

const NEWLINE = Uint8Array.of(10);
/** A line begun by one of several writers is waited for this long: a prompt must show at last. */
const HOLD_FOR: Millis = 1000;
/** A timer that is later than this was late because the runner was: the end of a line may wait in its pipe. */
const LATE: Millis = 50;
/** Time to read what has come meanwhile. */
const CATCH_UP: Millis = 250;

const NOTHING = new Uint8Array(0);

/** Bytes up to the last line end. */
function lineEnd(bytes: Uint8Array): number {
  return bytes.lastIndexOf(10) + 1;
}

function endsLine(bytes: Uint8Array): boolean {
  return bytes[bytes.length - 1] === 10;
}

/** A log with its writers, as it is handed over to another program. */
export interface SharedLogState {
  readonly sink: SinkState;
  /** Who has begun the line that the log ends in. */
  readonly openKey: string | null;
  /** Heads of lines that wait for their ends, by who writes them. */
  readonly held: ReadonlyMap<string, readonly Uint8Array[]>;
}

/** A log with its writers. */
export class SharedLog {
  readonly sink: LogSink;
  /** How many have it open. */
  references = 0;
  readonly #clock: Clock;
  readonly #sources = new Set<SharedSource>();
  /** Who has begun the line that the log ends in; null: it ends with a whole line. */
  #openKey: string | null = null;
  #timer: Disposable | null = null;
  #isClosed = false;
  /** Heads of lines of writers of another program, which have not come here yet. */
  readonly #adopted = new Map<string, Uint8Array[]>();

  constructor(makeSink: (onDrain: () => void) => LogSink, clock: Clock) {
    this.#clock = clock;
    this.sink = makeSink(() => this.#drained());
  }

  source(key: string, onDrain: () => void): LogSource {
    const source = new SharedSource(key, { log: this, onDrain });
    this.#goOn(source);
    return source;
  }

  /** For the program that takes over. */
  handOver(): SharedLogState {
    const held = Map.groupBy(
      [...this.#sources].filter((source) => source.held.length > 0),
      ({ key }) => key,
    );
    const texts = [...held].map(([key, sources]) => [key, sources.map((one) => one.held)] as const);
    return { sink: this.sink.handOver(), openKey: this.#openKey, held: new Map(texts) };
  }

  /** Goes on where another program has left off; its writers come next, by `source`. */
  adopt({ sink, openKey, held }: SharedLogState): void {
    this.sink.adopt(sink);
    this.#openKey = openKey;
    for (const [key, texts] of held) this.#adopted.set(key, [...texts]);
  }

  #goOn(source: SharedSource): void {
    if (source.key === this.#openKey) source.joinNow();
    const text = this.#adopted.get(source.key)?.shift();
    if (text === undefined) return;
    source.joinNow();
    this.#hold(source, text);
  }

  /** Joined at the first write: who never writes costs the others nothing. */
  join(source: SharedSource): void {
    this.#sources.add(source);
  }

  leave(source: SharedSource): void {
    this.#writeHeld(source);
    this.#sources.delete(source);
    this.#release();
  }

  write(source: SharedSource, bytes: Uint8Array): boolean {
    if (this.#isClosed) return true;
    const isFree = this.#openKey === null || this.#openKey === source.key;
    if (isFree && this.#sources.size === 1 && source.held.length === 0) {
      this.#openKey = endsLine(bytes) ? null : source.key;
      return this.sink.write(bytes);
    }
    const end = isFree || !this.#isAwaited() ? lineEnd(bytes) : 0;
    if (end > 0) {
      this.#writeHeld(source);
      this.#put(source, bytes.subarray(0, end));
      this.#release();
    }
    this.#hold(source, bytes.subarray(end));
    return !this.sink.isFull;
  }

  close(): void {
    this.#showAll();
    for (const source of this.#sources) this.leave(source);
    this.#isClosed = true;
    this.sink.close();
  }

  /** The log ends in a line whose writer may still end it. */
  #isAwaited(): boolean {
    return this.#openKey !== null &&
      this.#sources.values().some(({ key }) => key === this.#openKey);
  }

  /** A line begun by another must not be continued by this one. */
  #put(source: SharedSource, bytes: Uint8Array): void {
    if (this.#openKey !== null && this.#openKey !== source.key) this.sink.write(NEWLINE);
    this.sink.write(bytes);
    this.#openKey = endsLine(bytes) ? null : source.key;
  }

  #writeHeld(source: SharedSource): void {
    const { held } = source;
    if (held.length === 0) return;
    source.held = NOTHING;
    this.#put(source, held);
  }

  /** The open line has its end: the lines of those who waited for it follow. */
  #release(): void {
    if (this.#isAwaited()) return;
    for (const source of this.#sources) {
      const end = lineEnd(source.held);
      if (end === 0) continue;
      const lines = source.held.subarray(0, end);
      source.held = source.held.slice(end);
      source.heldSince = this.#clock.now().mono;
      this.#put(source, lines);
    }
  }

  /** Keeps the head of a line until its end comes, and lines until another's line has ended. */
  #hold(source: SharedSource, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const { mono } = this.#clock.now();
    if (source.held.length === 0) source.heldSince = mono;
    const held = new Uint8Array(source.held.length + bytes.length);
    held.set(source.held);
    held.set(bytes, source.held.length);
    source.held = held;
    if (held.length > LINE_BOUND) this.#writeHeld(source);
    else if (this.#timer === null) this.#wakeAt(mono + HOLD_FOR);
  }

  #wakeAt(due: Millis, isLast = false): void {
    this.#timer = this.#clock.wakeAt(due, () => {
      this.#timer = null;
      const { mono } = this.#clock.now();
      if (!isLast && mono > due + LATE) return this.#wakeAt(mono + CATCH_UP, true);
      this.#showSince(mono - HOLD_FOR);
    });
  }

  /** Shows what has waited since then or longer; the others have the rest of their second. */
  #showSince(since: Millis): void {
    const waiting = [...this.#sources].filter(({ held }) => held.length > 0);
    const due = waiting.filter(({ heldSince }) => heldSince <= since);
    const owner = waiting.filter(({ key }) => key === this.#openKey);
    // Whoever has begun the open line is the first to go on.
    if (due.length > 0) { for (const source of [...owner, ...due]) this.#writeHeld(source); }
    const next = Math.min(
      ...waiting.filter(({ held }) => held.length > 0).map((one) => one.heldSince),
    );
    if (next < Infinity) this.#wakeAt(next + HOLD_FOR);
  }

  /** Whoever has begun the open line is the first to go on. */
  #showAll(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = null;
    const isOwner = ({ key }: SharedSource) => key === this.#openKey;
    for (const source of this.#sources) if (isOwner(source)) this.#writeHeld(source);
    for (const source of this.#sources) this.#writeHeld(source);
  }

  #drained(): void {
    for (const source of this.#sources) source.drained();
  }
}

/** One writer of a shared log. */
export class SharedSource implements LogSource {
  readonly key: string;
  /** The head of a line that waits for its end. */
  held: Uint8Array = NOTHING;
  /** Monotonic time since which the first of it waits. */
  heldSince: Millis = 0;
  readonly #log: SharedLog;
  readonly #onDrain: () => void;
  #hasJoined = false;
  #isWaiting = false;

  constructor(
    key: string,
    { log, onDrain }: { readonly log: SharedLog; readonly onDrain: () => void },
  ) {
    this.key = key;
    this.#log = log;
    this.#onDrain = onDrain;
  }

  write(bytes: Uint8Array): boolean {
    if (bytes.length === 0) return true;
    this.joinNow();
    const hasRoom = this.#log.write(this, bytes);
    this.#isWaiting = !hasRoom;
    return hasRoom;
  }

  /** From here on others reckon with it. */
  joinNow(): void {
    if (!this.#hasJoined) this.#log.join(this);
    this.#hasJoined = true;
  }

  /** Room again for who was told that there is none. */
  drained(): void {
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    this.#onDrain();
  }

  close(): void {
    this.#log.leave(this);
  }
}
