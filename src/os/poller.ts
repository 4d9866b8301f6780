// Reads all pipes on one thread: epoll says which, a synchronous read takes what is there.
import { setImmediate } from "node:timers";
import type { ByteSink, PipeHandle, PipeReader } from "../ports/host.ts";
import { closeFd, libc, O_CLOEXEC, O_NONBLOCK, readInto, writeOnce } from "./libc.ts";
import { PIPE_SIZE, PolledPipe } from "./polled_pipe.ts";

/** Bytes read before signals, timers and commands get their turn: about 5 ms of work. */
const TURN_BYTES = 8 << 20;
const EVENTS_PER_WAIT = 64;
/**
 * A busy writer is not followed write by write: a turn costs 40 µs, and whatever comes meanwhile is read with it.
 * Measured with lines of 100 bytes: at full speed 20 % less processor time for the same throughput, at 20,000 a
 * second a tenth of it. A writer that has been quiet is read at once.
 */
const PAUSE = { large: 100, small: 1000 } as const; // µs
/** From this on a pause would only keep the writer waiting for room. */
const NO_PAUSE_BYTES = 256 << 10;
const LARGE_BYTES = 16 << 10;
/** A wait shorter than this, in ms, tells a busy writer. */
const BUSY_WAIT = 1;

const EPOLL_IN = 1;
const EPOLLOUT = 4;
const CTL_ADD = 1;
const CTL_DEL = 2;
const CTL_MOD = 3;
const EPOLL_CLOEXEC = O_CLOEXEC;
/** struct epoll_event is packed on x64 only. */
const EVENT_SIZE = Deno.build.arch === "x86_64" ? 12 : 16;
const EVENT_FD_AT = EVENT_SIZE - 8;

/** What is done when epoll names a descriptor, with what it says of it; bytes that were moved. */
type Ready = (events: number) => number;

/** What a socket can be watched for. `ended`: the other end sends no more; `broken` is always told. */
export const SOCKET_EVENT = {
  readable: EPOLL_IN,
  writable: EPOLLOUT,
  broken: 8 | 16,
  ended: 0x2000,
} as const;

/** One per process. It keeps the process alive while a pipe is being read or awaited, and only then. */
export class Poller implements PipeReader {
  readonly #epoll = libc().epoll_create1(EPOLL_CLOEXEC);
  readonly #bell = libc().eventfd(0, O_CLOEXEC | O_NONBLOCK);
  readonly #watched = new Map<number, Ready>();
  readonly #buffer = new Uint8Array(PIPE_SIZE);
  readonly #event = new Uint8Array(EVENT_SIZE);
  readonly #events = new Uint8Array(EVENT_SIZE * EVENTS_PER_WAIT);
  /** What a look that is no wait has seen; nobody asks. */
  readonly #breath = new Uint8Array(EVENT_SIZE);
  readonly #pipes = new Set<PolledPipe>();
  #turns: Promise<void> | null = null;
  #isWaiting = false;
  #isClosed = false;

  constructor() {
    this.#control(CTL_ADD, this.#bell, EPOLL_IN);
  }

  attach(fd: number, sink: ByteSink, onEnd: () => void): PipeHandle {
    const pipe = new PolledPipe({ fd, sink, onEnd, buffer: this.#buffer, watcher: this });
    this.#pipes.add(pipe);
    pipe.resume();
    return pipe;
  }

  /** Calls back once, when the descriptor takes bytes again or its reader is gone; a file always does. */
  watchWritable(fd: number, onWritable: () => void): Disposable {
    let isDone = false;
    const unwatch = () => {
      if (!isDone) this.unwatch(fd);
      isDone = true;
    };
    const isPollable = this.#watch(fd, EPOLLOUT, () => {
      unwatch();
      onWritable();
      return 0;
    });
    if (!isPollable) {
      queueMicrotask(() => {
        if (!isDone) onWritable();
        isDone = true;
      });
    }
    return { [Symbol.dispose]: isPollable ? unwatch : () => isDone = true };
  }

  /** Nothing is being read or awaited. */
  get isIdle(): boolean {
    return this.#watched.size === 0;
  }

  /** Calls `ready` whenever there are bytes, or the end of them. False where epoll cannot watch the descriptor. */
  watchReadable(fd: number, ready: Ready): boolean {
    return this.#watch(fd, EPOLL_IN, ready);
  }

