// Server-sent events: how a reply begins, what an event looks like on the wire, and the sign of life.
import type { HttpReply, ReplyStream } from "../http/message.ts";

/** Milliseconds between signs of life: less than the minute after which proxies give up. */
export const HEARTBEAT = 15_000;
/** A comment, which no client shows. */
export const LIFE_SIGN = ":\n\n";

/** A reply that stays open; browsers that lose it come again after two seconds. */
export function eventReply(open: (out: ReplyStream) => void): HttpReply {
  return {
    status: 200,
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      // A proxy that gathers the reply would show nothing until it ends.
      "x-accel-buffering": "no",
    },
    stream: (out) => {
      out.write("retry: 2000\n\n");
      open(out);
    },
  };
}

/** One event. JSON has no line ends of its own, so one `data` line holds it. */
export function eventFrame(
  value: unknown,
  { id, name }: { readonly id?: string; readonly name?: string },
): string {
  const head = (id === undefined ? "" : `id: ${id}\n`) +
    (name === undefined ? "" : `event: ${name}\n`);
  return `${head}data: ${JSON.stringify(value)}\n\n`;
}
