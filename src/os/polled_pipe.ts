// One pipe that is being read: what its readiness, its sink and its end mean.
import type { ByteSink, PipeHandle } from "../ports/host.ts";
import { ERRNO } from "./errno.ts";
import { bytesWaiting, closeFd, growPipe, readInto } from "./libc.ts";

/** Largest size an ordinary user may give a pipe, and the size of one read: larger reads were not faster. */
export const PIPE_SIZE = 1 << 20;

/**
 * Half the size of a pipe as the kernel makes it: a read of that much asks for a larger one. Not the whole: a page
 * holds whole writes only, so that a pipe full of short lines reads as some 64,000 bytes.
 */
const MUCH_READ = 1 << 15;

/** Who says when a pipe is ready. */
export interface PipeWatcher {
  watchReadable(fd: number, ready: () => number): boolean;
  unwatch(fd: number): void;
  /** The pipe is closed. */
  forget(pipe: PolledPipe): void;
}

interface PipeOptions {
  readonly fd: number;
  readonly sink: ByteSink;
  readonly onEnd: () => void;
  /** Shared by all: a read and the write of what was read are one step. */
  readonly buffer: Uint8Array<ArrayBuffer>;
  readonly watcher: PipeWatcher;
}

/** One pipe that is being read. */
export class PolledPipe implements PipeHandle {
  readonly #options: PipeOptions;
  #isReading = false;
  #isOpen = true;
  #isGrown = false;

  constructor(options: PipeOptions) {
    this.#options = options;
  }

  resume(): void {
    if (!this.#isOpen || this.#isReading) return;
    this.#isReading = true;
    const { fd, watcher } = this.#options;
    const isWatched = watcher.watchReadable(fd, () => this.#read(PIPE_SIZE));
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
    this.#options.watcher.forget(this);
    closeFd(this.#options.fd);
  }

  #pause(): void {
    if (this.#isReading) this.#options.watcher.unwatch(this.#options.fd);
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
    if (count >= MUCH_READ && !this.#isGrown) this.#grow();
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
