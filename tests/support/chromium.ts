// Drives a real headless Chromium over its DevTools protocol: pages, keys, clicks, what the console said.
import { until } from "./wait.ts";

const FLAGS = [
  "--headless=new",
  // CI runs as root, where Chromium's own sandbox refuses to work.
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--no-default-browser-check",
  "--hide-scrollbars",
  "--remote-debugging-port=0",
];

type Params = Readonly<Record<string, unknown>>;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** A browser with a profile of its own, ended and removed at the end. */
export class Chromium implements AsyncDisposable {
  readonly #folder: string;
  readonly #child: Deno.ChildProcess;
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, PromiseWithResolvers<Record<string, unknown>>>();
  readonly #pages = new Map<string, Page>();
  #serial = 0;

  private constructor(folder: string, child: Deno.ChildProcess, socket: WebSocket) {
    this.#folder = folder;
    this.#child = child;
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#take(JSON.parse(data)));
  }

  static async start(): Promise<Chromium> {
    const folder = await Deno.makeTempDir({ prefix: "runner-chromium-" });
    const child = new Deno.Command("chromium", {
      args: [...FLAGS, `--user-data-dir=${folder}`, "about:blank"],
      env: { HOME: folder },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const address = await until("Chromium's debugging port", async () => {
      // Written when the browser listens: its port, then the path of its socket.
      const text = await Deno.readTextFile(`${folder}/DevToolsActivePort`).catch(() => "");
      const [port, path] = text.split("\n");
      return path === undefined ? null : `ws://127.0.0.1:${port}${path}`;
    });
    const socket = new WebSocket(address);
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve, { once: true });
      socket.addEventListener("error", reject, { once: true });
    });
    return new Chromium(folder, child, socket);
  }

  /** A new tab, empty. */
  async page(): Promise<Page> {
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this, String(sessionId), String(targetId));
    this.#pages.set(String(sessionId), page);
    await page.begin();
    return page;
  }

  send(method: string, params: Params = {}, sessionId?: string): Promise<Record<string, unknown>> {
    const id = ++this.#serial;
    const answer = Promise.withResolvers<Record<string, unknown>>();
    this.#answers.set(id, answer);
    this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    return answer.promise;
  }

  #take({ id, method, sessionId, params, result, error }: Message): void {
    if (id === undefined) {
      if (method !== undefined) this.#pages.get(sessionId ?? "")?.hear(method, params ?? {});
      return;
    }
    const answer = this.#answers.get(id);
    this.#answers.delete(id);
    if (error === undefined) answer?.resolve(result ?? {});
    else answer?.reject(new Error(error.message));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) =>
      this.#socket.addEventListener("close", resolve, { once: true })
    );
    this.send("Browser.close").catch(() => {});
    await Promise.all([closed, this.#child.status]);
    // Its helpers may be about to write their last.
    await until(
      "Chromium's folder to be gone",
      () => Deno.remove(this.#folder, { recursive: true }).then(() => true, () => false),
    );
  }
}

const KEYS: Readonly<Record<string, { readonly code: number; readonly text?: string }>> = {
  Enter: { code: 13, text: "\r" },
  Escape: { code: 27 },
  Tab: { code: 9 },
  ArrowDown: { code: 40 },
  ArrowUp: { code: 38 },
  ArrowLeft: { code: 37 },
  ArrowRight: { code: 39 },
};

/** One tab. */
export class Page {
  /** Errors and warnings of the console, exceptions, violations of the policy. */
  readonly complaints: string[] = [];
  readonly #browser: Chromium;
  readonly #session: string;
  readonly #target: string;

  constructor(browser: Chromium, session: string, target: string) {
    this.#browser = browser;
    this.#session = session;
    this.#target = target;
  }

  async begin(): Promise<void> {
    for (const domain of ["Page", "Runtime", "Log"]) await this.send(`${domain}.enable`);
    await this.size(1400, 900);
  }

  send(method: string, params: Params = {}): Promise<Record<string, unknown>> {
    return this.#browser.send(method, params, this.#session);
  }

  async open(address: string): Promise<void> {
    await this.send("Page.navigate", { url: address });
    await this.wait(`document.readyState === "complete" && location.href !== "about:blank"`);
  }

  async close(): Promise<void> {
    await this.#browser.send("Target.closeTarget", { targetId: this.#target });
  }

  async size(width: number, height: number, isPhone = false): Promise<void> {
    await this.send("Emulation.setDeviceMetricsOverride", {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: isPhone,
    });
  }

  /** `dark` or `light`, as the system would have it. */
  async scheme(value: "dark" | "light"): Promise<void> {
    await this.send("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value }],
    });
  }

  /** The value of an expression. */
  async get(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", {
      expression,
      returnByValue: true,
      awaitPromise: true,
    });
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return typeof result === "object" && result !== null && "value" in result ? result.value : null;
  }

  /** Waits until an expression is true. */
  async wait(expression: string): Promise<void> {
    try {
      await until(expression, async () => await this.get(expression) === true);
    } catch (error) {
      const text = await this.get("document.body?.innerText ?? ''");
      throw new Error(`In vain: ${expression}; the page: ${text}\n${this.complaints}`, {
        cause: error,
      });
    }
  }

  /** Clicks the middle of an element, as a mouse does. */
  async click(selector: string): Promise<void> {
    const quoted = JSON.stringify(selector);
    await this.wait(`document.querySelector(${quoted}) !== null`);
    const box = await this.get(`(() => {
      const element = document.querySelector(${quoted});
      element.scrollIntoView({ block: "nearest" });
      const { x, y, width, height } = element.getBoundingClientRect();
      return JSON.stringify([x + width / 2, y + height / 2]);
    })()`);
    const [x, y] = JSON.parse(String(box));
    for (const type of ["mousePressed", "mouseReleased"]) {
      await this.send("Input.dispatchMouseEvent", { type, x, y, button: "left", clickCount: 1 });
    }
  }

  /** Presses one key. */
  async press(key: string): Promise<void> {
    const known = KEYS[key];
    const text = known === undefined ? key : known.text;
    const common = {
      key,
      ...(known === undefined ? {} : { windowsVirtualKeyCode: known.code }),
    };
    await this.send("Input.dispatchKeyEvent", {
      type: text === undefined ? "rawKeyDown" : "keyDown",
      ...common,
      ...(text === undefined ? {} : { text }),
    });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", ...common });
  }

  async type(text: string): Promise<void> {
    for (const char of text) await this.press(char);
  }

  async screenshot(): Promise<Uint8Array> {
    const { data } = await this.send("Page.captureScreenshot", { format: "png" });
    return Uint8Array.from(atob(String(data)), (char) => char.charCodeAt(0));
  }

  hear(method: string, params: Record<string, unknown>): void {
    if (method === "Runtime.exceptionThrown") this.complaints.push(JSON.stringify(params));
    if (method === "Log.entryAdded") this.complaints.push(JSON.stringify(params["entry"]));
    const isBad = params["type"] === "error" || params["type"] === "warning";
    if (method === "Runtime.consoleAPICalled" && isBad) {
      this.complaints.push(JSON.stringify(params["args"]));
    }
  }
}
