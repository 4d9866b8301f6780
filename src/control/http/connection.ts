// One connection: its requests one after the other, each with its reply, and how long it may take over what.
import type { Millis } from "../../manifest/plan.ts";
import { answer, failureReply } from "./answer.ts";
import { Channel } from "./channel.ts";
import type { ConnectionParts } from "./connection_ground.ts";
import { AHEAD, PATIENCE, THROWN_AWAY } from "./limits.ts";
import { type HttpReply, textReply } from "./message.ts";
import type { OutgoingStream } from "./reply_stream.ts";
import { isStreamed, sendReply } from "./reply_writer.ts";
import { Departure, makeRequest } from "./request.ts";
import type { RequestHead } from "./request_head.ts";
import { RequestReader } from "./request_reader.ts";

type Phase = "head" | "idle" | "body" | "busy" | "sending" | "streaming" | "lingering";

/** Open from the beginning until it tells `closed`. */
export class Connection {
  readonly #parts: ConnectionParts;
  readonly #reader = new RequestReader();
  readonly #channel: Channel;
  #phase: Phase = "head";
  #deadline: Millis | null = null;
  #departure = new Departure();
  #stream: OutgoingStream | null = null;
  #refusal: HttpReply | null = null;
  #closesAfter = false;
  #lingersAfter = false;
  #thrownAway = 0;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    const { poller, turns } = parts.ground;
    this.#channel = new Channel({
      socket: parts.socket,
      poller,
      turns,
      events: {
        readable: () => this.#read(),
        flushed: () => this.#flushed(),
        progressed: () => this.#phase === "sending" && this.#enter("sending"),
        broken: () => this.close(),
      },
    });
    this.#enter("head");
  }

  /** Monotonic time at which `expire` is due; null: never. */
  get deadline(): Millis | null {
    return this.#deadline;
  }

  /** Between two requests: nobody loses anything when it is closed. */
  get isIdle(): boolean {
    return this.#phase === "idle";
  }

  /** Its time is over. */
  expire(): void {
    const hasBegun = this.#reader.hasBegun && (this.#phase === "head" || this.#phase === "body");
    if (!hasBegun) return this.close();
    this.#refuse(textReply("The request did not come in time\n", 408));
  }

  /** The server ends: streams end properly, replies under way are sent, the rest is closed. */
  windUp(): void {
    this.#closesAfter = true;
    if (this.#phase === "streaming") {
      this.#tellGone();
      this.#stream?.end();
    } else if (this.#phase !== "busy" && this.#phase !== "sending") this.close();
  }

  close(): void {
    if (!this.#channel.isOpen) return;
    this.#channel.close();
    this.#deadline = null;
    this.#tellGone();
    this.#stream?.abort();
    this.#parts.closed();
  }

  /** Answers at once that there is no room, whatever is asked. */
  turnAway(): void {
    const reply = textReply("There are too many connections\n", 503);
    this.#refuse({ ...reply, headers: { "retry-after": "1" } });
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#deadline = null;
    if (phase === "busy" || phase === "streaming") return;
    const { clock, timed } = this.#parts.ground;
    this.#deadline = clock.now().mono + PATIENCE[phase];
    timed(this.#deadline);
  }

  #read(): void {
    const { buffer } = this.#parts.ground;
    if (this.#channel.hasEnded) return this.#ended();
    const count = this.#channel.read(buffer);
    if (count === null) return;
    if (count === 0) return this.#ended();
    if (this.#phase === "lingering") {
      this.#thrownAway += count;
      if (this.#thrownAway > THROWN_AWAY) this.close();
      return;
    }
    this.#reader.push(buffer.subarray(0, count));
    if (this.#phase === "idle") this.#enter("head");
    if (this.#isReadingRequest) this.#advance();
    else if (this.#reader.waiting > AHEAD) this.#channel.setReading(false);
  }

  get #isReadingRequest(): boolean {
    return this.#phase === "head" || this.#phase === "body" || this.#phase === "idle";
  }

  /** The client sends no more. A reply it waits for is still sent, for it may have closed one half only. */
  #ended(): void {
    if (this.#isReadingRequest || this.#phase === "lingering" || this.#phase === "streaming") {
      return this.close();
    }
    this.#closesAfter = true;
    this.#tellGone();
  }

  #advance(): void {
    if (!this.#channel.isOpen) return;
    const step = this.#reader.step();
    switch (step.kind) {
      case "more":
        return this.#channel.hasEnded ? this.close() : undefined;
      case "fault":
        return this.#refuse(textReply(`${step.fault.reason}\n`, step.fault.status));
      case "head":
        return this.#admit(step.head);
      case "request":
        this.#enter("busy");
        return this.#parts.ground.turns.add(() => this.#serve(step.head, step.body));
    }
  }

  #admit(head: RequestHead): void {
    this.#enter("busy");
    const verdict = this.#parts.gate.admit(head, this.#parts.socket.peer);
    if (!(verdict instanceof Promise)) return this.#judged(head, verdict);
    verdict.then(
      (refusal) => this.#judged(head, refusal),
      (error) => this.#judged(head, this.#failure(error)),
    );
  }

  #judged(head: RequestHead, refusal: HttpReply | null): void {
    if (!this.#channel.isOpen) return;
    if (refusal !== null && head.body.kind !== "none") return this.#refuse(refusal);
    this.#refusal = refusal;
    this.#enter("body");
    if (head.expectsContinue && this.#reader.waiting === 0) {
      this.#channel.send("HTTP/1.1 100 Continue\r\n\r\n");
    }
    this.#channel.setReading(true);
    this.#advance();
  }

  /** Answers, then closes: what else the client sends is not read any more. */
  #refuse(reply: HttpReply): void {
    this.#closesAfter = true;
    this.#lingersAfter = true;
    this.#reply(REFUSED_HEAD, reply);
  }

  /** Asks the handler; the promise is of the reply's being sent. */
  #serve(head: RequestHead, body: Uint8Array): void | Promise<void> {
    if (!this.#channel.isOpen) return;
    const { ground, socket: { peer } } = this.#parts;
    const reply = this.#refusal ??
      answer(ground.handler, makeRequest({ head, body, peer, departure: this.#departure }), {
        failed: (error) => this.#failure(error),
      });
    this.#refusal = null;
    const send = (made: HttpReply) => this.#guard(() => this.#reply(head, made));
    return reply instanceof Promise ? reply.then(send) : send(reply);
  }

  #reply(head: Pick<RequestHead, "method" | "minor" | "keepsAlive">, reply: HttpReply): void {
    if (!this.#channel.isOpen) return;
    const streams = isStreamed(reply, head.method);
    this.#closesAfter ||= !head.keepsAlive || (streams && head.minor === 0);
    this.#enter(streams ? "streaming" : "sending");
    this.#stream = sendReply({
      channel: this.#channel,
      head,
      reply,
      keepsAlive: !this.#closesAfter,
      wall: this.#parts.ground.clock.now().wall,
      guard: (callback) => this.#guard(callback),
      closed: (isComplete) => this.#streamClosed(isComplete),
      begun: (stream) => this.#stream = stream,
    });
    this.#channel.flush();
  }

  #streamClosed(isComplete: boolean): void {
    this.#stream = null;
    if (!this.#channel.isOpen) return;
    if (!isComplete) return this.close();
    this.#enter("sending");
    // Even when nothing waits any more: what follows a reply is done when it has been sent.
    this.#channel.send("");
  }

  #flushed(): void {
    if (this.#phase === "streaming") this.#stream?.flushed();
    if (this.#phase !== "sending" || this.#channel.buffered > 0) return;
    this.#departure.settle();
    this.#departure = new Departure();
    if (this.#lingersAfter) return this.#linger();
    if (this.#closesAfter || this.#channel.hasEnded) return this.close();
    this.#enter(this.#reader.hasBegun ? "head" : "idle");
    this.#channel.setReading(true);
    this.#advance();
  }

  /** A close while bytes of the client are unread would take the answer from it again. */
  #linger(): void {
    this.#channel.finish();
    if (this.#channel.hasEnded) return this.close();
    this.#enter("lingering");
    this.#channel.setReading(true);
  }

  #tellGone(): void {
    for (const callback of this.#departure.gone()) this.#guard(callback);
  }

  #guard(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      this.#failure(error);
      this.close();
    }
  }

  #failure(error: unknown): HttpReply {
    return failureReply(error, this.#parts.ground.log);
  }
}

/** Stands in for a head that was not read. */
const REFUSED_HEAD = { method: "GET", minor: 1, keepsAlive: false } as const;
