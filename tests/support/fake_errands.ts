// A fake of the errands: it remembers what was sent, and each ends when the test says so.
import type { Errand, ErrandEnd, Errands } from "../../src/ports/errands.ts";

interface SentErrand {
  readonly errand: Errand;
  readonly ended: (end: ErrandEnd) => void;
}

export class FakeErrands implements Errands {
  /** Names of all that were sent, in order. */
  readonly names: string[] = [];
  readonly #open: SentErrand[] = [];

  send(errand: Errand, ended: (end: ErrandEnd) => void): Disposable {
    const sent = { errand, ended };
    this.names.push(errand.name);
    this.#open.push(sent);
    return { [Symbol.dispose]: () => this.#take(sent) };
  }

  /** Names of those that have not ended. */
  get open(): readonly string[] {
    return this.#open.map(({ errand }) => errand.name);
  }

  /** What the first one under way was sent with. */
  get first(): Errand {
    return this.#first().errand;
  }

  /** The first one under way ends. */
  end(end: Partial<ErrandEnd> & { readonly code?: number } = {}): void {
    const sent = this.#first();
    this.#take(sent);
    const { code = 0, ...own } = end;
    const exit = { kind: "code", code } as const;
    sent.ended({ exit, timedOut: false, fault: null, output: "", ...own });
  }

  #first(): SentErrand {
    const [sent] = this.#open;
    if (sent === undefined) throw new Error("no errand is under way");
    return sent;
  }

  #take(sent: SentErrand): void {
    const at = this.#open.indexOf(sent);
    if (at >= 0) this.#open.splice(at, 1);
  }
}
