// The same manifest run by the real supervisord and by us, and the same commands given to both.
import { fileURLToPath } from "node:url";
import { BINARY } from "./runner_process.ts";
import { runWords } from "./run_words.ts";
import { isAlive, textOf, until } from "./wait.ts";

export type Side = "theirs" | "ours";

/** What a command has said, and its exit status. */
export interface Said {
  readonly command: string;
  readonly lines: readonly string[];
  readonly status: number;
}

/** Debian's own: another python may stand before it in PATH. */
export const PYTHON = "/usr/bin/python3";
const DRIVER = fileURLToPath(new URL("./real_supervisorctl.py", import.meta.url));
export const REAL_CTL = "/usr/bin/supervisorctl";

/** One server with a folder of its own; its socket is `s.sock`, its manifest `s.conf`. */
export class SupervisorSide implements AsyncDisposable {
  readonly side: Side;
  readonly folder: string;
  readonly #child: Deno.ChildProcess;

  constructor(side: Side, parent: string, manifest: string) {
    this.side = side;
    this.folder = `${parent}/${side}`;
    Deno.mkdirSync(this.folder);
    this.write("s.conf", manifest);
    const words = side === "ours"
      ? [BINARY, "start", "--quiet", "s.conf"]
      : ["/usr/bin/supervisord", "--nodaemon", "--configuration", "s.conf"];
    this.#child = new Deno.Command("sh", {
      args: ["-c", 'umask 022; exec "$@" >said.txt 2>&1', "sh", ...words],
      cwd: this.folder,
      env: this.env,
      stdin: "null",
    }).spawn();
  }

  get env(): Record<string, string> {
    // Python keeps what goes to a file until there is much of it: nobody could wait for a line of supervisorctl's.
    const python = { PYTHONUNBUFFERED: "1", LC_ALL: "C.UTF-8" };
    const { folder } = this;
    return { RUNNER_RUNTIME_DIR: `${folder}/run`, TMPDIR: folder, NO_COLOR: "1", ...python };
  }

  get socket(): string {
    return `${this.folder}/s.sock`;
  }

  get pid(): number {
    return this.#child.pid;
  }

  write(name: string, text: string): void {
    Deno.writeTextFileSync(`${this.folder}/${name}`, text);
  }

  read(name: string): Promise<string> {
    return textOf(`${this.folder}/${name}`);
  }

  /** Waits until the real supervisorctl can talk to it. */
  async isUp(): Promise<void> {
    await until(`${this.side} listens`, () => connects(this.socket));
    await until(`${this.side} is up`, async () => (await this.ctl([["pid"]]))[0]?.status === 0);
  }

  /** Gives commands to the real supervisorctl, one after the other. */
  async ctl(commands: readonly (readonly string[])[]): Promise<readonly Said[]> {
    const lines = commands.map((words) => ["-c", `${this.folder}/s.conf`, ...words]);
    const { stdout, stderr, code } = await this.run([PYTHON, DRIVER], JSON.stringify(lines));
    if (code !== 0) throw new Error(`the real supervisorctl ended with ${code}: ${stderr}`);
    const done: readonly (readonly [string, number])[] = JSON.parse(stdout);
    return done.map(([output, status], index) => ({
      command: commands[index]?.join(" ") ?? "",
      lines: this.comparable(output),
      status,
    }));
  }

  /** Runs a program in the folder and gives all it has said. */
  async run(words: readonly string[], input = ""): Promise<Output> {
    const { code, out, err } = await runWords(words, { cwd: this.folder, env: this.env, input });
    return { stdout: out, stderr: err, code };
  }

  /** Lines without what differs from run to run. */
  comparable(output: string): readonly string[] {
    const text = output.replaceAll(this.folder, "HERE")
      .replaceAll(/pid \d+, uptime (?:\d+ days?, )?\d+:\d\d:\d\d/g, "pid N, uptime T")
      .replaceAll(/[A-Z][a-z]{2} \d\d \d\d:\d\d [AP]M/g, "WHEN")
      .replaceAll(/^\d{2,}$/gm, "N");
    return text.split("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { pid } = this;
    if (isAlive(pid)) this.side === "ours" ? this.#child.kill("SIGTERM") : killWhole(pid);
    await this.#child.status;
  }
}

async function connects(path: string): Promise<boolean> {
  try {
    (await Deno.connect({ transport: "unix", path })).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    throw error;
  }
}

/** supervisord takes a second for each group to end, whether or not anything of it runs. */
function killWhole(pid: number): void {
  const children = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`);
  for (const one of [pid, ...children.trim().split(/\s+/).map(Number)]) {
    if (one > 0 && isAlive(one)) Deno.kill(one, "SIGKILL");
  }
}

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** Both sides with the same manifest, `%(here)s` being their folders; gone at the end. */
export class SupervisorPair implements AsyncDisposable {
  readonly #parent: string;
  readonly theirs: SupervisorSide;
  readonly ours: SupervisorSide;

  constructor(manifest: string) {
    this.#parent = Deno.makeTempDirSync({ prefix: "runner-pair-" });
    this.theirs = new SupervisorSide("theirs", this.#parent, manifest);
    this.ours = new SupervisorSide("ours", this.#parent, manifest);
  }

  get sides(): readonly SupervisorSide[] {
    return [this.theirs, this.ours];
  }

  /** Does the same with both at once. */
  async both<T>(act: (side: SupervisorSide) => Promise<T>): Promise<{ theirs: T; ours: T }> {
    const [theirs, ours] = await Promise.all([act(this.theirs), act(this.ours)]);
    return { theirs, ours };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.sides.map((side) => side[Symbol.asyncDispose]()));
    await Deno.remove(this.#parent, { recursive: true });
  }
}

/** The head of a manifest with a socket; more sections follow. */
export const HEAD = `[unix_http_server]
file=%(here)s/s.sock
[supervisord]
logfile=%(here)s/s.log
pidfile=%(here)s/s.pid
childlogdir=%(here)s
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://%(here)s/s.sock
`;

/** A program that is RUNNING at once; its output goes to NAME.out and NAME.err. */
export function programSection(name: string, command: string, settings = ""): string {
  return `[program:${name}]
command=${command}
startsecs=0
stdout_logfile=%(here)s/%(program_name)s.out
stderr_logfile=%(here)s/%(program_name)s.err
${settings}
`;
}