  /** Calls `ready` whenever the socket is one of `events`, until `unwatch`; it moves no bytes that count. */
  watchSocket(fd: number, events: number, ready: (events: number) => void): boolean {
    return this.#watch(fd, events, (seen) => {
      ready(seen);
      return 0;
    });
  }

  /** Watches a socket for other events from now on. */
  rewatch(fd: number, events: number): void {
    if (this.#watched.has(fd)) this.#control(CTL_MOD, fd, events);
  }

  /**
   * Lets signals, timers and everybody else have their turn; no wait. Measured while the thread was busy: after the
   * look alone a timer came 250 ms late, after the event loop's own turn alone a signal 86 ms, after both 12 ms.
   */
  async breathe(): Promise<void> {
    await libc().epoll_wait(this.#epoll, this.#breath, 1, 0);
    await new Promise((resolve) => setImmediate(resolve));
  }

  #watch(fd: number, events: number, ready: Ready): boolean {
    if (this.#isClosed || !this.#control(CTL_ADD, fd, events)) return false;
    this.#watched.set(fd, ready);
    this.#turns ??= this.#run();
    return true;
  }

  unwatch(fd: number): void {
    if (!this.#watched.delete(fd)) return;
    this.#control(CTL_DEL, fd, 0);
    if (this.#watched.size === 0 && this.#isWaiting) this.#ring();
  }

  forget(pipe: PolledPipe): void {
    this.#pipes.delete(pipe);
  }

  /** Closes every pipe, without their ends being told, and waits until nothing is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const pipe of this.#pipes) pipe.close();
    for (const fd of [...this.#watched.keys()]) this.unwatch(fd);
    await this.#turns;
    closeFd(this.#bell);
    closeFd(this.#epoll);
  }

  /** One wait after the other, as long as there is something to wait for. */
  async #run(): Promise<void> {
    let pause = 0;
    while (this.#watched.size > 0) {
      const busyUntil = performance.now() + BUSY_WAIT + pause / 1000;
      const count = await this.#wait(pause);
      const isBusy = performance.now() < busyUntil;
      const moved = await this.#serve(count);
      pause = isBusy ? pauseAfter(moved) : 0;
    }
    this.#turns = null;
  }

  /** How many descriptors are ready; after the pause it waits for the first one. */
  async #wait(pause: number): Promise<number> {
    const { epoll_look, epoll_wait, usleep } = libc();
    if (pause > 0) {
      await usleep(pause);
      const count = epoll_look(this.#epoll, this.#events, EVENTS_PER_WAIT, 0);
      if (count > 0 || this.isIdle) return count;
    }
    this.#isWaiting = true;
    const count = await epoll_wait(this.#epoll, this.#events, EVENTS_PER_WAIT, -1);
    this.#isWaiting = false;
    return Math.max(count, 0);
  }

  /** In the order epoll has: whoever was served goes to the end of its list, so that nobody starves. */
  async #serve(count: number): Promise<number> {
    let moved = 0;
    let restAt = TURN_BYTES;
    for (const { fd, events, ready } of this.#named(count)) {
      if (fd === this.#bell) readInto(fd, this.#buffer.subarray(0, 8));
      // Whoever came before may have closed it, and the number may be somebody else's by now.
      else if (ready !== undefined && this.#watched.get(fd) === ready) moved += ready(events);
      if (moved < restAt) continue;
      restAt = moved + TURN_BYTES;
      await this.breathe();
    }
    return moved;
  }

  #named(count: number) {
    const view = new DataView(this.#events.buffer);
    return Array.from({ length: count }, (_, index) => {
      const fd = view.getInt32(index * EVENT_SIZE + EVENT_FD_AT, true);
      return { fd, events: view.getUint32(index * EVENT_SIZE, true), ready: this.#watched.get(fd) };
    });
  }

  #ring(): void {
    writeOnce(this.#bell, new Uint8Array(new BigUint64Array([1n]).buffer));
  }

  #control(operation: number, fd: number, events: number): boolean {
    const view = new DataView(this.#event.buffer);
    view.setUint32(0, events, true);
    view.setInt32(EVENT_FD_AT, fd, true);
    return libc().epoll_ctl(this.#epoll, operation, fd, this.#event) === 0;
  }
}

/** Microseconds to let pass before the next look. */
function pauseAfter(moved: number): number {
  if (moved === 0 || moved >= NO_PAUSE_BYTES) return 0;
  return moved >= LARGE_BYTES ? PAUSE.large : PAUSE.small;
}
