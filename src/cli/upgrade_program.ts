// The files of an upgrade: a copy of the new program beside the old one, tried, then put in its place.
import { EXIT, RunnerError } from "../base/errors.ts";
import { fileIdentity } from "../os/reexec.ts";
import { type Answer, tryProgram } from "../os/try_program.ts";

/** A new program that has been tried and lies beside the old one. Disposing it removes it, unless it was put in place. */
export interface Candidate extends Disposable {
  readonly path: string;
  readonly version: string;
  /** Forms in which it can take over what another one runs. */
  readonly formats: readonly number[];
  /** Puts it in place; the old one stays beside it. Gives the path of the old one. */
  putInPlace(): string;
}

/** Milliseconds that a program gets to answer. */
const PATIENCE = 20_000;

/** Copies `from` beside `target`, with its mode and owner, and runs it there. Throws RunnerError when it is no runner. */
export async function candidateFor(target: string, from: string): Promise<Candidate> {
  checkFile(from, target);
  const path = `${target}.new.${Deno.pid}`;
  const remove = () => {
    if (fileIdentity(path) !== null) Deno.removeSync(path);
  };
  try {
    inWords(`Cannot write ${path}`, () => copyAs(from, path, target));
    const said = await versionOf(path, from);
    const putInPlace = () => inWords(`Cannot replace ${target}`, () => swap(target, path));
    return { path, ...said, putInPlace, [Symbol.dispose]: remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function checkFile(from: string, target: string): void {
  const found = inWords(`Cannot read "${from}"`, () => Deno.statSync(from));
  const fault = !found.isFile
    ? "it is no file"
    : fileIdentity(from) === fileIdentity(target)
    ? "it is the program that is to be replaced"
    : null;
  if (fault === null) return;
  throw new RunnerError(`Cannot upgrade from "${from}": ${fault}`, { exitStatus: EXIT.usage });
}

function copyAs(from: string, path: string, target: string): void {
  const { mode, uid, gid } = Deno.statSync(target);
  Deno.copyFileSync(from, path);
  // Of root's program the owner, too; others can only write what is their own.
  if (Deno.uid() === 0) Deno.chownSync(path, uid ?? 0, gid ?? 0);
  Deno.chmodSync(path, (mode ?? 0o755) & 0o7777);
  using file = Deno.openSync(path, { read: true });
  // After a crash of the machine there is the old one or the new one, and never half of it.
  file.syncSync();
}

/** A second name for the old one first: at no moment there is none. */
function swap(target: string, path: string): string {
  const old = `${target}.old`;
  if (fileIdentity(old) !== null) Deno.removeSync(old);
  Deno.linkSync(target, old);
  Deno.renameSync(path, target);
  return old;
}

async function versionOf(path: string, from: string): Promise<SaidVersion> {
  const answer = await ask(path, ["version", "--json"]);
  const version = answer.code === 0 ? readVersion(answer.stdout) : null;
  if (version !== null) return version;
  const said = answer.stderr.trim().split("\n").at(-1) ?? "";
  throw new RunnerError(
    `Cannot upgrade from "${from}": it does not say what version of runner it is` +
      (said === "" ? "" : `: ${said}`),
    { hint: `Is it one for this machine? It needs to answer: ${from} version --json` },
  );
}

/** What a program says of itself. */
export type SaidVersion = Pick<Candidate, "version" | "formats">;

/** What `runner version --json` prints; null when it is something else. Older ones take over nothing. */
export function readVersion(text: string): SaidVersion | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
    const { version, target, takesOver }: Partial<Record<string, unknown>> = { ...value };
    const formats = Array.isArray(takesOver) ? takesOver.map(Number) : [];
    return typeof version === "string" && typeof target === "string" ? { version, formats } : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Asks a program, in the folder `cwd`. */
export function ask(path: string, args: readonly string[], cwd = "/"): Promise<Answer> {
  return tryProgram(path, args, { cwd, limit: PATIENCE });
}

function inWords<T>(said: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    throw new RunnerError(`${said}: ${error.code}`, { cause: error });
  }
}
