// What a failed reply means to whoever typed the command.
import { EXIT, RunnerError } from "../../base/errors.ts";
import { visibleText } from "../../core/visible_text.ts";
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
  if (said === null) return refused(place, head, text) ?? stranger(place, head);
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

/** Refused before the API was asked: another user, a wrong host, too many passwords or connections; or a fault of ours. */
const REFUSALS: readonly number[] = [403, 413, 421, 429, 500, 503];

/** What the server says of it in a plain line; null: it is no such refusal. */
function refused(place: string, head: ReplyHead, text: string): RunnerError | null {
  const isPlain = /^text\/plain\b/.test(head.headers.get("content-type") ?? "");
  const line = visibleText(text.trim());
  if (!isPlain || !REFUSALS.includes(head.status) || line === "" || line.length > 300) return null;
  return new RunnerError(`Cannot talk to ${place}: ${line}`);
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
