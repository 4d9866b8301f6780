// inotify of Linux: one descriptor, and what the kernel has seen in the folders that it watches.
import { errnoName } from "./errno.ts";
import { lazyLibrary } from "./foreign.ts";
import { closeFd, cString, O_CLOEXEC, O_NONBLOCK, orErrno, readInto } from "./libc.ts";

const SYMBOLS = {
  inotify_init1: { parameters: ["i32"], result: "i32" },
  inotify_add_watch: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  inotify_rm_watch: { parameters: ["i32", "i32"], result: "i32" },
} as const;

const calls = lazyLibrary("libc.so.6", SYMBOLS);

/** The functions themselves. */
export function inotifyCalls(): Deno.StaticForeignLibraryInterface<typeof SYMBOLS> {
  return calls();
}

/** Bits of an event. */
export const SEEN = {
  written: 0x8,
  movedFrom: 0x40,
  movedTo: 0x80,
  created: 0x100,
  deleted: 0x200,
  selfDeleted: 0x400,
  selfMoved: 0x800,
  /** Too many events at once: some are lost. */
  overflow: 0x4000,
  /** The watch is gone. */
  ignored: 0x8000,
  isFolder: 0x4000_0000,
} as const;

const ONLY_FOLDERS = 0x0100_0000;
/** Not each single write: a file counts when its writer closes it. */
const WANTED = SEEN.written | SEEN.movedFrom | SEEN.movedTo | SEEN.created | SEEN.deleted |
  SEEN.selfDeleted | SEEN.selfMoved | ONLY_FOLDERS;
const HEAD_SIZE = 16;
const BUFFER_SIZE = 64 << 10;

export interface Seen {
  readonly watch: number;
  readonly bits: number;
  /** Of the entry of the folder; empty when it is about the folder itself. */
  readonly name: string;
}

/** Why there can be no more watches, by the number of the error. */
const LIMITS: ReadonlyMap<string, string> = new Map([
  ["ENOSPC", "fs.inotify.max_user_watches is used up"],
  ["EMFILE", "fs.inotify.max_user_instances is used up"],
]);

/** In words. */
export function inotifyFault(error: number): string {
  const name = errnoName(-error);
  return LIMITS.get(name) ?? name;
}

export class Inotify implements Disposable {
  /** Readable when there is something; negative: the error number of why there is none. */
  readonly fd: number;
  readonly #buffer = new Uint8Array(BUFFER_SIZE);

  constructor() {
    this.fd = orErrno(inotifyCalls().inotify_init1(O_CLOEXEC | O_NONBLOCK));
  }

  /** Number of the watch, the same for the same folder by whatever path; or the negative error number. */
  add(folder: string): number {
    return orErrno(inotifyCalls().inotify_add_watch(this.fd, cString(folder), WANTED));
  }

  remove(watch: number): void {
    inotifyCalls().inotify_rm_watch(this.fd, watch);
  }

  /** Everything that has been seen since the last time. */
  *read(): Generator<Seen> {
    for (;;) {
      const size = readInto(this.fd, this.#buffer);
      if (size <= 0) return;
      // A copy: whoever takes an event may read on.
      yield* eventsIn(this.#buffer.slice(0, size));
    }
  }

  [Symbol.dispose](): void {
    if (this.fd >= 0) closeFd(this.fd);
  }
}

const DECODER = new TextDecoder();

function* eventsIn(bytes: Uint8Array): Generator<Seen> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + HEAD_SIZE <= bytes.length;) {
    const length = view.getUint32(at + 12, true);
    const name = bytes.subarray(at + HEAD_SIZE, at + HEAD_SIZE + length);
    const end = name.indexOf(0);
    yield {
      watch: view.getInt32(at, true),
      bits: view.getUint32(at + 4, true),
      name: DECODER.decode(end < 0 ? name : name.subarray(0, end)),
    };
    at += HEAD_SIZE + length;
  }
}
