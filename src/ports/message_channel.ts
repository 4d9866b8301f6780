// Node's IPC channel of a child: a socket of its own, one message a line, for as long as its run.

/** A channel as it is handed over to another program. */
export interface OpenChannel {
  readonly fd: number;
  /** Head of a line that has not ended. */
  readonly head: Uint8Array;
  /** That line is too long already: what is left of it is passed over. */
  readonly isSkipping: boolean;
}

/** Our end. */
export interface MessageChannel extends Disposable {
  /** For the program that takes over; null: the other end is closed. */
  readonly open: OpenChannel | null;
  /** Sends a line, whole and at once. False: nobody hears it, or the child has not read for long. */
  send(line: string): boolean;
  /** Hears out what has been said by now: its program has ended. */
  drain(): void;
}

/** The end of a child, to be closed here as soon as the child has it. */
export interface ChildChannel extends Disposable {
  readonly fd: number;
}

export interface MessageChannels extends Disposable {
  /** Hears on a channel that the program before us has opened. */
  adopt(open: OpenChannel, heard: (line: string) => void): MessageChannel;
  /** A channel for one run; the reason when there can be none. */
  open(
    heard: (line: string) => void,
  ): { readonly ours: MessageChannel; readonly theirs: ChildChannel } | string;
}
