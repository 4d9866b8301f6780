// A socket with the bytes that wait to be sent on it, and what it is watched for.
import { type Poller, SOCKET_EVENT } from "../../os/poller.ts";
import { closeSocket, receive, shutWriting, type StreamSocket, transmit } from "../../os/socket.ts";
import { ByteQueue } from "./byte_queue.ts";
import type { Turns } from "./turns.ts";

/** Sent before others have their turn. */
const FLUSH_BYTES = 256 << 10;

/** Who is told of what happens on the socket. */
export interface ChannelEvents {
  /** There are bytes, or the end of them. */
  readable(): void;
  /** Everything has been sent. */
  flushed(): void;
  /** Some bytes have been sent, others wait. */
  progressed(): void;
  /** Nothing can be sent or read any more. */
  broken(): void;
}

export interface ChannelParts {
  readonly socket: StreamSocket;
  readonly poller: Poller;
  readonly turns: Turns;
  readonly events: ChannelEvents;
}

/** Open from the beginning until `close`; the peer is told of nothing but what is sent. */
export class Channel {
  readonly #parts: ChannelParts;
  readonly #outgoing = new ByteQueue();
  #isReading = true;
  #isWriting = false;
  #hasEnded = false;
  #isScheduled = false;
  #isOpen = true;

  constructor(parts: ChannelParts) {
    this.#parts = parts;
    const { poller, socket } = parts;
    poller.watchSocket(socket.fd, this.#interest(), (events) => this.#ready(events));
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Bytes that wait to be sent. */
  get buffered(): number {
    return this.#outgoing.length;
  }

  /** Bytes read; null: none now; 0: there will be no more. */
  read(buffer: Uint8Array<ArrayBuffer>): number | null {
    if (!this.#isOpen) return null;
    const count = receive(this.#parts.socket.fd, buffer);
    if (count === 0) {
      this.#hasEnded = true;
      this.#isReading = false;
      this.#rewatch();
    }
    return count;
  }

  /** Whether bytes are wanted; while they are not, the end of the connection is still told. */
  setReading(isWanted: boolean): void {
    if (this.#hasEnded || this.#isReading === isWanted) return;
    this.#isReading = isWanted;
    this.#rewatch();
  }

  /** Adds to what waits; it is sent soon. */
  send(content: Uint8Array | string): void {
    if (!this.#isOpen) return;
    if (typeof content === "string") this.#outgoing.addText(content);
    else this.#outgoing.add(content);
    if (!this.#isWriting) this.#schedule();
  }

  /** Sends what there is room for, now. */
  flush(): void {
    if (!this.#isOpen) return;
    let sent = 0;
    while (this.#outgoing.length > 0) {
      if (sent >= FLUSH_BYTES) return this.#schedule();
      const bytes = this.#outgoing.bytes.subarray(0, FLUSH_BYTES);
      const count = transmit(this.#parts.socket.fd, bytes);
      if (count === null) return this.#parts.events.broken();
      if (count === 0) break;
      this.#outgoing.drop(count);
      sent += count;
    }
    this.#setWriting(this.#outgoing.length > 0);
    if (this.#outgoing.length === 0) this.#parts.events.flushed();
    else if (sent > 0) this.#parts.events.progressed();
  }

  /** No more will be sent: the other end sees that when it has read all. */
  finish(): void {
    if (this.#isOpen) shutWriting(this.#parts.socket.fd);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#parts.poller.unwatch(this.#parts.socket.fd);
    closeSocket(this.#parts.socket.fd);
    this.#outgoing.clear();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#parts.turns.add(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }

  #setWriting(isWanted: boolean): void {
    if (this.#isWriting === isWanted) return;
    this.#isWriting = isWanted;
    this.#rewatch();
  }

  #ready(events: number): void {
    const { readable, writable, broken, ended } = SOCKET_EVENT;
    // One turn is one flush: room is told again and again until it has been used.
    if ((events & writable) !== 0) this.#schedule();
    if ((events & (readable | ended | broken)) === 0) return;
    if (this.#isReading) return this.#parts.events.readable();
    if ((events & broken) !== 0) return this.#parts.events.broken();
    // Bytes are not wanted now, but that there will be no more is news.
    this.#hasEnded = true;
    this.#rewatch();
    this.#parts.events.readable();
  }

  /** The other end sends no more. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  #rewatch(): void {
    if (this.#isOpen) this.#parts.poller.rewatch(this.#parts.socket.fd, this.#interest());
  }

  #interest(): number {
    const { readable, writable, ended } = SOCKET_EVENT;
    const reading = this.#hasEnded ? 0 : this.#isReading ? readable : ended;
    return reading | (this.#isWriting ? writable : 0);
  }
}
