// Writes a reply on a channel: whole, or its head and a stream for the rest.
import type { Channel } from "./channel.ts";
import type { HttpReply } from "./message.ts";
import { type Framing, hasBody, replyHead } from "./reply_head.ts";
import { OutgoingStream, type StreamParts } from "./reply_stream.ts";
import type { RequestHead } from "./request_head.ts";

export interface ReplyRequest extends Pick<StreamParts, "closed" | "guard"> {
  readonly channel: Channel;
  readonly head: Pick<RequestHead, "method" | "minor">;
  readonly reply: HttpReply;
  readonly keepsAlive: boolean;
  readonly wall: number;
  /** The stream is there, but nobody writes to it yet. */
  readonly begun: (stream: OutgoingStream) => void;
}

/** Whether content follows over time. */
export function isStreamed({ stream, status }: HttpReply, method: string): boolean {
  return stream !== undefined && method !== "HEAD" && hasBody(status);
}

/** Puts the reply on its way; the stream that goes on, or null when everything is on its way. */
export function sendReply(request: ReplyRequest): OutgoingStream | null {
  const { channel, head, reply, keepsAlive, wall, guard } = request;
  const { stream } = reply;
  const isHead = head.method === "HEAD";
  const body = typeof reply.body === "string" ? ENCODER.encode(reply.body) : reply.body ?? NOTHING;
  const isChunked = head.minor === 1;
  const framing: Framing = stream === undefined
    ? { kind: "length", length: body.length }
    : { kind: isChunked ? "chunked" : "close" };
  channel.send(replyHead({ reply, framing, keepsAlive, wall }));
  if (isHead || !hasBody(reply.status)) return null;
  if (stream === undefined) {
    channel.send(body);
    return null;
  }
  const { closed } = request;
  const out = new OutgoingStream({ channel, isChunked, guard, closed });
  request.begun(out);
  guard(() => stream(out));
  return out.isClosed ? null : out;
}

const ENCODER = new TextEncoder();
const NOTHING = new Uint8Array(0);
