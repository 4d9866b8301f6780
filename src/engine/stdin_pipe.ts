// Our end of a child's stdin: bytes that do not fit wait in a bounded queue until the child reads.
import type { Bytes } from "../manifest/plan.ts";
import type { Children } from "../ports/host.ts";

/** Bytes that may wait. The largest message of the control API is as large. */
const MOST_WAITING: Bytes = 1 << 20;

/** What became of bytes for a child. */
export type StdinAnswer = "sent" | "closed" | "full";

/** A stdin as it is handed over to another program. */
export interface StdinState {
  readonly fd: number;
  /** What the child has not read yet. */
  readonly waiting: readonly Uint8Array[];
}

/** One stdin, open as long as the child lives. */
export class StdinPipe implements Disposable {
  readonly #fd: number;
  readonly #children: Pick<Children, "writeStdin" | "watchStdin" | "closeStdin">;
  readonly #waiting: Uint8Array[] = [];
  #size = 0;
  #watch: Disposable | null = null;
  /** Nobody reads it any more. */
  #isBroken = false;
  /** Nothing more is written than what waits. */
  #isEnding = false;
  #isClosed = false;

  constructor(fd: number, children: Pick<Children, "writeStdin" | "watchStdin" | "closeStdin">) {
    this.#fd = fd;
    this.#children = children;
  }

  /** For the program that takes over. */
  handOver(): StdinState {
    return { fd: this.#fd, waiting: [...this.#waiting] };
  }

  /** Nothing waits. */
  get isIdle(): boolean {
    return this.#size === 0;
  }

  /** Takes all of the bytes or none. Nothing is too large for an empty queue. */
  write(bytes: Uint8Array): StdinAnswer {
    if (this.#isBroken) return "closed";
    if (this.#size > 0) {
      if (this.#size + bytes.length > MOST_WAITING) return "full";
      this.#keep(bytes.slice());
      return "sent";
    }
    const taken = this.#put(bytes);
    if (taken === null) return "closed";
    if (taken < bytes.length) this.#keep(bytes.slice(taken));
    return "sent";
  }

  /** Writes the last bytes; its reader sees the end after them. */
  end(bytes: Uint8Array): void {
    this.write(bytes);
    this.#isEnding = true;
    if (this.isIdle) this[Symbol.dispose]();
  }

  /** Its reader sees the end. What still waits is lost: the child is gone. */
  [Symbol.dispose](): void {
    this.#drop();
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#children.closeStdin(this.#fd);
  }

  /** Bytes taken; null: the reader is gone. */
  #put(bytes: Uint8Array): number | null {
    const taken = this.#children.writeStdin(this.#fd, bytes);
    if (taken === null) {
      this.#isBroken = true;
      this.#drop();
    }
    return taken;
  }

  #keep(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#size += bytes.length;
    this.#watch ??= this.#children.watchStdin(this.#fd, () => this.#flush());
  }

  #flush(): void {
    this.#watch = null;
    for (let bytes = this.#waiting.shift(); bytes !== undefined; bytes = this.#waiting.shift()) {
      const taken = this.#put(bytes);
      if (taken === null) return;
      this.#size -= taken;
      if (taken === bytes.length) continue;
      this.#waiting.unshift(bytes.subarray(taken));
      this.#watch = this.#children.watchStdin(this.#fd, () => this.#flush());
      return;
    }
    if (this.#isEnding) this[Symbol.dispose]();
  }

  #drop(): void {
    this.#watch?.[Symbol.dispose]();
    this.#watch = null;
    this.#waiting.length = 0;
    this.#size = 0;
  }
}
