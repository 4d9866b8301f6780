// A runner that is installed in a sandbox of its own, so that it can be replaced.
import { BINARY, Sandbox } from "./runner_process.ts";

/** A program of its own in the sandbox, to be replaced, and the runner that runs from it. */
export class Installed extends Sandbox {
  readonly program: string;

  constructor() {
    super();
    Deno.mkdirSync(this.path("bin"));
    Deno.mkdirSync(this.path("run"), { mode: 0o700 });
    this.program = this.path("bin/runner");
    Deno.copyFileSync(BINARY, this.program);
    Deno.chmodSync(this.program, 0o750);
  }

  /** Runs our own copy. */
  own(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const script = `shift; exec "${this.program}" "$@"`;
    return this.run(args, { wrapper: ["sh", "-c", script, "sh"], env });
  }

  async upgrade(...args: readonly string[]) {
    const run = this.own(["upgrade", ...args]);
    const { code } = await run.status;
    return { code, text: await run.stdout(), said: await run.stderr() };
  }

  /** Another program file with the same in it. */
  copy(): string {
    const path = this.path("new");
    Deno.copyFileSync(BINARY, path);
    return path;
  }

  /** A program that says of itself that it is a runner. */
  pretender(check: number): string {
    const version = `echo '{"version":"9.9.9","target":"any"}'`;
    const text =
      `#!/bin/sh\ncase $1 in version) ${version};; check) echo no; exit ${check};; esac\n`;
    return this.write("pretender", text, 0o755);
  }

  inBin(): readonly string[] {
    return [...Deno.readDirSync(this.path("bin"))].map(({ name }) => name).sort();
  }
}
