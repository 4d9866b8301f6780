// Answers a request for lines: those of the past, merged, and then, if wanted, those that come.
import { nextTurn } from "../../os/next_turn.ts";
import type { ReplyStream } from "../http/message.ts";
import type { RunnerFace } from "../runner_face.ts";
import type { Millis, ProcessPlan } from "../../manifest/plan.ts";
import type { StreamName } from "../../ports/logs.ts";
import type { LogLineView } from "../api/types.ts";
import { Follower, writeAll } from "./follower.ts";
import {
  endOfLog,
  type History,
  type HistoryLine,
  type LogEnd,
  openHistory,
  type Past,
} from "./history.ts";
import type { LineBatch, LineFeeds } from "./line_feed.ts";
import { type LogMemory, logPlanOf, type StreamMemory, streamsOf } from "./log_memory.ts";
import { knownPlans, type LinesQuery } from "./logs_query.ts";
import { merge } from "./merge.ts";

/** What all requests share. */
export interface LogGround {
  readonly runner: RunnerFace;
  readonly memory: LogMemory;
  readonly feeds: LineFeeds;
}

/** Logs held open for one request. With more of them each gives no more than its last lines. */
const OPEN_MOST = 64;
const LINES_BEYOND = 200;
/** Characters that are sent at a time. */
const PIECE = 32 << 10;
/** Every so often an empty line tells that nothing has happened. */
const HEARTBEAT: Millis = 15_000;

/** Logs whose ends are held in one turn, so that what comes meanwhile keeps its order. */
const AT_ONCE = 16;

/** A log at the moment from which it is followed. */
interface Begun {
  readonly memory: StreamMemory;
  readonly end: LogEnd;
  /** Another stream's lines are in the same file: they are read once. */
  readonly isAgain: boolean;
}

/** One reply. */
export class LineStream {
  readonly #ground: LogGround;
  readonly #query: LinesQuery;
  readonly #out: ReplyStream;
  readonly #follower: Follower;
  readonly #followed = new Map<string, Disposable>();
  /** Logs that several streams write to are read once. */
  readonly #paths = new Set<string>();
  #watching: Disposable | null = null;
  #heartbeat: Disposable | null = null;

  constructor(ground: LogGround, query: LinesQuery, out: ReplyStream) {
    this.#ground = ground;
    this.#query = query;
    this.#out = out;
    this.#follower = new Follower(out, noticeOf);
  }

