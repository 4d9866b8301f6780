// A receiver of webhooks on a free port: it keeps what it gets, and answers as the test wants.
import { until } from "./wait.ts";

export interface Received {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export class Receiver implements AsyncDisposable {
  readonly got: Received[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #answers: { readonly status: number; readonly text: string }[] = [];
  #status = 200;
  #text = "ok";
  #isHanging = false;
  #gone = 0;
  readonly #end = Promise.withResolvers<void>();

  constructor() {
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    this.#server = Deno.serve(options, (request) => this.#take(request));
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.#server.addr.port}${path}`;
  }

  /** What it answers from now on. */
  answer(status: number, text: string): void {
    this.#status = status;
    this.#text = text;
  }

  /** What it answers to the next one. */
  answerNext(status: number, text: string): void {
    this.#answers.push({ status, text });
  }

  /** It answers nothing from now on. */
  hang(): void {
    this.#isHanging = true;
  }

  async until(count: number): Promise<void> {
    await until(`${count} messages`, () => this.got.length >= count);
  }

  /** Waits until somebody who got no answer has hung up. */
  async untilGone(): Promise<void> {
    await until("a hang-up", () => this.#gone > 0);
  }

  /** The bodies so far, as JSON. */
  get messages(): readonly {
    readonly text: string;
    readonly events: readonly { readonly event: string }[];
  }[] {
    return this.got.map(({ body }) => JSON.parse(body));
  }

  /** All events of those, in order. */
  get events(): readonly string[] {
    return this.messages.flatMap(({ events }) => events.map(({ event }) => event));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.resolve();
    await this.#server.shutdown();
  }

  async #take(request: Request): Promise<Response> {
    const url = new URL(request.url);
    this.got.push({
      method: request.method,
      path: url.pathname + url.search,
      headers: Object.fromEntries(request.headers),
      body: await request.text(),
    });
    if (this.#isHanging) {
      const hungUp = new Promise<void>((done) =>
        request.signal.addEventListener("abort", () => {
          this.#gone += 1;
          done();
        })
      );
      await Promise.race([this.#end.promise, hungUp]);
    }
    const { status, text } = this.#answers.shift() ?? { status: this.#status, text: this.#text };
    return new Response(text === "" ? null : text, { status });
  }
}
