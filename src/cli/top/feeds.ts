// What `runner top` hears from the runner: all states, and the log that is open. Both come back after a break.
import type { LogLineView, ProcessList } from "../../control/api/types.ts";
import { PATHS } from "../../control/api/paths.ts";
import { RunnerError } from "../../base/errors.ts";
import type { Client } from "../../control/client/client.ts";
import { watchStream } from "../../control/client/runner_api.ts";
import { jsonLinesOf } from "../../control/client/stream_lines.ts";
import type { Clock } from "../../ports/clock.ts";

const RETRY = 1000;
/** The runner sends all states every two seconds, and a sign of life in each stream. */
const SILENCE = 50_000;
const LINES = 200;

/** A feed that tries again until it is closed. */
export class Feed implements Disposable {
  readonly #clock: Clock;
  #stream: { close(): void } | null = null;
  #isClosed = false;
  #wake = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Opens and reads over and over. The first failure of all is thrown: then nobody has been there. */
  async run<T>(
    { open, onValue, onLost }: {
      readonly open: () => Promise<AsyncIterable<T> & { close(): void }>;
      readonly onValue: (value: T) => void;
      readonly onLost: () => void;
    },
  ): Promise<void> {
    let isFirst = true;
    while (!this.#isClosed) {
      try {
        const stream = await open();
        this.#stream = stream;
        if (this.#isClosed) return stream.close();
        isFirst = false;
        for await (const value of stream) onValue(value);
      } catch (error) {
        // Gone, silent, refused: the runner restarts, or its program has left.
        if (!(error instanceof RunnerError) || isFirst) throw error;
      }
      if (this.#isClosed) return;
      onLost();
      await this.#pause();
    }
  }

  async #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    using _timer = this.#clock.wakeAt(this.#clock.now().mono + RETRY, resolve);
    await promise;
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#stream?.close();
    this.#wake();
  }
}

/** All states until the feed is closed. */
export function feedStates(
  feed: Feed,
  { client, onList, onLost }: {
    readonly client: Client;
    readonly onList: (list: ProcessList) => void;
    readonly onLost: () => void;
  },
): Promise<void> {
  return feed.run({ open: () => watchStream(client), onValue: onList, onLost });
}

/** The lines of some processes until the feed is closed. */
export function feedLines(
  feed: Feed,
  { client, ids, onBegin, onLine }: {
    readonly client: Client;
    readonly ids: readonly string[];
    readonly onBegin: () => void;
    readonly onLine: (line: LogLineView) => void;
  },
): Promise<void> {
  const open = async () => {
    const query = { name: ids, stream: "both", lines: LINES, follow: 1 };
    const stream = await client.stream(PATHS.logs, query, SILENCE);
    onBegin();
    return {
      [Symbol.asyncIterator]: () => jsonLinesOf<LogLineView>(stream),
      close: () => stream.close(),
    };
  };
  return feed.run({ open, onValue: onLine, onLost: () => {} });
}
