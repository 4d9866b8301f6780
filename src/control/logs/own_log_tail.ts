// Follows the runner's own log by looking at its file now and then, over rotation and without losing a line.
import { backupName } from "../../core/log_policy.ts";
import type { Bytes, Millis } from "../../manifest/plan.ts";
import { identityOf, openToRead, type ReadFile } from "../../os/log_reader.ts";
import type { RunnerFace } from "../runner_face.ts";

const LOOK_EVERY: Millis = 200;
const BLOCK: Bytes = 64 << 10;
/** Backups looked through for the file that was read last. */
const BACKUPS = 20;
const TRUNCATED = new TextEncoder().encode("==> File truncated <==\n");

/** Only runs while somebody follows. */
export class OwnLogTail implements Disposable {
  readonly #runner: Pick<RunnerFace, "now" | "wakeAt">;
  readonly #path: string;
  readonly #take: (bytes: Uint8Array) => void;
  #file: ReadFile | null;
  #at: Bytes;
  #timer: Disposable;

  /** Gives what is written from now on. */
  constructor(
    runner: Pick<RunnerFace, "now" | "wakeAt">,
    { path, take }: { readonly path: string; readonly take: (bytes: Uint8Array) => void },
  ) {
    this.#runner = runner;
    this.#path = path;
    this.#take = take;
    const file = openToRead(path);
    this.#file = "fault" in file ? null : file;
    this.#at = this.#file?.size ?? 0;
    this.#timer = this.#arm();
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
    this.#file?.[Symbol.dispose]();
    this.#file = null;
  }

  #arm(): Disposable {
    return this.#runner.wakeAt(this.#runner.now().mono + LOOK_EVERY, () => {
      this.#timer = this.#arm();
      this.#look();
    });
  }

  #look(): void {
    this.#read();
    if (identityOf(this.#path) === (this.#file?.identity ?? null)) return;
    for (const path of this.#newer()) {
      const file = openToRead(path);
      if ("fault" in file) continue;
      // What came between the last look and rotation.
      this.#read();
      this.#file?.[Symbol.dispose]();
      this.#file = file;
      this.#at = 0;
      this.#read();
    }
  }

  #read(): void {
    const file = this.#file;
    if (file === null) return;
    if (file.size < this.#at) {
      this.#at = 0;
      this.#take(TRUNCATED);
    }
    for (;;) {
      const bytes = file.read(this.#at, BLOCK);
      if (bytes.length === 0) return;
      this.#at += bytes.length;
      this.#take(bytes);
    }
  }

  /** The files after the one that was read, oldest first. */
  #newer(): string[] {
    const newer = [this.#path];
    const identity = this.#file?.identity ?? null;
    if (identity === null) return newer;
    for (let number = 1; number <= BACKUPS; number++) {
      const name = backupName(this.#path, { number, isGzip: false });
      const found = identityOf(name);
      if (found === identity) return newer.reverse();
      if (found === null) break;
      newer.push(name);
    }
    // Gone, or moved elsewhere by somebody: the live file is all that is known.
    return [this.#path];
  }
}
