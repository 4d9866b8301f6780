// What a running runner says of itself in a file, for those who look for it. Loads no foreign library: that takes 3 ms.
import type { RunnerIdentity } from "./instance_key.ts";

/** What an instance says of itself beside its lock file. */
export interface InstanceRecord extends RunnerIdentity {
  readonly manifest: string;
  readonly key: string;
  /** Path of the control socket; empty when there is none. */
  readonly socket: string;
}

/** Path of the record that belongs to a lock file. */
export function recordPath(lockPath: string): string {
  return lockPath.replace(/\.lock$/, ".json");
}

/** The record beside a lock file; null when there is none that can be read. */
export function readRecord(lockPath: string): InstanceRecord | null {
  try {
    return parseRecord(JSON.parse(Deno.readTextFileSync(recordPath(lockPath))));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return null;
    throw error;
  }
}

function parseRecord(value: unknown): InstanceRecord | null {
  if (typeof value !== "object" || value === null) return null;
  const { pid, startTime, manifest, key, socket }: Partial<Record<string, unknown>> = { ...value };
  if (typeof pid !== "number" || typeof startTime !== "number") return null;
  if (typeof manifest !== "string" || typeof key !== "string") return null;
  return { pid, startTime, manifest, key, socket: typeof socket === "string" ? socket : "" };
}
