// `runner top`: all programs live on the whole terminal, with keys to steer them and the log of the chosen one.
import { EXIT, RunnerError } from "../../base/errors.ts";
import type { LogLineView } from "../../control/api/types.ts";
import type { Client } from "../../control/client/client.ts";
import { act, runBegun } from "../../control/client/runner_api.ts";
import { actionNotice, type Notice, runNotice } from "../../control/table/row_commands.ts";
import { systemClock } from "../../os/system_clock.ts";
import { connect } from "../connect.ts";
import { listenForEnd } from "../end_signal.ts";
import type { CommandLine } from "../options.ts";
import { showText } from "../output.ts";
import { paintFor } from "../paint.ts";
import { Feed, feedLines, feedStates } from "./feeds.ts";
import { readKeys } from "./keys.ts";
import { Screen } from "./screen.ts";
import { topLines } from "./top_lines.ts";
import { beginTop, type TopOrder, type TopState } from "./top_state.ts";
import { type TopEvent, topStep, type TopWish } from "./top_step.ts";

/** Milliseconds between two pictures at least: a log in full flow is not read line by line. */
const FRAME = 40;
/** How long the runner has been gone is said anew so often. */
const TICK = 1000;

/** Shows until it is ended; exit status 0 then. */
export async function top(line: CommandLine): Promise<number> {
  if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) {
    throw new RunnerError("Cannot show a live table: input and output must be a terminal", {
      hint: "Use: runner status, or runner status --watch",
      exitStatus: EXIT.usage,
    });
  }
  const session = new TopSession(connect(line), line.words.join(" "));
  return await session.run();
}

class TopSession {
  readonly #client: Client;
  readonly #clock = systemClock();
  readonly #ink = paintFor(Deno.stdout);
  readonly #states = new Feed(this.#clock);
  readonly #end = Promise.withResolvers<void>();
  #screen: Screen | null = null;
  #state: TopState;
  #logFeed: { readonly key: string; readonly feed: Feed } | null = null;
  #lines: LogLineView[] = [];
  #frame: Disposable | null = null;
  #tick: Disposable | null = null;

  constructor(client: Client, filter: string) {
    this.#client = client;
    const state = beginTop(Deno.consoleSize(), this.#clock.now().mono);
    this.#state = { ...state, choice: { ...state.choice, filter } };
  }

  async run(): Promise<number> {
    const resized = () => this.#take({ kind: "size", size: Deno.consoleSize() });
    using _end = listenForEnd(() => this.#end.resolve());
    const states = feedStates(this.#states, {
      client: this.#client,
      onList: (list) => {
        // Entered with the first answer: when there is no runner its error is on the ordinary screen.
        if (this.#screen === null) this.#begin();
        this.#take({ kind: "list", list });
      },
      onLost: () => this.#take({ kind: "lost" }),
    });
    Deno.addSignalListener("SIGWINCH", resized);
    try {
      await Promise.race([states, this.#end.promise]);
      return EXIT.done;
    } finally {
      Deno.removeSignalListener("SIGWINCH", resized);
      this.#close();
    }
  }

  #begin(): void {
    this.#screen = new Screen({
      write: showText,
      setRaw: (isRaw) => Deno.stdin.setRaw(isRaw),
    });
    this.#tick = this.#clock.wakeAt(this.#clock.now().mono + TICK, () => this.#ticked());
    this.#readKeys().catch(this.#end.reject);
  }

  #close(): void {
    this.#screen?.[Symbol.dispose]();
    this.#states[Symbol.dispose]();
    this.#logFeed?.feed[Symbol.dispose]();
    this.#frame?.[Symbol.dispose]();
    this.#tick?.[Symbol.dispose]();
  }

  async #readKeys(): Promise<void> {
    const bytes = new Uint8Array(1024);
    const decoder = new TextDecoder();
    for (;;) {
      const length = await Deno.stdin.read(bytes);
      // The terminal has gone.
      if (length === null) return this.#end.resolve();
      const text = decoder.decode(bytes.subarray(0, length), { stream: true });
      for (const key of readKeys(text)) this.#take({ kind: "key", key });
    }
  }

  #ticked(): void {
    this.#take({ kind: "tick" });
    this.#tick = this.#clock.wakeAt(this.#clock.now().mono + TICK, () => this.#ticked());
  }

  #take(event: TopEvent): void {
    const { state, wish } = topStep(this.#state, event, this.#clock.now().mono);
    this.#state = state;
    if (wish !== null) this.#grant(wish);
    this.#followChosen();
    this.#frame ??= this.#clock.wakeAt(this.#clock.now().mono + FRAME, () => this.#draw());
  }

  #draw(): void {
    this.#frame = null;
    if (this.#lines.length > 0) {
      const lines = this.#lines.splice(0);
      this.#state = topStep(this.#state, { kind: "lines", lines }, this.#state.now).state;
    }
    this.#screen?.draw(topLines(this.#state, this.#ink));
  }

  #grant(wish: TopWish): void {
    switch (wish.kind) {
      case "quit":
        return this.#end.resolve();
      case "redraw":
        return this.#screen?.forget();
      case "suspend":
        return this.#suspend();
      case "order":
        this.#order(wish.order).catch(this.#end.reject);
    }
  }

  /** Stops here until somebody says `fg`. */
  #suspend(): void {
    this.#screen?.leave();
    Deno.kill(Deno.pid, "SIGSTOP");
    this.#screen?.enter();
    this.#take({ kind: "size", size: Deno.consoleSize() });
  }

  async #sent(action: TopOrder["action"], ids: readonly string[]): Promise<Notice> {
    if (action === "run") return runNotice(await runBegun(this.#client, ids[0] ?? ""));
    return actionNotice(action, await act(this.#client, { action, names: ids }));
  }

  async #order({ action, ids, title }: TopOrder): Promise<void> {
    this.#take({ kind: "notice", notice: { isGood: true, text: `${action} ${title} …` } });
    try {
      this.#take({ kind: "notice", notice: await this.#sent(action, ids) });
    } catch (error) {
      if (!(error instanceof RunnerError)) throw error;
      this.#take({ kind: "notice", notice: { isGood: false, text: error.message } });
    }
  }

  /** Follows the log that the state wants open, and no other. */
  #followChosen(): void {
    const ids = this.#state.log?.ids ?? [];
    const key = ids.join("\n");
    if (key === (this.#logFeed?.key ?? "")) return;
    this.#logFeed?.feed[Symbol.dispose]();
    this.#lines = [];
    this.#logFeed = null;
    if (ids.length === 0) return;
    const feed = new Feed(this.#clock);
    this.#logFeed = { key, feed };
    feedLines(feed, {
      client: this.#client,
      ids,
      onBegin: () => {
        if (feed.isClosed) return;
        this.#lines = [];
        this.#take({ kind: "log-begins" });
      },
      onLine: (line) => this.#takeLine(feed, line),
    }).catch((error) => this.#logFailed(feed, error));
  }

  #takeLine(feed: Feed, line: LogLineView): void {
    if (feed.isClosed) return;
    this.#lines.push(line);
    this.#frame ??= this.#clock.wakeAt(this.#clock.now().mono + FRAME, () => this.#draw());
  }

  #logFailed(feed: Feed, error: unknown): void {
    if (!(error instanceof RunnerError)) return this.#end.reject(error);
    if (feed.isClosed) return;
    this.#take({ kind: "notice", notice: { isGood: false, text: error.message } });
  }
}
