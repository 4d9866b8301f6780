// The init of `runner exec` itself, run as a file of its own: on x64, and on arm64 by emulation.
import { CONFIG_AT, configBytes, type InitPlan } from "../../src/os/exec_config.ts";
import { initImage } from "../../src/os/exec_become.ts";
import { type ExecRequest, PLAIN_REQUEST } from "../../src/core/exec_request.ts";
import { imagesFile } from "../../tools/exec_images.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { hasCommand } from "../support/namespaces.ts";
import { isAlive, textOf, until } from "../support/wait.ts";

const MACHINES = [
  { arch: "x86_64", emulator: "qemu-x86_64-static" },
  { arch: "aarch64", emulator: "qemu-aarch64-static" },
] as const;

interface Run {
  readonly request?: Partial<ExecRequest>;
  readonly command: readonly string[];
  readonly places?: readonly string[];
  readonly plan?: Partial<InitPlan>;
}

class Machine implements Disposable {
  readonly folder = Deno.makeTempDirSync({ prefix: "runner-exec-test-" });
  readonly #arch: typeof MACHINES[number]["arch"];
  readonly #emulator: readonly string[];
  #files = 0;

  constructor({ arch, emulator }: typeof MACHINES[number]) {
    this.#arch = arch;
    this.#emulator = arch === Deno.build.arch ? [] : [emulator];
  }

  /** Words that run a command under the init. */
  words({ request, command, places, plan }: Run): string[] {
    const image = initImage({
      request: { ...PLAIN_REQUEST, ...request },
      isInit: false,
      commandAt: 1,
      command: command[0] ?? "",
      places: places ?? [command[0] ?? ""],
      ignored: { now: [], inChild: [] },
      childMask: 0n,
      user: null,
      ...plan,
    }, this.#arch);
    assertTrue(image !== null, "what it is told fits");
    const file = `${this.folder}/init${this.#files++}`;
    const bytes = new Uint8Array(CONFIG_AT + image.config.length);
    bytes.set(image.program);
    bytes.set(image.config, CONFIG_AT);
    Deno.writeFileSync(file, bytes);
    Deno.chmodSync(file, 0o755);
    return [...this.#emulator, file, ...command];
  }

  async output(run: Run): Promise<{ code: number; out: string; err: string }> {
    const [first = "", ...rest] = this.words(run);
    const { code, stdout, stderr } = await new Deno.Command(first, { args: rest, stdin: "null" })
      .output();
    const decoder = new TextDecoder();
    return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.folder, { recursive: true });
  }
}

Deno.test("EXEC_IMAGES is what tools/exec_images.ts makes of the sources", () => {
  const path = new URL("../../src/os/exec_images.ts", import.meta.url);
  assertEquals(Deno.readTextFileSync(path), imagesFile(), "run ./denow task docs");
});

Deno.test("configBytes() begins with as many words as the program knows", () => {
  const plan: InitPlan = {
    request: PLAIN_REQUEST,
    isInit: false,
    commandAt: 3,
    command: "a",
    places: ["/bin/a"],
    ignored: { now: [13], inChild: [] },
    childMask: 0n,
    user: null,
  };
  assertEquals(new DataView(configBytes(plan).buffer).getBigInt64(0, true), 32n);
});

for (const machine of MACHINES) {
  const isHere = machine.arch === Deno.build.arch || hasCommand(machine.emulator);
  const test = (name: string, fn: (m: Machine) => Promise<void>) =>
    Deno.test({
      name: `the init on ${machine.arch} ${name}`,
      ignore: !isHere,
      fn: async () => {
        using m = new Machine(machine);
        await fn(m);
      },
    });

  test("ends with the status of its command, whichever it is", async (m) => {
    const last = machine.arch === Deno.build.arch ? 255 : 15;
    const [file = "", ...rest] = m.words({ command: ["/bin/sh", "-c", 'exit "$CODE"'] });
    const script = `n=0; while [ $n -le ${last} ]; do CODE=$n "$@"; echo $?; n=$((n + 1)); done`;
    const args = ["-c", script, "sh", file, ...rest];
    const { stdout } = await new Deno.Command("/bin/sh", { args, stdin: "null" }).output();
    const codes = new TextDecoder().decode(stdout).trim().split("\n").map(Number);
    assertEquals(codes, Array.from({ length: last + 1 }, (_, code) => code));
  });

  test("ends with 128 and the signal, and takes expected statuses for success", async (m) => {
    const command = ["/bin/sh", "-c", "kill -TERM $$"];
    assertEquals((await m.output({ command })).code, 143);
    assertEquals((await m.output({ command, request: { expected: [143] } })).code, 0);
  });

  test("says why there is no command", async (m) => {
    const places = ["/nonexistent/no", "/etc/passwd", "/dev/null/x"];
    const denied = await m.output({ command: ["no"], places });
    assertEquals(denied, {
      code: 126,
      out: "",
      err: "runner: Cannot execute no: Permission denied\n",
    });
    const missing = await m.output({ command: ["no"], places: ["/nonexistent/no"] });
    assertEquals(missing.code, 127);
    assertEquals(missing.err, "runner: Cannot execute no: No such file or directory\n");
    const tini = await m.output({
      command: ["no"],
      request: { voice: "tini" },
      places: ["/dev/null/x"],
    });
    assertEquals(tini.code, 1);
    assertTrue(
      /^\[FATAL tini \(\d+\)\] exec no failed: Not a directory\n$/.test(tini.err),
      tini.err,
    );
  });

  test("gives a file without a first line to sh, as execvp does", async (m) => {
    const script = `${m.folder}/script`;
    Deno.writeTextFileSync(script, 'echo "$0 $*"; exit 3\n', { mode: 0o755 });
    const { code, out } = await m.output({ command: [script, "a", "b c"] });
    assertEquals([code, out], [3, `${script} a b c\n`]);
  });

  test("changes the folder, and says when it cannot", async (m) => {
    const command = ["/bin/pwd"];
    assertEquals((await m.output({ command, request: { directory: "/usr" } })).out, "/usr\n");
    const { code, err } = await m.output({ command, request: { directory: "/nonexistent" } });
    const reason = "No such file or directory";
    assertEquals([code, err], [126, `runner: Cannot change to folder /nonexistent: ${reason}\n`]);
  });

  test("kills everything when the time to stop is over", async (m) => {
    const pids = `${m.folder}/pids`;
    // The emulator knows no subreaper: there an orphan with a session of its own is somebody else's.
    const alone = machine.arch === Deno.build.arch ? "setsid " : "";
    const script = `trap "" TERM; ${alone}sleep 1000007 & echo $! $$ >${pids}; wait; wait`;
    const [first = "", ...args] = m.words({
      command: ["/bin/sh", "-c", script],
      request: { stopTimeout: 50 },
    });
    const child = new Deno.Command(first, { args, stdin: "null", stderr: "null" }).spawn();
    const started = await until("pids", async () => /^(\d+) (\d+)\n$/.exec(await textOf(pids)));
    child.kill("SIGTERM");
    assertEquals((await child.status).code, 137);
    // Whose parent has gone is killed as well, and may be a moment longer in dying.
    const left = () => started.slice(1).map(Number).filter(isAlive);
    try {
      await until("nobody is left", () => left().length === 0);
    } finally {
      for (const pid of left()) Deno.kill(pid, "SIGKILL");
    }
  });
}
