// One open log file: its size, whether it ends with a whole line, and the head of the line it ends in.
import { LINE_BOUND } from "../core/log_policy.ts";
import type { Bytes } from "../manifest/plan.ts";
import type { FileLook, LogDriver, LogFault, LogFile } from "../ports/logs.ts";

const NEWLINE = 10;

/** A regular file that bytes are added to. */
export class AppendFile {
  readonly opened: FileLook;
  size: Bytes;
  endsLine: boolean;
  /** Why the last append was not whole. */
  lastFault = "";
  readonly #file: LogFile;
  readonly #driver: LogDriver;

  private constructor(file: LogFile, driver: LogDriver) {
    this.#file = file;
    this.#driver = driver;
    this.opened = file.opened;
    this.size = file.opened.size;
    this.endsLine = this.#endsWithLine();
  }

  /** Opens the file, made if missing. */
  static open(
    driver: LogDriver,
    { path, mode }: { readonly path: string; readonly mode: number },
  ): AppendFile | LogFault {
    const file = driver.open(path, mode);
    return "fault" in file ? file : new AppendFile(file, driver);
  }

  /** Bytes written: all of them, or fewer and `lastFault` says why. */
  append(bytes: Uint8Array): number {
    // The usual case is one write(2), without a look at the bytes.
    const written = this.#file.write(bytes);
    if (written !== bytes.length) return this.#appendRest(bytes, written);
    this.size += written;
    if (written > 0) this.endsLine = bytes[written - 1] === NEWLINE;
    return written;
  }

  /** A write took only a part of the bytes, or failed: goes on as long as something is taken. */
  #appendRest(bytes: Uint8Array, first: number): number {
    let written = 0;
    for (let taken = first; written < bytes.length;) {
      if (taken <= 0) {
        this.lastFault = taken < 0 ? this.#driver.faultName(-taken) : "nothing is taken";
        break;
      }
      written += taken;
      if (written < bytes.length) taken = this.#file.write(bytes.subarray(written));
    }
    this.size += written;
    if (written > 0) this.endsLine = bytes[written - 1] === NEWLINE;
    return written;
  }

  /** Length of the unfinished line at the end, read back: only asked for when the file is rotated. */
  tail(): Bytes {
    if (this.endsLine) return 0;
    const length = Math.min(this.size, LINE_BOUND);
    const end = this.#file.read(this.size - length, length);
    if (end.length < length) return Infinity;
    const newline = end.lastIndexOf(NEWLINE);
    if (newline >= 0) return length - newline - 1;
    return this.size <= LINE_BOUND ? length : Infinity;
  }

  /** The last bytes. */
  end(length: Bytes): Uint8Array {
    return this.#file.read(this.size - length, length);
  }

  truncate(size: Bytes): boolean {
    if (!this.#file.truncate(size)) return false;
    this.size = size;
    this.endsLine = true;
    return true;
  }

  /** Sees what somebody else has added or taken away; false when the last name of the file is gone. */
  refresh(): boolean {
    const { size, hasName } = this.#file.look();
    if (size !== this.size) {
      this.size = size;
      this.endsLine = this.#endsWithLine();
    }
    return hasName;
  }

  #endsWithLine(): boolean {
    return this.size === 0 || this.#file.read(this.size - 1, 1)[0] === NEWLINE;
  }

  close(): void {
    this.#file.close();
  }
}
