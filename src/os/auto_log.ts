// Log files the runner names itself (AUTO): made with a name of their own, removed at the next start.
import { join } from "node:path";
import type { StreamName } from "../ports/logs.ts";
import { errnoOf } from "./deno_errors.ts";
import { errnoName } from "./errno.ts";
import { closeFd } from "./libc.ts";
import { makeFolder } from "./log_driver.ts";
import { OPEN, openFd } from "./log_libc.ts";

/** Only the runner reads what a program has written, unless the manifest names a file. */
export const AUTO_MODE = 0o600;
const EEXIST = 17;

export interface AutoLogFolder {
  /** childlogdir. */
  readonly folder: string;
  readonly identifier: string;
  /** Hexadecimal digits that the random part of a name begins with: whose log it is. */
  readonly owner: string;
}

/** Makes an empty file and gives its path; when it cannot be made, opening it will say why. */
export function createAutoLog(
  { folder, identifier, owner }: AutoLogFolder,
  { process, stream }: { readonly process: string; readonly stream: StreamName },
): string {
  makeFolder(folder);
  for (;;) {
    const lot = `${owner}${crypto.randomUUID()}`.slice(0, 8);
    // The name of a process may hold what a file name may not.
    const name = `${process}-${stream}---${identifier}-${lot}.log`.replaceAll("/", "_");
    const path = join(folder, name);
    const fd = openFd(path, OPEN.write | OPEN.create | OPEN.exclusive, AUTO_MODE);
    if (fd >= 0) closeFd(fd);
    if (fd >= 0 || errnoName(-fd) !== errnoName(EEXIST)) return path;
  }
}

/**
 * Removes what earlier runners of this identifier and owner left, backups too, and nothing of others or of the logs
 * at the paths of `own`. supervisord goes by the identifier alone, and so takes the logs of another one that lives.
 */
export function removeAutoLogs(
  { folder, identifier, owner }: AutoLogFolder,
  own: readonly string[],
): void {
  const mark = `---${identifier}-`;
  // Eight hexadecimal digits: a supervisord beside us, whose names look alike, keeps its own.
  const isOurs = (name: string) => {
    const at = name.lastIndexOf(mark);
    const end = name.slice(at + mark.length);
    return at > 0 && end.startsWith(owner) &&
      /^[0-9a-f]{8}\.log(\.\d+(\.gz)?|\.gz\.part)?$/.test(end);
  };
  for (const name of namesIn(folder)) {
    if (!isOurs(name) || own.some((path) => join(folder, name).startsWith(path))) continue;
    try {
      Deno.removeSync(join(folder, name));
    } catch (error) {
      // Gone meanwhile, another user's, or on a file system that is read-only: it harms nobody.
      if (errnoOf(error) === null) throw error;
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].filter(({ isFile }) => isFile).map(({ name }) => name);
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return [];
  }
}
