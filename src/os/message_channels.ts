// Node's IPC channel for programs: a socket pair for each run, read by lines of bounded length.
import { LONGEST_MESSAGE } from "../core/node_message.ts";
import type { MessageChannel, MessageChannels, OpenChannel } from "../ports/message_channel.ts";
import { openChannelEnds } from "./channel_libc.ts";
import { ERRNO, errnoName } from "./errno.ts";
import { closeFd, readInto } from "./libc.ts";
import type { Poller } from "./poller.ts";
import { sendOn } from "./socket_libc.ts";

const NEWLINE = 10;
/** Reads in one turn; whoever writes more has to wait for the others. */
const MOST_AT_ONCE = 16;

type Waiter = Pick<Poller, "watchReadable" | "unwatch">;

/** Everything of it is made when the first program needs it. */
export function messageChannels(poller: Waiter): MessageChannels {
  const isOpen = new Set<MessageChannel>();
  let buffer: Uint8Array<ArrayBuffer> | null = null;
  const hear = (open: OpenChannel, heard: (line: string) => void): MessageChannel => {
    buffer ??= new Uint8Array(LONGEST_MESSAGE);
    const channel = new PolledChannel(open, { poller, buffer, heard, closed: forget });
    isOpen.add(channel);
    return channel;
  };
  const forget = (channel: MessageChannel) => void isOpen.delete(channel);
  return {
    adopt: hear,
    open(heard) {
      const ends = openChannelEnds();
      if (typeof ends === "number") return `no socket can be made (${errnoName(-ends)})`;
      const { ours, theirs } = ends;
      return {
        ours: hear({ fd: ours, head: new Uint8Array(0), isSkipping: false }, heard),
        theirs: { fd: theirs, [Symbol.dispose]: () => closeFd(theirs) },
      };
    },
    [Symbol.dispose]() {
      for (const channel of isOpen) channel[Symbol.dispose]();
    },
  };
}

interface Ear {
  readonly poller: Waiter;
  /** Shared by all: a read and what is made of it are one step. */
  readonly buffer: Uint8Array<ArrayBuffer>;
  heard(line: string): void;
  closed(channel: MessageChannel): void;
}

class PolledChannel implements MessageChannel {
  readonly #fd: number;
  readonly #ear: Ear;
  readonly #text = new TextDecoder();
  #head: Uint8Array;
  #isSkipping: boolean;
  #isOpen = true;

  constructor({ fd, head, isSkipping }: OpenChannel, ear: Ear) {
    this.#fd = fd;
    this.#ear = ear;
    this.#head = head;
    this.#isSkipping = isSkipping;
    ear.poller.watchReadable(fd, () => this.#read());
  }

  get open(): OpenChannel | null {
    if (!this.#isOpen) return null;
    return { fd: this.#fd, head: this.#head, isSkipping: this.#isSkipping };
  }

  send(line: string): boolean {
    if (!this.#isOpen) return false;
    const bytes = new TextEncoder().encode(line);
    const sent = sendOn(this.#fd, bytes);
    // Half a line would spoil all that follow.
    if (sent >= 0 && sent < bytes.length) this[Symbol.dispose]();
    return sent === bytes.length;
  }

  drain(): void {
    this.#read();
  }

  [Symbol.dispose](): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#ear.poller.unwatch(this.#fd);
    closeFd(this.#fd);
    this.#ear.closed(this);
  }

  #read(): number {
    const { buffer } = this.#ear;
    let bytes = 0;
    for (let count = 0; count < MOST_AT_ONCE && this.#isOpen; count++) {
      const length = readInto(this.#fd, buffer);
      if (length === -ERRNO.EAGAIN || length === -ERRNO.EINTR) break;
      if (length <= 0) {
        // Nobody has the other end any more, or process.disconnect() was called.
        this[Symbol.dispose]();
        break;
      }
      bytes += length;
      for (const line of this.#lines(buffer.subarray(0, length))) this.#ear.heard(line);
      if (length < buffer.length) break;
    }
    return bytes;
  }

  /** All of the lines that end in these bytes; whoever hears one may close the channel. */
  #lines(bytes: Uint8Array): readonly string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      this.#keep(bytes.subarray(start, end));
      if (!this.#isSkipping) lines.push(this.#text.decode(this.#head));
      this.#head = new Uint8Array(0);
      this.#isSkipping = false;
      start = end + 1;
    }
    this.#keep(bytes.subarray(start));
    return lines;
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#isSkipping) return;
    const length = this.#head.length + bytes.length;
    if (length > LONGEST_MESSAGE) {
      this.#isSkipping = true;
      this.#head = new Uint8Array(0);
      return;
    }
    const whole = new Uint8Array(length);
    whole.set(this.#head);
    whole.set(bytes, this.#head.length);
    this.#head = whole;
  }
}
