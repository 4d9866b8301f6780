// Loads the second script of the page once it is needed.
/// <reference lib="dom" />
import { beside } from "./browser.ts";

/** What the second script gives. */
export type Views = typeof import("./views.ts");

/** Keeps what was loaded. */
export class ViewLoader {
  readonly #address: string;
  #loading: Promise<Views | null> | null = null;
  #failures = 0;

  constructor(address: string) {
    this.#address = address;
  }

  /** The script; null when it cannot be had now: the next call asks anew. */
  load(): Promise<Views | null> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async #load(): Promise<Views | null> {
    // Some browsers remember that an address could not be loaded, so each new try has one of its own.
    const again = this.#failures === 0 ? "" : `&again=${this.#failures}`;
    try {
      const views: Views = await import(beside(this.#address + again));
      return views;
    } catch (error) {
      // No connection, or a proxy that answered with something that is no script.
      if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
      this.#failures++;
      this.#loading = null;
      return null;
    }
  }
}