  /** Sends everything; when it follows, returns after the past. */
  async run(plans: readonly ProcessPlan[]): Promise<void> {
    const { follow } = this.#query;
    if (follow) {
      this.#watch();
      this.#keepAlive();
    }
    const histories: History[] = [];
    const held: LogEnd[] = [];
    const streams = plans.flatMap((plan) =>
      this.#streamsOf(plan).map((stream) => ({ plan, stream }))
    );
    try {
      for (let at = 0; at < streams.length && !this.#out.isClosed; at += AT_ONCE) {
        const ends = streams.slice(at, at + AT_ONCE).map((one) => this.#begin(one));
        held.push(...ends.map(({ end }) => end));
        const isLate = at >= OPEN_MOST;
        for (const end of ends) histories.push(await this.#open(end, isLate));
        await nextTurn();
      }
      await this.#sendPast(histories);
    } finally {
      for (const { snapshot } of held) snapshot?.[Symbol.dispose]();
    }
    if (follow) this.#follower.release();
    else this.#out.end();
    if (this.#out.isClosed) this.close();
  }

  close(): void {
    this.#heartbeat?.[Symbol.dispose]();
    this.#watching?.[Symbol.dispose]();
    for (const followed of this.#followed.values()) followed[Symbol.dispose]();
    this.#followed.clear();
  }

  #streamsOf(plan: ProcessPlan): readonly StreamName[] {
    return streamsOf(plan).filter((stream) => this.#query.streams.includes(stream));
  }

  /** The past ends where following begins: both are taken in the same turn. */
  #begin(
    { plan, stream }: { readonly plan: ProcessPlan; readonly stream: StreamName },
  ): Begun {
    const memory = this.#ground.memory.of(plan, stream);
    const { path } = memory;
    const isRaw = logPlanOf(plan, stream).format === "raw";
    const isAgain = path !== null && isRaw && this.#paths.has(path);
    if (path !== null) this.#paths.add(path);
    const end = endOfLog(memory);
    if (this.#query.follow) this.#follow(memory, end.snapshot?.tail ?? new Uint8Array(0));
    return { memory, end, isAgain };
  }

  async #open({ memory, end, isAgain }: Begun, isLate: boolean): Promise<History> {
    const { lines, within, follow } = this.#query;
    const wanted = isAgain ? 0 : isLate ? Math.min(lines, LINES_BEYOND) : lines;
    const past: Past = { lines: wanted, within, now: this.#ground.runner.now() };
    const withTail = !follow && wanted > 0;
    const history = await openHistory(memory, { end, past, withTail });
    return isLate ? await readNow(history) : history;
  }

  async #sendPast(histories: readonly History[]): Promise<void> {
    const { grep } = this.#query;
    let text = "";
    for await (const lines of merge(histories.map((history) => history.batches()))) {
      if (this.#out.isClosed) return;
      const kept = grep === "" ? lines : lines.filter(({ view }) => view.line.includes(grep));
      // Lines of many logs come one by one, and those of a long one thousands at a time.
      for (const { view } of kept) {
        text += `${JSON.stringify(view)}\n`;
        if (text.length < PIECE) continue;
        await writeAll(this.#out, text);
        text = "";
      }
    }
    await writeAll(this.#out, text);
  }

  #follow(memory: StreamMemory, tail: Uint8Array): void {
    const key = `${memory.plan.id} ${memory.stream}`;
    if (this.#followed.has(key)) return;
    const isRaw = logPlanOf(memory.plan, memory.stream).format === "raw";
    const head = memory.head ?? (isRaw ? tail : new Uint8Array(0));
    const follower = this.#follower;
    const listener = {
      take: (batch: LineBatch) => this.#take(batch),
      get isFull() {
        return follower.isFull;
      },
    };
    this.#followed.set(key, this.#ground.feeds.listen(memory, { head, listener }));
  }

  #take(batch: LineBatch): void {
    if (this.#out.isClosed) return this.close();
    const { grep } = this.#query;
    this.#follower.take(grep === "" ? batch : batch.with(grep));
  }

  /** A proxy in between, or a client, takes a long silence for an end. */
  #keepAlive(): void {
    const { runner } = this.#ground;
    this.#heartbeat = runner.wakeAt(runner.now().mono + HEARTBEAT, () => {
      if (this.#out.isClosed) return this.close();
      if (this.#out.buffered === 0) this.#out.write("\n");
      this.#keepAlive();
    });
  }

  /** Processes that come to the pool, and are meant too, are followed from their first line. */
  #watch(): void {
    const { runner, memory } = this.#ground;
    this.#watching = runner.watch({
      fact: ({ fact }) => {
        if (fact.kind !== "updated") return;
        for (const plan of knownPlans(runner.pool, this.#query.names)) {
          for (const stream of this.#streamsOf(plan)) {
            this.#follow(memory.of(plan, stream), new Uint8Array(0));
          }
        }
      },
    });
  }
}

async function readNow(history: History): Promise<History> {
  const lines: HistoryLine[] = [];
  for await (const batch of history.batches()) lines.push(...batch);
  history[Symbol.dispose]();
  return {
    batches: async function* () {
      yield lines;
    },
    length: 0,
    [Symbol.dispose]: () => {},
  };
}

function noticeOf(dropped: number): string {
  const view: LogLineView = {
    id: "",
    shown: "",
    stream: "stderr",
    time: null,
    line: "",
    dropped,
  };
  return `${JSON.stringify(view)}\n`;
}
