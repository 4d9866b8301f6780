// The folder for what must not outlive a boot: locks, journals and sockets of the instances of this user.
import { RunnerError } from "../base/errors.ts";

/** A folder that could be used. */
interface Candidate {
  readonly path: string;
  /** Others may see what is in it. */
  readonly mode: number;
}

function candidates(uid: number): Candidate[] {
  const own = Deno.env.get("RUNNER_RUNTIME_DIR");
  if (own !== undefined && own !== "") return [{ path: own, mode: 0o700 }];
  return usual(uid);
}

function usual(uid: number): Candidate[] {
  const found: Candidate[] = [];
  const session = Deno.env.get("XDG_RUNTIME_DIR");
  if (uid === 0) found.push({ path: "/run/runner", mode: 0o700 });
  else if (session !== undefined && session !== "") {
    found.push({ path: `${session}/runner`, mode: 0o700 });
  }
  // Made by whoever starts us as a service; nobody but root can make it.
  if (uid !== 0) found.push({ path: `/run/runner-${uid}`, mode: 0o700 });
  // Not TMPDIR: it differs between logins, and two folders would mean two locks.
  found.push({ path: `/tmp/runner-${uid}`, mode: 0o700 });
  // In a container with a read-only root it may be all there is.
  found.push({ path: `/dev/shm/runner-${uid}`, mode: 0o700 });
  return found;
}

/** The runtime folder, made when it is not there yet. */
export function runtimeFolder(): string {
  const uid = Deno.uid() ?? 0;
  return firstUsable(candidates(uid), uid);
}

/** The one of the usual folders whose name is short enough; for sockets, which bear no long paths. */
export function shortRuntimeFolder(longest: number): string {
  const uid = Deno.uid() ?? 0;
  return firstUsable(usual(uid).filter(({ path }) => path.length <= longest), uid);
}

function firstUsable(found: readonly Candidate[], uid: number): string {
  const refusals: string[] = [];
  for (const candidate of found) {
    const refusal = prepare(candidate, uid);
    if (refusal === null) return candidate.path;
    refusals.push(refusal);
  }
  throw new RunnerError(`Cannot find a folder for locks and sockets: ${refusals.join("; ")}`, {
    hint: "Set RUNNER_RUNTIME_DIR to a folder only you can write to",
  });
}

/** Why the folder cannot be used; null: it can. */
function prepare({ path, mode }: Candidate, uid: number): string | null {
  try {
    Deno.mkdirSync(path, { mode });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) {
      return `${path} cannot be made (${error instanceof Error ? error.name : "unknown"})`;
    }
  }
  const found = Deno.lstatSync(path);
  if (!found.isDirectory) return `${path} is not a folder`;
  if (found.uid !== uid) return `${path} belongs to user ${found.uid}`;
  if (((found.mode ?? 0) & 0o022) !== 0) return `${path} can be written to by others`;
  return isWritable(path) ? null : `${path} cannot be written to`;
}

function isWritable(path: string): boolean {
  try {
    Deno.removeSync(Deno.makeTempFileSync({ dir: path, prefix: ".try-" }));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) return false;
    if (error instanceof Error && isFileSystemFault(error)) return false;
    throw error;
  }
}

/** Read-only file systems and full disks have no class of their own. */
function isFileSystemFault(error: Error): boolean {
  return "code" in error && typeof error.code === "string";
}
