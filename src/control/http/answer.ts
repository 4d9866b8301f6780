// Asks a handler for its reply, and makes one of what it throws.
import type { LogLevel } from "../../manifest/plan.ts";
import { type HttpHandler, type HttpReply, type HttpRequest, textReply } from "./message.ts";

/** The reply of a handler; never fails. */
export function answer(
  handler: HttpHandler,
  request: HttpRequest,
  { failed }: { readonly failed: (error: unknown) => HttpReply },
): HttpReply | Promise<HttpReply> {
  try {
    const reply = handler(request);
    return reply instanceof Promise ? reply.catch(failed) : reply;
  } catch (error) {
    return failed(error);
  }
}

/** What a client learns of a fault of ours: that the log says more. */
export function failureReply(
  error: unknown,
  log: (level: LogLevel, message: string) => void,
): HttpReply {
  const detail = error instanceof Error ? error.stack ?? error.message : String(error);
  log("error", `a request has failed: ${detail}`);
  return textReply("The request has failed: see the log of the runner\n", 500);
}
