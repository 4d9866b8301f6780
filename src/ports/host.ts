// The operating system as the engine sees it: children, their pipes, their memory.
import type { Exit } from "../base/exit.ts";
import type { Bytes, FcgiPlan, RlimitPlan, UserPlan } from "../manifest/plan.ts";

export type { Exit };

/** Everything needed to start one child. All values are final; nothing is looked up or expanded later. */
export interface SpawnRequest {
  /** Executable: absolute, or relative to `directory`. */
  readonly path: string;
  /** argv, the name of the program first. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string | null;
  readonly umask: number | null;
  readonly user: UserPlan | null;
  readonly nice: number | null;
  readonly oomScoreAdj: number | null;
  readonly rlimits: readonly RlimitPlan[];
  /** cgroup v2 folder the child is born into; null: ours. */
  readonly cgroup: string | null;
  /** `fd`: handed over as it is (fcgi). */
  readonly stdin: { readonly kind: "null" } | { readonly kind: "pipe" } | {
    readonly kind: "fd";
    readonly fd: number;
  };
  /** Becomes descriptor 3; missing: there is none. */
  readonly channel?: number | null;
  /** `true`: fd 2 is the same pipe as fd 1. */
  readonly mergeStderr: boolean;
}

export type SpawnResult =
  | {
    readonly kind: "spawned";
    readonly pid: number;
    /** Our ends, non-blocking. `stdin` only for a pipe, `stderr` only when not merged. */
    readonly stdin: number | null;
    readonly stdout: number;
    readonly stderr: number | null;
  }
  /** `isShortage`: there were no descriptors, processes or memory for it. */
  | { readonly kind: "failed"; readonly reason: string; readonly isShortage?: true };

/** A child or stranger that was reaped. `launchFault`: the child never became the program, and why. */
export interface Reaped {
  readonly pid: number;
  readonly exit: Exit;
  readonly launchFault: string | null;
  /** The fault is that there were no descriptors, processes or memory. */
  readonly isShortage?: true;
}

/** A socket that is open already. */
export interface OpenSocket {
  readonly fd: number;
  /** Device and inode of the file of a unix socket; null: it has none. */
  readonly identity: string | null;
}

/** A listening socket that children accept connections on. */
export interface ListenSocket extends OpenSocket {
  /** Takes other settings for the same address. Why it could not; null: it has. */
  adjust(plan: FcgiPlan): string | null;
  /** The file of a unix socket goes with it. */
  close(): void;
}

export type SocketResult =
  | { readonly kind: "open"; readonly socket: ListenSocket }
  | { readonly kind: "failed"; readonly reason: string };

/** Whom a signal is for. */
export type SignalScope = "process" | "group" | "tree";

export interface Children {
  /** Starts a child in a session of its own. Synchronous; a fault that shows only in the child comes with `Reaped`. */
  spawn(request: SpawnRequest): SpawnResult;
  /** Lets go of a stdin that `spawn` gave: its reader sees the end. */
  closeStdin(fd: number): void;
  /** Bytes that a stdin has taken, 0 when it is full; null: nobody reads it any more. */
  writeStdin(fd: number, bytes: Uint8Array): number | null;
  /** Calls back once, when a full stdin takes bytes again or its reader is gone. */
  watchStdin(fd: number, onWritable: () => void): Disposable;
  /** Opens the socket of a FastCGI program, for `stdin` of its children. */
  openSocket(plan: FcgiPlan): SocketResult;
  /** Goes on with such a socket that the program before us has opened. */
  adoptSocket(plan: FcgiPlan, open: OpenSocket): ListenSocket;
  /** Sends a signal to a child of ours that has not been reaped. False when there was nobody to signal. */
  signal(pid: number, signal: number, scope: SignalScope): boolean;
  /**
   * Kills (SIGKILL) whatever the child `pid` left behind: descendants, members of its session and group,
   * and orphans that carry `marker` in their environment. Returns how many were killed.
   */
  sweep(pid: number, marker: string): number;
  /** The same where an ended child has left somebody in its group; costs next to nothing where it has not. */
  sweepGroup(pid: number, marker: string): number;
  /** Collects every ended child and adopted orphan; called on SIGCHLD and now and then. Never blocks. */
  reap(): readonly Reaped[];
}

export interface MemoryProbe {
  /** Resident bytes of a process and all its descendants; 0 when it is gone. */
  treeMemory(pid: number): Bytes;
}

/** Takes bytes and says whether it wants more now. */
export interface ByteSink {
  /** The bytes are only valid during the call. False: stop reading until `onDrain` has been called back. */
  write(bytes: Uint8Array): boolean;
}

/** Reads pipes as they fill, all of them on one thread. */
export interface PipeReader {
  /** Reads `fd` into `sink` until its end; closes the fd; calls `onEnd` once. */
  attach(fd: number, sink: ByteSink, onEnd: () => void): PipeHandle;
}

export interface PipeHandle {
  /** Reads on after a `false` of the sink. */
  resume(): void;
  /** Takes what is in the pipe now, without waiting. */
  drain(): void;
  /** Lets go of the pipe at once. */
  close(): void;
}
