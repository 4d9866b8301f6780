// What supervisorctl says of one process that was started, stopped, signalled or cleared, and which status that is.
import { FAULTS } from "../../control/supervisor/faults.ts";
import { makeNamespec } from "../../control/supervisor/names.ts";
import type { Outcome } from "./replies.ts";
import { STATUS } from "./session.ts";

const { BAD_NAME, BAD_SIGNAL, NO_FILE, NOT_EXECUTABLE, FAILED, SUCCESS, NOT_RUNNING } = FAULTS;
const { ALREADY_STARTED, SPAWN_ERROR, ABNORMAL_TERMINATION } = FAULTS;

type Words = ReadonlyMap<number, string>;

const COMMON: readonly (readonly [number, string])[] = [
  [BAD_NAME, "no such process"],
  [BAD_SIGNAL, "bad signal name"],
  [NOT_RUNNING, "not running"],
  [NO_FILE, "no such file"],
  [NOT_EXECUTABLE, "file is not executable"],
  [ALREADY_STARTED, "already started"],
  [SPAWN_ERROR, "spawn error"],
  [ABNORMAL_TERMINATION, "abnormal termination"],
];
const FAULT_WORDS: Words = new Map(COMMON);

/** `web: started`, `web: ERROR (spawn error)`. */
export function outcomeLine(outcome: Outcome, done: string): string {
  const { group, name, status, description } = outcome;
  const spec = name === null ? group : makeNamespec(group, name);
  if (status === SUCCESS) return `${spec}: ${done}`;
  if (status === FAILED && done === "cleared") return `${spec}: ERROR (failed)`;
  // What has failed says so itself.
  if (status === FAILED) return description;
  return `${spec}: ERROR (${FAULT_WORDS.get(status) ?? description})`;
}

/** The exit status an outcome leaves; null: it leaves the one there is. */
export function outcomeStatus(status: number, harmless: number | null): number | null {
  if (status === SUCCESS || status === harmless) return null;
  const isDead = [SPAWN_ERROR, ABNORMAL_TERMINATION, NOT_RUNNING].some((one) => one === status);
  return isDead ? STATUS.notRunning : STATUS.generic;
}
