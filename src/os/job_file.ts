// The file that says how far jobs had got when no runner runs: for `catch_up`.
import type { JobMemory } from "../core/job_state.ts";

/** A file that is larger is not ours: a thousand jobs need 100 KB. */
const LARGEST = 1 << 20;

/** What became of a deed on the file; empty: all is well. */
export type Fault = string;

export interface JobReading {
  readonly jobs: readonly JobMemory[];
  readonly fault: Fault;
}

/** What was kept; nothing for a file that is missing, cut off or somebody else's. */
export function readJobFile(path: string): JobReading {
  try {
    if (Deno.statSync(path).size > LARGEST) return { jobs: [], fault: "it is too large" };
    return { jobs: parseJobs(Deno.readTextFileSync(path)), fault: "" };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { jobs: [], fault: "" };
    if (error instanceof SyntaxError) return { jobs: [], fault: "it is no JSON" };
    return { jobs: [], fault: faultOf(error) };
  }
}

/** Puts a new file in place whole: whoever reads sees the old one or the new one. */
export function writeJobFile(path: string, jobs: readonly JobMemory[]): Fault {
  try {
    const text = JSON.stringify({ version: 1, jobs });
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true, mode: 0o700 });
    Deno.writeTextFileSync(`${path}.new`, text, { mode: 0o600 });
    Deno.renameSync(`${path}.new`, path);
    return "";
  } catch (error) {
    return faultOf(error);
  }
}

/** A read-only or full disk is no fault of ours: it has a code of the system. */
function faultOf(error: unknown): Fault {
  const isSystem = error instanceof Error && ("code" in error || isDenoError(error));
  if (!isSystem) throw error;
  return error.message;
}

function isDenoError(error: Error): boolean {
  return Object.values(Deno.errors).some((kind) => error instanceof kind);
}

function parseJobs(text: string): readonly JobMemory[] {
  const value: unknown = JSON.parse(text);
  if (!isTable(value) || value["version"] !== 1) return [];
  const { jobs } = value;
  return Array.isArray(jobs) ? jobs.flatMap(memoryOf) : [];
}

function memoryOf(value: unknown): readonly JobMemory[] {
  if (!isTable(value)) return [];
  const { key, timing, done } = value;
  if (typeof key !== "string" || typeof timing !== "string" || typeof done !== "number") return [];
  return [{ key, timing, done }];
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
