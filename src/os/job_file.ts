// The file that says how far jobs had got when no runner runs: for `catch_up`.
import type { JobMemory } from "../core/job_state.ts";
import { type Fault, isTable, readState, writeState } from "./state_file.ts";

/** A file that is larger is not ours: a thousand jobs need 100 KB. */
const LARGEST = 1 << 20;

export interface JobReading {
  readonly jobs: readonly JobMemory[];
  readonly fault: Fault;
}

/** What was kept; nothing for a file that is missing, cut off or somebody else's. */
export function readJobFile(path: string): JobReading {
  const { value, fault } = readState(path, LARGEST);
  if (value === undefined) return { jobs: [], fault };
  if (!isTable(value) || value["version"] !== 1 || !Array.isArray(value["jobs"])) {
    return { jobs: [], fault: "it is none of this version" };
  }
  return { jobs: value["jobs"].flatMap(memoryOf), fault: "" };
}

/** Puts a new file in place whole. */
export function writeJobFile(path: string, jobs: readonly JobMemory[]): Fault {
  return writeState(path, JSON.stringify({ version: 1, jobs }));
}

function memoryOf(value: unknown): readonly JobMemory[] {
  if (!isTable(value)) return [];
  const { key, timing, done } = value;
  if (typeof key !== "string" || typeof timing !== "string" || typeof done !== "number") return [];
  return [{ key, timing, done }];
}
