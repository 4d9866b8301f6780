// What a runner in the background says to the one that started it: that it is up, how far, or why it has failed.
import { EXIT, RunnerError } from "../base/errors.ts";

/** How a start in the background went. */
export type BootWord =
  | { readonly kind: "up"; readonly detail: string }
  | { readonly kind: "partly"; readonly detail: string }
  | { readonly kind: "failed"; readonly error: RunnerError };

/** A word as one line. */
export function bootLine(word: Exclude<BootWord, { kind: "failed" }>): string {
  return `${word.kind} ${word.detail}`;
}

/** The line for an error that ends the runner; a fault of ours has its stack in the log. */
export function failureWord(error: unknown): string {
  const { message, hint, exitStatus } = error instanceof RunnerError
    ? error
    : new RunnerError(`Cannot go on: ${error instanceof Error ? error.message : String(error)}`);
  return `failed ${JSON.stringify({ message, hint, exitStatus })}`;
}

/** Reads a line; null when it is none of ours. */
export function readBootLine(line: string): BootWord | null {
  const [, kind, detail] = /^(up|partly|failed) (.*)$/.exec(line) ?? [];
  if (detail === undefined) return null;
  if (kind === "failed") return { kind, error: readFailure(JSON.parse(detail)) };
  return kind === "up" || kind === "partly" ? { kind, detail } : null;
}

function readFailure(value: unknown): RunnerError {
  const { message, hint, exitStatus }: Partial<Record<string, unknown>> = { ...Object(value) };
  return new RunnerError(String(message), {
    hint: typeof hint === "string" ? hint : "",
    exitStatus: typeof exitStatus === "number" ? exitStatus : EXIT.failed,
  });
}
