// Keeps the stream of states open: notices when it is lost, tries again, rests while nobody looks.
/// <reference lib="dom" />
import type { WatchView } from "../../api/types.ts";
import { every, later, now } from "./browser.ts";
import {
  begin,
  type Connection,
  type ConnectionEvent,
  connectionStep,
  connectionText,
  isFresh,
  SILENCE,
} from "./connection.ts";
import { part, setAttribute, setText } from "./element.ts";
import { durationText } from "../../table/figures.ts";
import { watchStates } from "./streams.ts";

/**
 * A browser opens six connections to a host at most, over all its tabs: one that is not looked at for so
 * long gives its own back.
 */
const HIDDEN_LONG = 20_000;
/** An age below this is what it always is. */
const YOUNG = 5000;

/** How much nobody looks: another tab is in front, or the browser only keeps the page for its "back". */
export type Rest = "none" | "hidden" | "left";

/** What the connection brings. */
export interface LinkTaker {
  take(list: WatchView): void;
  /** Other connections of the page are to be given back as well, or are welcome again. */
  rest(rest: Rest): void;
}

/** The connection and what the page says about it. */
export class Link {
  readonly #taker: LinkTaker;
  #connection: Connection = begin(now());
  #stream: Disposable | null = null;
  #dataAt: number | null = null;
  #cancelHide = () => {};

  constructor(taker: LinkTaker) {
    this.#taker = taker;
  }

  open(): void {
    part("retry", HTMLButtonElement).addEventListener("click", () => this.#take({ kind: "retry" }));
    addEventListener("online", () => this.#take({ kind: "retry" }));
    document.addEventListener("visibilitychange", () => this.#visibility());
    addEventListener("pagehide", () => this.#rest("left"));
    addEventListener("pageshow", ({ persisted }) => {
      if (persisted) this.#rest("none");
    });
    every(500, () => this.#tick());
    this.#connect();
    this.#show();
    // Opened in the background: it may never be looked at.
    if (document.hidden) this.#visibility();
  }

  #visibility(): void {
    this.#cancelHide();
    if (!document.hidden) return this.#rest("none");
    this.#cancelHide = later(HIDDEN_LONG, () => this.#rest("hidden"));
  }

  #rest(rest: Rest): void {
    this.#take({ kind: rest === "none" ? "shown" : "hidden" });
    this.#taker.rest(rest);
  }

  #tick(): void {
    const at = now();
    const isDue = this.#connection.kind === "waiting" && at >= this.#connection.retryAt;
    if (isDue) this.#take({ kind: "retry" });
    const last = Math.max(
      this.#dataAt ?? -Infinity,
      this.#connection.kind === "connecting" ? this.#connection.since : -Infinity,
    );
    const isOpen = this.#connection.kind === "live" || this.#connection.kind === "connecting";
    if (isOpen && at - last > SILENCE) this.#take({ kind: "lost" });
    this.#show();
  }

  #take(event: ConnectionEvent): void {
    const before = this.#connection;
    this.#connection = connectionStep(before, event, now());
    if (this.#connection === before) return;
    const { kind } = this.#connection;
    if (kind === "waiting" || kind === "paused") this.#disconnect();
    if (kind === "connecting") this.#connect();
    this.#show();
  }

  #connect(): void {
    this.#disconnect();
    this.#stream = watchStates({
      onStatus: (list) => {
        this.#dataAt = now();
        this.#take({ kind: "data" });
        this.#taker.take(list);
      },
      onLost: () => this.#take({ kind: "lost" }),
    });
  }

  #disconnect(): void {
    this.#stream?.[Symbol.dispose]();
    this.#stream = null;
  }

  #show(): void {
    const at = now();
    const text = connectionText(this.#connection, { dataAt: this.#dataAt, now: at });
    const isStale = !isFresh(this.#connection) && this.#dataAt !== null;
    const banner = part("banner", HTMLElement);
    setText(part("banner-text", HTMLElement), text);
    banner.hidden = text === "";
    part("retry", HTMLButtonElement).hidden = this.#connection.kind !== "waiting";
    document.body.classList.toggle("stale", isStale);
    const light = part("light", HTMLElement);
    const age = this.#dataAt === null ? 0 : at - this.#dataAt;
    const word = this.#connection.kind === "live" && age > YOUNG
      ? `${durationText(age / 1000)} old`
      : this.#connection.kind;
    setText(light, word);
    setAttribute(light, "data-link", this.#connection.kind);
  }
}
