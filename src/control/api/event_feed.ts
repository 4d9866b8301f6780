// GET /events: what happens, for any number of readers; the latest events are kept for those who come again.
import { namedOf, resolveNames } from "../../core/resolve_names.ts";
import type { Plan } from "../../manifest/plan.ts";
import { every } from "../../ports/every.ts";
import type { HttpReply, HttpRequest, ReplyStream } from "../http/message.ts";
import type { RunnerFace, TimedFact } from "../runner_face.ts";
import { ApiFault } from "./api_fault.ts";
import { checkQuery, queryNames } from "./body.ts";
import { resolved } from "./call.ts";
import { eventView } from "./event_view.ts";
import { eventFrame, eventReply, HEARTBEAT, LIFE_SIGN } from "./server_events.ts";

/** Events kept. A pool of a thousand that is started at once makes about three thousand. */
const KEPT = 4_096;
/** Facts of one step after which readers are served, so that a great step does not run out of the kept ones. */
const BATCH = 256;
/** Characters written at once. */
const PIECE = 16_384;

interface Entry {
  readonly fact: TimedFact;
  /** Made for the first reader, for all of them. */
  frame: string | null;
}

export class EventFeed {
  readonly #runner: RunnerFace;
  readonly #entries: Entry[] = [];
  readonly #readers = new Set<EventReader>();
  #heartbeat: Disposable | null = null;
  /** Serial of the latest event; 0: none yet. */
  #latest = 0;
  #unserved = 0;

  constructor(runner: RunnerFace) {
    this.#runner = runner;
    runner.watch({ fact: (fact) => this.#take(fact), settled: () => this.#serve() });
  }

  /** Serial of the oldest event that is kept. */
  get oldest(): number {
    return this.#latest - this.#entries.length + 1;
  }

  get latest(): number {
    return this.#latest;
  }

  open(request: HttpRequest): HttpReply {
    checkQuery(request, ["name", "replay"]);
    const filter = filterOf(this.#runner, queryNames(request));
    const next = this.#nextFor(request);
    return eventReply((out) => {
      const reader = new EventReader(this, { out, next, filter });
      this.#readers.add(reader);
      this.#heartbeat ??= every(this.#runner, HEARTBEAT, () => this.#live());
      const gone = () => this.#leave(reader);
      out.onDrain(() => out.isClosed ? gone() : reader.go());
      request.onGone(gone);
      reader.serve();
    });
  }

  /** The event of a serial that is kept. */
  entry(serial: number): TimedFact | undefined {
    return this.#entries[serial - this.oldest]?.fact;
  }

  /** The same as it goes over the wire. */
  frame(serial: number): string {
    const entry = this.#entries[serial - this.oldest];
    if (entry === undefined) return "";
    entry.frame ??= eventFrame(eventView(serial, entry.fact), { id: this.#idOf(serial) });
    return entry.frame;
  }

  /** Serials begin anew with each runner, so an id says of which one it is. */
  #idOf(serial: number): string {
    return `${this.#runner.identity.startedAt}-${serial}`;
  }

  #nextFor(request: HttpRequest): number {
    const last = request.header("last-event-id");
    if (last !== null) {
      const serial = Number(/^\d+-(\d{1,15})$/.exec(last)?.[1] ?? -1);
      // Seen from an earlier runner: all of ours is news.
      const isOurs = last === this.#idOf(serial) && serial <= this.#latest;
      return isOurs ? serial + 1 : this.oldest;
    }
    const replay = request.query.get("replay") ?? "0";
    if (!/^\d{1,6}$/.test(replay)) {
      throw new ApiFault(400, `Cannot read "replay": it is "${replay.slice(0, 80)}"`, {
        hint: "Use the number of latest events to begin with",
      });
    }
    return Math.max(this.oldest, this.#latest + 1 - Number(replay));
  }

  #take(fact: TimedFact): void {
    this.#entries.push({ fact, frame: null });
    if (this.#entries.length > KEPT) this.#entries.shift();
    this.#latest += 1;
    this.#unserved += 1;
    if (this.#unserved >= BATCH) this.#serve();
  }

  #serve(): void {
    if (this.#unserved === 0) return;
    this.#unserved = 0;
    for (const reader of this.#readers) reader.serve();
  }

  #live(): void {
    for (const reader of this.#readers) reader.live();
  }

  #leave(reader: EventReader): void {
    this.#readers.delete(reader);
    if (this.#readers.size > 0) return;
    this.#heartbeat?.[Symbol.dispose]();
    this.#heartbeat = null;
  }
}

type Filter = (fact: TimedFact) => boolean;

interface ReaderParts {
  readonly out: ReplyStream;
  /** Serial of the first event it gets. */
  readonly next: number;
  readonly filter: Filter;
}

/** One reader: it knows how far it has got, and nothing waits for it in memory of its own. */
class EventReader {
  readonly #feed: EventFeed;
  readonly #out: ReplyStream;
  readonly #filter: Filter;
  #next: number;
  #isSlow = false;

  constructor(feed: EventFeed, { out, next, filter }: ReaderParts) {
    this.#feed = feed;
    this.#out = out;
    this.#next = next;
    this.#filter = filter;
  }

  /** Writes all there is that it has not had, as far as it takes it. */
  serve(): void {
    while (!this.#isSlow && this.#next <= this.#feed.latest) {
      const piece = this.#piece();
      if (piece !== "") this.#isSlow = !this.#out.write(piece);
    }
  }

  /** It takes more. */
  go(): void {
    this.#isSlow = false;
    this.serve();
  }

  live(): void {
    if (!this.#isSlow) this.#isSlow = !this.#out.write(LIFE_SIGN);
  }

  #piece(): string {
    let piece = "";
    const lost = this.#feed.oldest - this.#next;
    if (lost > 0) {
      piece = eventFrame({ lost }, { name: "gap" });
      this.#next = this.#feed.oldest;
    }
    while (this.#next <= this.#feed.latest && piece.length < PIECE) {
      const fact = this.#feed.entry(this.#next);
      if (fact !== undefined && this.#filter(fact)) piece += this.#feed.frame(this.#next);
      this.#next += 1;
    }
    return piece;
  }
}

/** Events of the processes that names mean, those that come later and those that have gone included. */
function filterOf(runner: RunnerFace, names: readonly string[]): Filter {
  if (names.length === 0) return () => true;
  const ids = new Set(resolved(runner, names).ids);
  let plan: Plan = runner.pool.plan;
  return ({ fact }) => {
    if (plan !== runner.pool.plan) {
      plan = runner.pool.plan;
      for (const id of resolveNames(names, namedOf(runner.pool)).ids) ids.add(id);
    }
    return "id" in fact && ids.has(fact.id);
  };
}
