// A real systemd as PID 1 of namespaces of its own, with nothing to start but what a test installs.
import { HAS_NAMESPACES, hasCommand } from "./namespaces.ts";
import { until } from "./wait.ts";

const SYSTEMD = "/usr/lib/systemd/systemd";
const GROUPS = "/sys/fs/cgroup";
/** The hierarchies it needs below GROUPS: one of version 2, or the pair of the older layout. */
const HIERARCHIES = isThere(`${GROUPS}/cgroup.procs`) ? [""] : ["/systemd", "/unified"];

/** Whether a systemd can be started here: its program, namespaces, and control groups that may be written. */
export const CAN_BOOT_SYSTEMD = isThere(SYSTEMD) && hasCommand("systemctl") && HAS_NAMESPACES &&
  Deno.uid() === 0 && HIERARCHIES.every((one) => mayDivide(`${GROUPS}${one}`));

const TARGETS = [
  "sysinit",
  "basic",
  "network",
  "network-online",
  "shutdown",
  "umount",
  "final",
  "multi-user",
  "sockets",
  "timers",
  "paths",
  "local-fs",
];

// Everything that the machine itself would start is hidden: units, generators, scripts of older inits.
const SCRIPT = `
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
umount -l ${GROUPS}
if [ "$HIERARCHIES" = 2 ]; then
  mount -t tmpfs tmpfs ${GROUPS}
  mkdir ${GROUPS}/systemd ${GROUPS}/unified
  mount -t cgroup -o none,name=systemd cgroup ${GROUPS}/systemd
  mount -t cgroup2 cgroup2 ${GROUPS}/unified
else
  mount -t cgroup2 cgroup2 ${GROUPS}
fi
for folder in /etc/systemd/system /usr/lib/systemd/system /usr/lib/systemd/system-generators /etc/init.d; do
  [ ! -d $folder ] || mount -t tmpfs tmpfs $folder
done
for name in ${TARGETS.join(" ")}; do
  printf '[Unit]\\nDescription=%s\\n' $name >/usr/lib/systemd/system/$name.target
done
exec env -i container=test PATH="$PATH" ${SYSTEMD} --unit=multi-user.target --log-target=console
`;

/** What a command in there has said. */
export interface Said {
  readonly code: number;
  readonly text: string;
}

export class BootedSystemd implements AsyncDisposable {
  readonly #unshare: Deno.ChildProcess;
  readonly #name: string;
  #pid = 0;

  private constructor(unshare: Deno.ChildProcess, name: string) {
    this.#unshare = unshare;
    this.#name = name;
  }

  /** Starts it and waits until it takes orders. */
  static async boot(): Promise<BootedSystemd> {
    const name = `runner-test-${Deno.pid}-${crypto.randomUUID().slice(0, 8)}`;
    const groups = HIERARCHIES.map((one) => `${GROUPS}${one}/${name}`);
    const enter = groups.map((path) => `mkdir ${path}; echo $$ >${path}/cgroup.procs`).join("\n");
    const words = "unshare --pid --fork --kill-child --mount --uts --ipc --cgroup";
    const unshare = new Deno.Command("sh", {
      args: ["-ec", `${enter}\nexec ${words} --propagation private sh -ec "$SCRIPT"`],
      env: { SCRIPT, HIERARCHIES: String(HIERARCHIES.length) },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const booted = new BootedSystemd(unshare, name);
    try {
      booted.#pid = await until("the PID 1 in there", () => initBelow(unshare.pid));
      await until("a systemd that takes orders", async () => {
        const { text } = await booted.run("systemctl", "is-system-running");
        return ["running", "degraded"].includes(text.trim());
      });
      return booted;
    } catch (error) {
      await booted[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Runs a command in there; what it says on both outputs. */
  async run(...words: readonly string[]): Promise<Said> {
    const namespaces = ["--mount", "--pid", "--uts", "--ipc", "--cgroup"];
    const { code, stdout, stderr } = await new Deno.Command("nsenter", {
      args: ["--target", String(this.#pid), ...namespaces, "--", ...words],
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
  }

  /** One property of a unit. */
  async property(unit: string, name: string): Promise<string> {
    return (await this.run("systemctl", "show", "--value", "-p", name, unit)).text.trim();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (firstChild(this.#unshare.pid) !== null || this.#pid === 0) this.#unshare.kill("SIGKILL");
    await this.#unshare.status;
    for (const one of HIERARCHIES) {
      await until("the control groups to be empty", () => removed(`${GROUPS}${one}/${this.#name}`));
    }
  }
}

/** The child that is PID 1 of another namespace; before there is one, the shell makes folders. */
function initBelow(pid: number): number | null {
  const child = firstChild(pid);
  if (child === null) return null;
  const status = new Deno.Command("grep", {
    args: ["-w", "NSpid:", `/proc/${child}/status`],
    stderr: "null",
  });
  const inner = new TextDecoder().decode(status.outputSync().stdout).trim().split(/\s+/);
  return inner.length > 2 && inner.at(-1) === "1" ? child : null;
}

function firstChild(pid: number): number | null {
  try {
    const text = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).trim();
    return text === "" ? null : Number(text.split(" ")[0]);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Removes a control group with all below it; false while somebody is still in one of them. */
function removed(path: string): boolean {
  if (!isThere(path)) return true;
  try {
    const below = [...Deno.readDirSync(path)].filter(({ isDirectory }) => isDirectory);
    if (!below.every(({ name }) => removed(`${path}/${name}`))) return false;
    // The files of a control group are the kernel's: only the folder itself is removed.
    return new Deno.Command("rmdir", { args: [path], stderr: "null" }).outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true;
    throw error;
  }
}

function mayDivide(path: string): boolean {
  const probe = `${path}/runner-test-${Deno.pid}`;
  const made = new Deno.Command("mkdir", { args: [probe], stderr: "null" }).outputSync().success;
  return made && removed(probe);
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path) !== null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
