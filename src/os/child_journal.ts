// The list of living children on disk, for the runner that starts after this one was killed.
import type { ChildJournal as ChildJournalPort, JournalEntry } from "../ports/journal.ts";
import { errnoOf } from "./deno_errors.ts";
import { type InstanceName, pidNamespace } from "./instance_key.ts";
import { readStat } from "./proc_fs.ts";

/** Lines after which the list is written anew. At 60 bytes a line the file stays below 64 KiB. */
const COMPACT_AFTER = 1000;

/** A child as the journal has it. */
export interface JournaledChild extends JournalEntry {
  readonly startTime: number;
}

/** Where pids are valid: after another boot or in another PID namespace they belong to others. */
function world(): string {
  const boot = Deno.readTextFileSync("/proc/sys/kernel/random/boot_id").trim();
  return `${boot} ${pidNamespace()}`;
}

function journalPath(name: InstanceName, folder: string): string {
  return `${folder}/${name.key}.journal`;
}

/**
 * A line is added for each start and each end, by one write of 10 µs. A start whose line is lost, because the
 * runner was killed in between or the disk was full, is found by its mark.
 */
export class ChildJournal implements ChildJournalPort {
  readonly #path: string;
  readonly #world = world();
  readonly #children = new Map<number, JournaledChild>();
  readonly #encoder = new TextEncoder();
  #file: Deno.FsFile;
  #lines = 0;
  /** A line has not got there, or half of it: the file is to be written anew. */
  #isBehind = false;

  constructor(name: InstanceName, folder: string) {
    this.#path = journalPath(name, folder);
    this.#file = this.#begin();
  }

  add(entry: JournalEntry): void {
    const startTime = readStat(entry.pid)?.startTime;
    if (startTime === undefined) return;
    const child = { ...entry, startTime };
    this.#children.set(entry.pid, child);
    this.#append(bornLine(child));
  }

  remove(pid: number): void {
    if (this.#children.delete(pid)) this.#append(`- ${pid}\n`);
  }

  /** Closes and removes the file: nobody is left. */
  [Symbol.dispose](): void {
    this.#file.close();
    this.#try(() => Deno.removeSync(this.#path));
  }

  #append(line: string): void {
    const bytes = this.#encoder.encode(line);
    const isWritten = !this.#isBehind &&
      this.#try(() => this.#file.writeSync(bytes)) === bytes.length;
    this.#lines += 1;
    if (isWritten && this.#lines < COMPACT_AFTER + 2 * this.#children.size) return;
    const fresh = this.#try(() => this.#begin());
    this.#isBehind = fresh === null && (this.#isBehind || !isWritten);
    if (fresh === null) return;
    this.#file.close();
    this.#file = fresh;
  }

  /** Null: the disk is full, or read-only by now. That must not end the runner. */
  #try<T>(deed: () => T): T | null {
    try {
      return deed();
    } catch (error) {
      if (errnoOf(error) === null) throw error;
      return null;
    }
  }

  /** A file with those who live now, put in place whole. */
  #begin(): Deno.FsFile {
    const lines = [...this.#children.values()].map(bornLine);
    const bytes = this.#encoder.encode([`${this.#world}\n`, ...lines].join(""));
    Deno.writeFileSync(`${this.#path}.new`, bytes, { mode: 0o600 });
    Deno.renameSync(`${this.#path}.new`, this.#path);
    this.#lines = lines.length;
    return Deno.openSync(this.#path, { append: true });
  }
}

function bornLine(child: JournaledChild): string {
  return `+ ${child.pid} ${child.startTime} ${child.run} ${child.id}\n`;
}

/** Who lived when the last runner ended unasked; empty after a clean end or another boot. */
export function readJournal(name: InstanceName, folder: string): JournaledChild[] {
  let text: string;
  try {
    text = Deno.readTextFileSync(journalPath(name, folder));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  return parseJournal(text, world());
}

/** Reads a journal; a last line that was cut off does not count. */
export function parseJournal(text: string, here: string): JournaledChild[] {
  const [written, ...lines] = text.split("\n").slice(0, -1);
  if (written !== here) return [];
  const children = new Map<number, JournaledChild>();
  for (const line of lines) {
    const [, born, startTime, run, id] = /^\+ (\d+) (\d+) (\d+) (.+)$/.exec(line) ?? [];
    const [, ended] = /^- (\d+)$/.exec(line) ?? [];
    if (ended !== undefined) children.delete(Number(ended));
    if (id === undefined) continue;
    const pid = Number(born);
    children.set(pid, { id, run: Number(run), pid, startTime: Number(startTime) });
  }
  return [...children.values()];
}
