// Namespaces of the kernel for tests: a runner as PID 1, files bound over those of the machine.
import { until } from "./wait.ts";

/** Words put before the binary to make it PID 1; whatever lives in there ends with it. */
export const AS_INIT = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"] as const;

/** Whether namespaces may be made here: by root, and not in every container. */
export const HAS_NAMESPACES = isAllowed(...AS_INIT, "--mount", "true");

/** Whether this machine has a program. */
export function hasCommand(name: string): boolean {
  return isAllowed("sh", "-c", 'command -v "$1"', "sh", name);
}

/** Words put before the binary: a mount namespace of its own in which a shell script prepares things. */
export function mounted(script: string): string[] {
  return ["unshare", "--mount", "sh", "-ec", `${script}\nexec "$@"`, "sh"];
}

/** A process as /proc shows it to us, who are outside. */
export interface Seen {
  readonly pid: number;
  /** Its number in there. */
  readonly innerPid: number;
  readonly isZombie: boolean;
  readonly name: string;
}

/** The PID 1 that `unshare --fork` has made, as seen from outside. */
export function initOf(unshare: number): Promise<Seen> {
  return until(`the PID 1 of ${unshare}`, () => {
    const [pid] = read(`/proc/${unshare}/task/${unshare}/children`).trim().split(" ").map(Number);
    const seen = pid === undefined || pid === 0 ? null : look(pid);
    // Before the last exec it is still unshare or a shell.
    return seen !== null && seen.innerPid === 1 && seen.name === "runner" ? seen : null;
  });
}

/** Everybody in the PID namespace of a process. */
export function inhabitants(pid: number): Seen[] {
  const home = namespaceOf(pid);
  const pids = [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter((n) => n > 0);
  return pids.filter((one) => home !== null && namespaceOf(one) === home)
    .map(look).filter((seen) => seen !== null);
}

function look(pid: number): Seen | null {
  const status = read(`/proc/${pid}/status`);
  const field = (name: string) => status.match(new RegExp(`^${name}:\\s*(.*)$`, "m"))?.[1] ?? "";
  if (status === "") return null;
  const innerPid = Number(field("NSpid").split(/\s+/).at(-1));
  return { pid, innerPid, isZombie: field("State").startsWith("Z"), name: field("Name") };
}

function namespaceOf(pid: number): string | null {
  try {
    return Deno.readLinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return null; // gone meanwhile
  }
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return ""; // gone meanwhile
  }
}

function isAllowed(command: string, ...args: readonly string[]): boolean {
  try {
    const child = new Deno.Command(command, { args: [...args], stdout: "null", stderr: "null" });
    return child.outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
