// A real terminal for tests: tmux with a server of its own, one pane, its text, its keys.
import { until } from "./wait.ts";

/** A pane that runs a shell command; gone at the end. */
export class Tmux implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async start(
    command: string,
    { columns = 80, rows = 24, env = {} }: {
      readonly columns?: number;
      readonly rows?: number;
      readonly env?: Readonly<Record<string, string>>;
    } = {},
  ): Promise<Tmux> {
    const tmux = new Tmux(await Deno.makeTempDir({ prefix: "runner-tmux-" }));
    const size = ["-x", String(columns), "-y", String(rows)];
    const variables = Object.entries({ LC_ALL: "C.UTF-8", ...env }).flatMap(([name, value]) => [
      "-e",
      `${name}=${value}`,
    ]);
    await tmux.#run(["-f", "/dev/null", "new-session", "-d", ...size, ...variables, "sh"]);
    await tmux.type(command);
    await tmux.keys("Enter");
    return tmux;
  }

  /** Presses keys, by tmux's names. */
  async keys(...names: readonly string[]): Promise<void> {
    await this.#run(["send-keys", ...names]);
  }

  /** Types a text as it is. */
  async type(text: string): Promise<void> {
    await this.#run(["send-keys", "-l", text]);
  }

  /** What is on the screen, without colours unless they are asked for. */
  async screen(options: { readonly colours?: boolean } = {}): Promise<string> {
    return await this.#run(["capture-pane", "-p", ...(options.colours ? ["-e"] : [])]);
  }

  /** Waits until the screen shows something. */
  async shows(pattern: RegExp | string): Promise<string> {
    let screen = "";
    try {
      return await until(String(pattern), async () => {
        screen = await this.screen();
        const found = typeof pattern === "string" ? screen.includes(pattern) : pattern.test(screen);
        return found ? screen : null;
      });
    } catch (error) {
      throw new Error(`In vain: ${pattern}; the screen:\n${screen}`, { cause: error });
    }
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#run(["resize-window", "-x", String(columns), "-y", String(rows)]);
  }

  /** A value of tmux's own formats, `alternate_on` say. */
  async value(name: string): Promise<string> {
    return (await this.#run(["display-message", "-p", `#{${name}}`])).trim();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#run(["kill-server"]);
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #run(words: readonly string[]): Promise<string> {
    const { success, stdout, stderr } = await new Deno.Command("tmux", {
      args: ["-S", `${this.#folder}/socket`, ...words],
      // Of our own environment nothing but the path: what a test wants it says, NO_COLOR above all.
      clearEnv: true,
      env: { PATH: Deno.env.get("PATH") ?? "", TERM: "xterm-256color", LC_ALL: "C.UTF-8" },
      stdin: "null",
    }).output();
    if (!success) throw new Error(`tmux ${words.join(" ")}: ${new TextDecoder().decode(stderr)}`);
    return new TextDecoder().decode(stdout);
  }
}
