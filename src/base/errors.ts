// The two faults a user can cause: a Problem in a manifest, and a RunnerError of a command.

/** A fault in a manifest, with its place. */
export interface Problem {
  readonly severity: "error" | "warning";
  readonly file: string;
  /** Line number from 1; 0 when the fault has no line of its own. */
  readonly line: number;
  /** Section as written in the manifest, e.g. `program:web`; empty outside any section. */
  readonly section: string;
  /** Key within the section; empty when the fault is of the section itself. */
  readonly key: string;
  /** What was wrong, sentence case, no full stop. */
  readonly what: string;
  /** What is allowed, or what to do; empty when `what` says it all. */
  readonly allowed: string;
  /** A warning that counts as an error under `runner check`, or only under `runner check --strict`. */
  readonly errorIn?: "check" | "strict";
}

/** One line for people: `file:line: [section] key: what: allowed`. */
export function formatProblem(problem: Problem): string {
  const place = problem.line > 0 ? `${problem.file}:${problem.line}:` : `${problem.file}:`;
  const section = problem.section === "" ? "" : ` [${problem.section}]`;
  const key = problem.key === "" ? "" : ` ${problem.key}:`;
  const allowed = problem.allowed === "" ? "" : `: ${problem.allowed}`;
  const warning = problem.severity === "warning" ? " warning:" : "";
  return `${place}${warning}${section}${key} ${problem.what}${allowed}`;
}

/** Exit statuses of the command line, the same for every command. */
export const EXIT = { done: 0, failed: 1, usage: 2, notRunning: 3, noSuchProgram: 4 } as const;

export interface RunnerErrorOptions extends ErrorOptions {
  /** What to do next, shown on a line of its own. */
  readonly hint?: string;
  /** Exit status of the command; 1 when not given. */
  readonly exitStatus?: number;
}

/** A fault the user can mend: shown as one sentence and a hint, never with a stack. */
export class RunnerError extends Error {
  readonly hint: string;
  readonly exitStatus: number;

  constructor(message: string, options: RunnerErrorOptions = {}) {
    super(message, options);
    this.name = "RunnerError";
    this.hint = options.hint ?? "";
    this.exitStatus = options.exitStatus ?? EXIT.failed;
  }
}
