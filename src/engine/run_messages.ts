// What one run says and hears over Node's IPC channel.
import { nodeMessage, parseNodeMessage } from "../core/node_message.ts";
import type { MessageChannel, OpenChannel } from "../ports/message_channel.ts";

export interface MessageEars {
  ready(): void;
  /** A message that nothing is done about, or its beginning. */
  passedOver(text: string): void;
}

export class RunMessages implements Disposable {
  readonly #ears: MessageEars;
  #channel: MessageChannel | null = null;

  constructor(ears: MessageEars) {
    this.#ears = ears;
  }

  /** For the program that takes over. */
  get open(): OpenChannel | null {
    return this.#channel?.open ?? null;
  }

  /** It goes with the run. */
  listenOn(channel: MessageChannel): void {
    this.#channel = channel;
  }

  /** Takes a line. */
  heard(line: string): void {
    const message = parseNodeMessage(line);
    switch (message.kind) {
      case "ready":
        return this.#ears.ready();
      case "passed-over":
        return this.#ears.passedOver(message.text);
      case "internal":
        return;
    }
  }

  /** False: there is no channel, or nobody hears on it. */
  send(text: string): boolean {
    return this.#channel?.send(nodeMessage(text)) ?? false;
  }

  /** The child has ended: what it has said last counts. */
  drain(): void {
    this.#channel?.drain();
  }

  [Symbol.dispose](): void {
    this.#channel?.[Symbol.dispose]();
    this.#channel = null;
  }
}
