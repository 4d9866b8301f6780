// How many bytes of output have reached the disk.

/** What the log writers of runit and s6 keep beside the output. */
const BOOKKEEPING = new Set(["lock", "state", "config"]);

/** Adds up the sizes of the log files below a folder; one that is just being renamed counts as it is found. */
export function bytesBelow(folder: string): number {
  let bytes = 0;
  for (const entry of Deno.readDirSync(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) bytes += bytesBelow(path);
    else if (!BOOKKEEPING.has(entry.name)) bytes += sizeOf(path);
  }
  return bytes;
}

function sizeOf(path: string): number {
  try {
    const stat = Deno.statSync(path);
    return stat.isFile ? stat.size : 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
