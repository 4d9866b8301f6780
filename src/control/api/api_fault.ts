// A request that cannot be answered as asked: its status, why, and what to do.
import { type HttpReply, jsonReply } from "../http/message.ts";
import type { ErrorReply, UnknownName } from "./types.ts";

export interface ApiFaultOptions {
  readonly hint?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly unknown?: readonly UnknownName[];
}

/** Thrown by whatever works on a request, caught in one place. */
export class ApiFault extends Error {
  readonly status: number;
  readonly options: ApiFaultOptions;

  constructor(status: number, message: string, options: ApiFaultOptions = {}) {
    super(message);
    this.name = "ApiFault";
    this.status = status;
    this.options = options;
  }
}

/** The reply to a request with a fault. */
export function faultReply({ status, message, options }: ApiFault): HttpReply {
  const { hint = "", headers, unknown } = options;
  const body: ErrorReply = unknown === undefined
    ? { error: message, hint }
    : { error: message, hint, unknown };
  const reply = jsonReply(body, status);
  return { ...reply, headers: { ...reply.headers, ...headers } };
}

/** 404 for names that match nothing. */
export function unknownFault(what: string, unknown: readonly UnknownName[]): ApiFault {
  const names = unknown.map(({ name, meant }) =>
    meant === "" ? `"${name}"` : `"${name}" (did you mean "${meant}"?)`
  );
  return new ApiFault(404, `Cannot find ${what} ${names.join(", ")}: no such name`, {
    hint: "GET /api/v1/processes lists all of them",
    unknown,
  });
}
