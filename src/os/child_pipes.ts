// The pipes between the runner and a child.
import type { SpawnRequest } from "../ports/host.ts";
import { closeFd, makePipe, type Pipe, setNonBlocking } from "./libc.ts";

/** The ends of one side. `stdin` is null without a pipe for it, `stderr` when it goes where stdout goes. */
export interface Ends {
  readonly stdin: number | null;
  readonly stdout: number;
  readonly stderr: number | null;
}

/** Opens the pipes a request asks for, or the negative error number. Our ends do not block, theirs do. */
export function openChildPipes(
  request: Pick<SpawnRequest, "stdin" | "mergeStderr">,
): { readonly theirs: Ends; readonly ours: Ends } | number {
  const pipes = openPipes([true, !request.mergeStderr, request.stdin.kind === "pipe"]);
  if (typeof pipes === "number") return pipes;
  const [stdout, stderr, stdin] = pipes;
  if (!stdout) throw new Error("Cannot happen: no pipe for stdout");
  const ours = {
    stdin: stdin?.writer ?? null,
    stdout: stdout.reader,
    stderr: stderr?.reader ?? null,
  };
  for (const fd of [ours.stdin, ours.stdout, ours.stderr]) {
    if (fd !== null) setNonBlocking(fd);
  }
  const theirs = {
    stdin: stdin?.reader ?? null,
    stdout: stdout.writer,
    stderr: stderr?.writer ?? null,
  };
  return { theirs, ours };
}

function openPipes(isWanted: readonly boolean[]): (Pipe | null)[] | number {
  const pipes: (Pipe | null)[] = [];
  for (const wanted of isWanted) {
    const pipe = wanted ? makePipe() : null;
    if (typeof pipe === "number") {
      for (const open of pipes) {
        if (open !== null) [open.reader, open.writer].forEach(closeFd);
      }
      return pipe;
    }
    pipes.push(pipe);
  }
  return pipes;
}

/** Closes the ends of one side. */
export function closeEnds(ends: Ends): void {
  for (const fd of [ends.stdin, ends.stdout, ends.stderr]) {
    if (fd !== null) closeFd(fd);
  }
}
