// Reads all pipes on one thread: epoll says which, a synchronous read takes what is there.
import type { ByteSink, PipeHandle, PipeReader } from "../ports/host.ts";
import { ERRNO } from "./errno.ts";
import { bytesWaiting, closeFd, growPipe, libc, readInto } from "./libc.ts";
import { O_CLOEXEC, O_NONBLOCK, writeOnce } from "./libc.ts";

/** Largest size an ordinary user may give a pipe, and the size of one read. Measured: see the bench. */
const PIPE_SIZE = 1 << 20;
/** Bytes read before signals, timers and commands get their turn: about 5 ms of work. */
const TURN_BYTES = 8 << 20;
const EVENTS_PER_WAIT = 64;

const EPOLLIN = 1;
const EPOLLOUT = 4;
const CTL_ADD = 1;
const CTL_DEL = 2;
const EPOLL_CLOEXEC = O_CLOEXEC;
/** struct epoll_event is packed on x64 only. */
const EVENT_SIZE = Deno.build.arch === "x86_64" ? 12 : 16;
const EVENT_FD_AT = EVENT_SIZE - 8;

/** What is done when epoll names a descriptor; bytes that were moved. */
type Ready = () => number;

/** One per process. It keeps the process alive while a pipe is being read or awaited, and only then. */
export class Poller implements PipeReader {
  readonly #epoll = libc().epoll_create1(EPOLL_CLOEXEC);
  readonly #bell = libc().eventfd(0, O_CLOEXEC | O_NONBLOCK);
  readonly #watched = new Map<number, Ready>();
  readonly #buffer = new Uint8Array(PIPE_SIZE);
  readonly #event = new Uint8Array(EVENT_SIZE);
  readonly #events = new Uint8Array(EVENT_SIZE * EVENTS_PER_WAIT);
  readonly #pipes = new Set<Pipe>();
  #turns: Promise<void> | null = null;
  #isWaiting = false;
  #isClosed = false;

  constructor() {
    this.#control(CTL_ADD, this.#bell, EPOLLIN);
  }

  attach(fd: number, sink: ByteSink, onEnd: () => void): PipeHandle {
    const pipe = new Pipe({ fd, sink, onEnd, buffer: this.#buffer, poller: this });
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
    const isPollable = this.watch(fd, EPOLLOUT, () => {
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

  /** For what reads here: names the descriptor's work when it is ready. False where epoll cannot watch it. */
  watch(fd: number, events: number, ready: Ready): boolean {
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

  forget(pipe: Pipe): void {
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
    while (this.#watched.size > 0) {
      this.#isWaiting = true;
      const count = await libc().epoll_wait(this.#epoll, this.#events, EVENTS_PER_WAIT, -1);
      this.#isWaiting = false;
      await this.#serve(Math.max(count, 0));
    }
    this.#turns = null;
  }

  /** In the order epoll has: whoever was served goes to the end of its list, so that nobody starves. */
  async #serve(count: number): Promise<void> {
    const ready: number[] = [];
    const view = new DataView(this.#events.buffer);
    for (let index = 0; index < count; index++) {
      ready.push(view.getInt32(index * EVENT_SIZE + EVENT_FD_AT, true));
    }
    let moved = 0;
    for (const fd of ready) {
      if (fd === this.#bell) readInto(fd, this.#buffer.subarray(0, 8));
      else moved += this.#watched.get(fd)?.() ?? 0;
      if (moved < TURN_BYTES) continue;
      moved = 0;
      // Not a wait: the shortest way through the event loop.
      await libc().epoll_wait(this.#epoll, this.#events, 1, 0);
    }
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

interface PipeOptions {
  readonly fd: number;
  readonly sink: ByteSink;
  readonly onEnd: () => void;
  /** Shared by all: a read and the write of what was read are one step. */
  readonly buffer: Uint8Array<ArrayBuffer>;
  readonly poller: Poller;
}

/** One pipe that is being read. */
class Pipe implements PipeHandle {
  readonly #options: PipeOptions;
  #isReading = false;
  #isOpen = true;
  #isGrown = false;
  /** Size of a pipe as the kernel makes it; a read that fills it asks for a larger one. */
  #fullSize = 1 << 16;

  constructor(options: PipeOptions) {
    this.#options = options;
  }

  resume(): void {
    if (!this.#isOpen || this.#isReading) return;
    this.#isReading = true;
    const { fd, poller } = this.#options;
    const isWatched = poller.watch(fd, EPOLLIN, () => this.#read(PIPE_SIZE));
    if (!isWatched) throw new Error(`Cannot wait for descriptor ${fd}`);
  }

  drain(): void {
    if (!this.#isOpen) return;
    for (let left = bytesWaiting(this.#options.fd); left > 0 && this.#isOpen;) {
      const count = this.#read(left);
      if (count <= 0) return;
      left -= count;
    }
    this.#read(PIPE_SIZE); // one more, for its end
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#pause();
    this.#options.poller.forget(this);
    closeFd(this.#options.fd);
  }

  #pause(): void {
    if (this.#isReading) this.#options.poller.unwatch(this.#options.fd);
    this.#isReading = false;
  }

  /** Bytes read; 0 when there were none. */
  #read(most: number): number {
    const { fd, buffer, sink } = this.#options;
    const room = most < buffer.length ? buffer.subarray(0, most) : buffer;
    const count = readInto(fd, room);
    if (count === -ERRNO.EAGAIN || count === -ERRNO.EINTR) return 0;
    if (count <= 0) {
      this.#end();
      return 0;
    }
    if (!sink.write(buffer.subarray(0, count))) this.#pause();
    if (count >= this.#fullSize && !this.#isGrown) this.#grow();
    return count;
  }

  #grow(): void {
    this.#isGrown = true;
    growPipe(this.#options.fd, PIPE_SIZE);
  }

  #end(): void {
    this.close();
    this.#options.onEnd();
  }
}
