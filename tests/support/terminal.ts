// A real terminal for tests: tmux with a server of its own.
import { until } from "./wait.ts";

export interface TerminalOptions {
  /** A folder for the socket, and the one the command starts in. */
  readonly folder: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
}

/** A command in a terminal; ended with it. */
export class Terminal implements AsyncDisposable {
  readonly #socket: string;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  static async open(options: TerminalOptions): Promise<Terminal> {
    const { folder, command, env = {}, columns = 80, rows = 24 } = options;
    const terminal = new Terminal(`${folder}/tmux.sock`);
    const words = ["env", ...Object.entries(env).map(([name, value]) => `${name}=${value}`)];
    const size = ["-x", `${columns}`, "-y", `${rows}`];
    await terminal.#tmux([
      "-f",
      "/dev/null",
      "new-session",
      "-d",
      ...size,
      "-c",
      folder,
      "--",
      ...words,
      ...command,
    ]);
    return terminal;
  }

  /** Keys by tmux's names: `Tab`, `Enter`, `C-c`, or text. */
  async press(...keys: readonly string[]): Promise<void> {
    await this.#tmux(["send-keys", ...keys]);
  }

  /** Text as it is, whatever keys it looks like. */
  async type(text: string): Promise<void> {
    await this.#tmux(["send-keys", "-l", text]);
  }

  /** What is on the screen, line by line, without blanks at the ends. */
  async screen(): Promise<string> {
    return await this.#tmux(["capture-pane", "-p"]);
  }

  /** Waits until the screen shows this. */
  async shows(pattern: RegExp): Promise<string> {
    let last = "";
    try {
      return await until(`the screen to match ${pattern}`, async () => {
        last = await this.screen();
        return pattern.test(last) ? last : null;
      });
    } catch (error) {
      throw new Error(`No ${pattern} on the screen:\n${last}`, { cause: error });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux(["kill-server"]);
  }

  async #tmux(args: readonly string[]): Promise<string> {
    const { success, stdout, stderr } = await new Deno.Command("tmux", {
      args: ["-u", "-S", this.#socket, ...args],
      // Its server would be a client of the tmux that a developer sits in.
      env: { TMUX: "", LC_ALL: "C.UTF-8" },
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    if (!success) throw new Error(`tmux ${args.join(" ")}: ${decoder.decode(stderr)}`);
    return decoder.decode(stdout);
  }
}
