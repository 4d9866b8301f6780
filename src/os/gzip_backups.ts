// Compresses backups in the background, a piece at a time, so that a crash leaves either the old file or the new one.
import type { LogFact } from "../core/log_loss.ts";
import { backupName } from "../core/log_policy.ts";
import type { LogDriver } from "../ports/logs.ts";
import { listBackups } from "./log_backups.ts";

/** One piece is about a millisecond of work; between two of them everything else has its turn. */
const PIECE = 1 << 16;

export interface GzipBackupsOptions {
  readonly driver: LogDriver;
  readonly report: (fact: LogFact) => void;
}

/** One worker for the backups of all logs, one file at a time. */
export class GzipBackups {
  readonly #options: GzipBackupsOptions;
  readonly #paths = new Set<string>();
  #work: Promise<void> | null = null;
  #isClosed = false;

  constructor(options: GzipBackupsOptions) {
    this.#options = options;
  }

  /** The log at `path` may have backups to compress. */
  request(path: string): void {
    if (this.#isClosed) return;
    this.#paths.add(path);
    this.#work ??= this.#run();
  }

  /** Resolves when there is nothing left to do. */
  async settled(): Promise<void> {
    await this.#work;
  }

  /** Leaves the file it is at as it was; the next start goes on with it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#work;
  }

  async #run(): Promise<void> {
    // Not within the write that has just rotated the log.
    await new Promise((resolve) => setTimeout(resolve, 0));
    for (const path of this.#paths) {
      this.#paths.delete(path);
      if (!this.#isClosed) await this.#compress(path);
    }
    this.#work = null;
  }

  /** The latest backup is moved up while it is compressed: it is known by its inode, not by its number. */
  async #compress(path: string): Promise<void> {
    const { driver, report } = this.#options;
    for (;;) {
      const plain = listBackups({ driver, path, mode: 0 }).find(({ isGzip }) => !isGzip);
      if (plain === undefined || this.#isClosed) return;
      const name = backupName(path, plain);
      const identity = driver.look(name)?.identity;
      const part = `${path}.gz.part`;
      try {
        const isWhole = await gzipFile(name, { part, isStopped: () => this.#isClosed });
        if (!isWhole || identity === undefined || !this.#replace(path, { identity, part })) {
          driver.remove(part);
        }
      } catch (error) {
        driver.remove(part);
        // Removed by rotation meanwhile: there is nothing to compress.
        if (error instanceof Deno.errors.NotFound) continue;
        if (!(error instanceof Error)) throw error;
        report({ kind: "log-uncompressed", log: name, reason: error.message });
        return;
      }
    }
  }

  /** Puts the compressed file in the place the plain one has now; false when it is gone. */
  #replace(path: string, { identity, part }: { identity: string; part: string }): boolean {
    const { driver } = this.#options;
    const isIt = (number: number) =>
      driver.look(backupName(path, { number, isGzip: false }))?.identity === identity;
    const number = listBackups({ driver, path, mode: 0 }).find((backup) => isIt(backup.number))
      ?.number;
    if (number === undefined) return false;
    const fault = driver.rename(part, backupName(path, { number, isGzip: true }));
    if (fault !== null) throw new Error(fault.fault);
    driver.remove(backupName(path, { number, isGzip: false }));
    return true;
  }
}

/** Writes a gzipped copy, safe on disk, with the mode and time of the original; false when it was stopped. */
async function gzipFile(
  name: string,
  { part, isStopped }: { readonly part: string; readonly isStopped: () => boolean },
): Promise<boolean> {
  using from = await Deno.open(name);
  const { mode, mtime } = await from.stat();
  using to = await Deno.open(part, {
    write: true,
    create: true,
    truncate: true,
    mode: (mode ?? 0o600) & 0o777,
  });
  const gzip = new CompressionStream("gzip");
  const written = writeAll(gzip.readable, to);
  const writer = gzip.writable.getWriter();
  const isWhole = await feed(from, { writer, isStopped });
  await writer.close();
  await written;
  if (mtime !== null) await to.utime(mtime, mtime);
  await to.sync();
  return isWhole;
}

async function feed(
  from: Deno.FsFile,
  { writer, isStopped }: {
    readonly writer: WritableStreamDefaultWriter<BufferSource>;
    readonly isStopped: () => boolean;
  },
): Promise<boolean> {
  for (;;) {
    const piece = new Uint8Array(PIECE);
    const count = await from.read(piece);
    if (count === null) return true;
    if (isStopped()) return false;
    await writer.write(piece.subarray(0, count));
  }
}

async function writeAll(from: ReadableStream<Uint8Array>, to: Deno.FsFile): Promise<void> {
  for await (const bytes of from) {
    for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
  }
}
