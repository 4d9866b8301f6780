// The file that tells others our pid, as `pidfile=` asks for. It is no lock.
import { errnoOf } from "./deno_errors.ts";

/** A written pid file, or why it could not be written. */
export interface PidFile extends Disposable {
  readonly fault: string | null;
}

/** Writes our pid. Disposing removes the file, unless another process has written its own pid there. */
export function writePidFile(path: string): PidFile {
  const text = `${Deno.pid}\n`;
  try {
    // Ours already, from the program before us in this process: nobody finds it empty.
    if (!holds(path, text)) Deno.writeTextFileSync(path, text, { mode: 0o644 });
  } catch (error) {
    const reason = errnoOf(error);
    if (reason === null) throw error;
    return {
      fault: `could not write pidfile ${path}: ${reason}`,
      [Symbol.dispose]: () => {},
    };
  }
  return { fault: null, [Symbol.dispose]: () => removeOwn(path, text) };
}

function holds(path: string, text: string): boolean {
  try {
    return Deno.readTextFileSync(path) === text;
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return false;
  }
}

function removeOwn(path: string, text: string): void {
  try {
    if (Deno.readTextFileSync(path) === text) Deno.removeSync(path);
  } catch (error) {
    // Removed by somebody else, or the folder may not be written to any more.
    if (errnoOf(error) === null) throw error;
  }
}
