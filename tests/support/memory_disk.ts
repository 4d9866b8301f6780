// A disk in memory for rotation: files by name, inodes that outlive their names, a capacity, and faults on demand.
import type { FileLook, LogDriver, LogFault, LogFile } from "../../src/ports/logs.ts";

const ENOSPC = 28;
const EIO = 5;

interface Inode {
  readonly number: number;
  bytes: Uint8Array;
  modified: number;
  names: number;
}

export class MemoryDisk implements LogDriver {
  readonly files = new Map<string, Inode>();
  /** Bytes all files together may have. */
  capacity = Infinity;
  /** Bytes one write takes at most. */
  writeMost = Infinity;
  /** Set: every write fails with EIO. */
  isBroken = false;
  /** Set: open and rename fail with it. */
  fault: string | null = null;
  wall = 0;
  /** Names in the order in which they were removed. */
  readonly removed: string[] = [];
  openFiles = 0;
  #next = 1;
  readonly #inodes = new Set<Inode>();

  /** Puts a file there as another program would. */
  put(path: string, text: string): void {
    this.remove(path);
    this.files.set(path, this.#make(new TextEncoder().encode(text)));
  }

  /** Adds to a file as another program would. */
  add(path: string, text: string): void {
    const inode = this.files.get(path);
    if (inode === undefined) throw new Error(`there is no ${path}`);
    this.#write(inode, new TextEncoder().encode(text));
  }

  /** Empties a file as another program would. */
  truncate(path: string): void {
    const inode = this.files.get(path);
    if (inode === undefined) throw new Error(`there is no ${path}`);
    inode.bytes = new Uint8Array(0);
  }

  text(path: string): string {
    const inode = this.files.get(path);
    if (inode === undefined) throw new Error(`there is no ${path}`);
    return new TextDecoder().decode(inode.bytes);
  }

  bytes(path: string): Uint8Array {
    return this.files.get(path)?.bytes ?? new Uint8Array(0);
  }

  /** Text of every file. */
  all(): Record<string, string> {
    const names = [...this.files.keys()].sort();
    return Object.fromEntries(names.map((name) => [name, this.text(name)]));
  }

  get used(): number {
    return [...this.#inodes].reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  open(path: string): LogFile | LogFault {
    if (this.fault !== null) return { fault: this.fault };
    const inode = this.files.get(path) ?? this.#make(new Uint8Array(0));
    this.files.set(path, inode);
    this.openFiles++;
    return {
      opened: look(inode),
      write: (bytes) => this.#write(inode, bytes),
      read: (at, length) => inode.bytes.slice(at, at + length),
      truncate: (size) => {
        inode.bytes = inode.bytes.slice(0, size);
        return true;
      },
      look: () => ({ size: inode.bytes.length, hasName: inode.names > 0 }),
      close: () => this.openFiles--,
    };
  }

  look(path: string): FileLook | null {
    const inode = this.files.get(path);
    return inode === undefined ? null : look(inode);
  }

  rename(from: string, to: string): LogFault | null {
    if (this.fault !== null) return { fault: this.fault };
    const inode = this.files.get(from);
    if (inode === undefined) return { fault: "ENOENT" };
    this.#unlink(to);
    this.files.delete(from);
    this.files.set(to, inode);
    return null;
  }

  remove(path: string): null {
    if (this.#unlink(path)) this.removed.push(path);
    return null;
  }

  faultName(errno: number): string {
    return errno === ENOSPC ? "ENOSPC" : `errno ${errno}`;
  }

  #make(bytes: Uint8Array): Inode {
    const inode = { number: this.#next++, bytes, modified: this.wall, names: 1 };
    this.#inodes.add(inode);
    return inode;
  }

  #unlink(path: string): boolean {
    const inode = this.files.get(path);
    if (inode === undefined) return false;
    inode.names--;
    this.#inodes.delete(inode);
    return this.files.delete(path);
  }

  #write(inode: Inode, bytes: Uint8Array): number {
    if (this.isBroken) return -EIO;
    const room = this.capacity - this.used;
    if (room <= 0) return -ENOSPC;
    const taken = bytes.slice(0, Math.min(bytes.length, room, this.writeMost));
    const grown = new Uint8Array(inode.bytes.length + taken.length);
    grown.set(inode.bytes);
    grown.set(taken, inode.bytes.length);
    inode.bytes = grown;
    inode.modified = this.wall;
    return taken.length;
  }
}

function look(inode: Inode): FileLook {
  const { number, bytes, modified } = inode;
  return { identity: `memory:${number}`, isRegular: true, size: bytes.length, modified };
}
