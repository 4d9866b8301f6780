// What a failed reply means to whoever typed the command.
import { EXIT, RunnerError } from "../../base/errors.ts";
import type { UpdateRefusal } from "../api/runner_types.ts";
import type { ErrorReply } from "../api/types.ts";
import type { ReplyHead } from "./reply_reader.ts";
import { type Target, targetText } from "./target.ts";

/** Exit statuses that say more than "failed". */
const STATUSES: Readonly<Record<number, number>> = {
  400: EXIT.usage,
  404: EXIT.noSuchProgram,
  422: EXIT.usage,
};

/** The error for a reply of status 400 and above, or of another kind than JSON. */
export function failure(target: Target, head: ReplyHead, text: string): RunnerError {
  const place = targetText(target);
  if (head.status === 401) return unauthorized(place);
  const said = readError(text);
  if (said === null) return stranger(place, head);
  return new RunnerError(said.error, {
    hint: said.hint,
    exitStatus: STATUSES[head.status] ?? EXIT.failed,
  });
}

function unauthorized(place: string): RunnerError {
  return new RunnerError(`Cannot log in at ${place}: it wants another user name or password`, {
    hint: "Set RUNNER_USER and RUNNER_PASSWORD, or name a file with --password-file",
  });
}

/** Somebody else listens there. */
function stranger(place: string, head: ReplyHead): RunnerError {
  const isSupervisord = /medusa/i.test(head.headers.get("server") ?? "");
  const who = isSupervisord
    ? "a supervisord listens there"
    : `its reply (${head.status}) is not ours`;
  return new RunnerError(`Cannot talk to ${place}: ${who}`, {
    hint: isSupervisord
      ? "Use: runner supervisorctl"
      : "It is no runner, or one of another version: compare with runner version",
  });
}

function readError(text: string): ErrorReply | null {
  try {
    const value: Partial<UpdateRefusal> | null = JSON.parse(text);
    const { error, hint = "", unknown, problems = [] } = { ...value };
    if (typeof error !== "string") return null;
    if (unknown !== undefined) return { error, hint: "runner status shows all names" };
    return { error, hint: [...problems.map((problem) => problem.text), hint].join("\n  ") };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
