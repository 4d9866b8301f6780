// Faults in how a command was typed.
import { EXIT, RunnerError } from "../base/errors.ts";

/** Exit status 2; the hint says how it is typed. */
export function usageError(message: string, hint = ""): RunnerError {
  return new RunnerError(message, { hint, exitStatus: EXIT.usage });
}
