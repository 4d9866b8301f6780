// The children: started, signalled, swept up after and reaped. Everybody else is left alone.
import type { Children as ChildrenPort, Exit, Reaped } from "../ports/host.ts";
import type { ListenSocket, OpenSocket, SignalScope } from "../ports/host.ts";
import type { SocketResult, SpawnRequest, SpawnResult } from "../ports/host.ts";
import type { FcgiPlan } from "../manifest/plan.ts";
import type { WritableWatch } from "../ports/logs.ts";
import { closeEnds, openChildPipes } from "./child_pipes.ts";
import { ERRNO, errnoName } from "./errno.ts";
import { Kin, type KinState, type KinTotals } from "./kin.ts";
import { LAUNCH_FAILED, Launcher } from "./launcher.ts";
import { closeFd, killProcess, libc, O_RDWR, openFile, orErrno, writeOnce } from "./libc.ts";
import { adoptListenSocket, openListenSocket } from "./listen_socket.ts";
import type { ProcStat } from "./proc_fs.ts";
import { ProcessTree } from "./process_tree.ts";
import { shortageOf } from "./shortage.ts";
import { signalExactly } from "./signal_exactly.ts";

interface Scan {
  readonly found: ReadonlyMap<number, ProcStat>;
  /** When it was complete, and what it took, milliseconds. */
  readonly at: number;
  readonly cost: number;
}

/** What the program that takes over has to know of the children. */
export interface ChildrenState {
  readonly faults: ReadonlyMap<number, readonly string[]>;
  readonly kin: KinState;
  readonly disowned: ReadonlyMap<number, number>;
  /** Descriptors by which launchers tell that they have failed. */
  readonly status: { readonly reader: number; readonly writer: number };
}

/** As much as a pipe holds as a rule: more would only be copied. */
const PIPE_PIECE = 1 << 16;
const SIGKILL = 9;
const WNOHANG = 1;
/** Age up to which a scan serves for signals; a stop of a hundred children then costs one scan. */
const SCAN_AGE = 10;
/** A scan of a thousand processes takes longer than that itself: it serves this many times as long as it took. */
const SCAN_WORTH = 10;
/** Rounds of a sweep. Who has got SIGKILL cannot fork any more, so that a second round finds nothing as a rule. */
const SWEEP_ROUNDS = 50;

/** Decodes the status word of wait(2). */
export function decodeStatus(status: number): Exit {
  const signal = status & 0x7f;
  if (signal === 0) return { kind: "code", code: (status >> 8) & 0xff };
  return { kind: "signal", signal, coreDumped: (status & 0x80) !== 0 };
}

/** The children of this process. There must be one of it only: it reaps everything. */
export class Children implements ChildrenPort {
  readonly #launcher: Launcher;
  readonly #devNull = openFile("/dev/null", O_RDWR);
  readonly #tree = new ProcessTree(Deno.pid);
  readonly #kin: Kin;
  /** What a failing launcher's step would mean, by pid of the children that have not been reaped. */
  readonly #faults: Map<number, readonly string[]>;
  #scan: Scan | null = null;

  readonly #writable: WritableWatch | null;

  /** `writable` tells when the full stdin of a child takes bytes again. */
  constructor(writable: WritableWatch | null = null, adopted: ChildrenState | null = null) {
    this.#writable = writable;
    this.#launcher = new Launcher(adopted?.status);
    this.#kin = new Kin(Deno.pid, adopted?.kin);
    this.#faults = new Map(adopted?.faults);
    if (adopted !== null) {
      this.#tree.disowned = adopted.disowned;
      return;
    }
    const hasChildren = orErrno(libc().waitpid(-1, null, WNOHANG)) !== -ERRNO.ECHILD;
    if (hasChildren) this.#tree.disown();
  }

  /** What is known of them, for the program that takes over. Who is below them is looked at once more. */
  handOver(): ChildrenState {
    this.#look(0);
    const { status } = this.#launcher;
    const { disowned } = this.#tree;
    return { faults: this.#faults, kin: this.#kin.handOver(), disowned, status };
  }

  spawn(request: SpawnRequest): SpawnResult {
    const pipes = openChildPipes(request);
    if (typeof pipes === "number") {
      const reason = `couldn't make pipes: ${errnoName(-pipes)}`;
      return { kind: "failed", reason, ...shortageOf(-pipes) };
    }
    const { theirs, ours } = pipes;
    const stdin = request.stdin.kind === "fd" ? request.stdin.fd : theirs.stdin ?? this.#devNull;
    const channel = request.channel ?? null;
    const fds = [stdin, theirs.stdout, theirs.stderr ?? theirs.stdout];
    if (channel !== null) fds.push(channel);
    const launched = this.#launcher.launch({ request, fds, ownSession: true });
    closeEnds(theirs);
    if (launched.kind === "failed") {
      closeEnds(ours);
      return launched;
    }
    this.#faults.set(launched.pid, launched.faults);
    this.#kin.born(launched.pid);
    return { kind: "spawned", pid: launched.pid, ...ours };
  }

  closeStdin(fd: number): void {
    closeFd(fd);
  }

  writeStdin(fd: number, bytes: Uint8Array): number | null {
    const taken = writeOnce(fd, bytes.slice(0, PIPE_PIECE));
    if (taken >= 0) return taken;
    return taken === -ERRNO.EAGAIN || taken === -ERRNO.EINTR ? 0 : null;
  }

  watchStdin(fd: number, onWritable: () => void): Disposable {
    if (this.#writable === null) throw new Error("Cannot wait for a stdin: nobody watches it");
    return this.#writable.watchWritable(fd, onWritable);
  }

  openSocket(plan: FcgiPlan): SocketResult {
    return openListenSocket(plan);
  }

  adoptSocket(plan: FcgiPlan, open: OpenSocket): ListenSocket {
    return adoptListenSocket(plan, open);
  }

  signal(pid: number, signal: number, scope: SignalScope): boolean {
    if (pid <= 1 || !this.#faults.has(pid)) return false;
    // Who is below the child now is known as such from here on, whatever the signal makes of it.
    // A scan from before its birth knows nobody below it.
    if (signal !== 0 && !this.#look(SCAN_AGE).has(pid)) this.#look(0);
    if (scope === "process") return killProcess(pid, signal) === 0;
    const isSent = killProcess(-pid, signal) === 0 || killProcess(pid, signal) === 0;
    if (scope === "group") return isSent;
    for (const stat of this.#kin.leftBy(pid, "")) {
      if (stat.group !== pid) signalExactly(stat, signal);
    }
    return isSent;
  }

  sweep(pid: number, marker: string): number {
    if (pid <= 1) return 0;
    if (this.#faults.has(pid)) {
      this.#look(0); // before its descendants lose it
      killProcess(-pid, SIGKILL);
    }
    return this.#killAll((round) => {
      // A child that has been reaped cannot leave anybody who is not in a scan made after that.
      this.#look(round > 0 ? 0 : Infinity);
      return this.#kin.leftBy(pid, marker);
    });
  }

  sweepGroup(pid: number, marker: string): number {
    return pid > 1 && killProcess(-pid, 0) === 0 ? this.sweep(pid, marker) : 0;
  }

  /** Kills every descendant of the runner, children included; for the end of the runner. */
  sweepAll(): number {
    return this.#killAll(() => [...this.#look(0).values()].filter((stat) => !stat.isZombie));
  }

  /** Kills whom `find` finds until it finds nobody new; gives how many there were. */
  #killAll(find: (round: number) => readonly ProcStat[]): number {
    const seen = new Set<string>();
    let killed = 0;
    for (let round = 0; round < SWEEP_ROUNDS; round++) {
      const before = seen.size;
      for (const stat of find(round)) {
        const identity = `${stat.pid}/${stat.startTime}`;
        if (seen.has(identity)) continue;
        seen.add(identity);
        if (signalExactly(stat, SIGKILL)) killed += 1;
      }
      if (seen.size === before) break;
    }
    return killed;
  }

  reap(): readonly Reaped[] {
    const reaped: Reaped[] = [];
    const status = new Int32Array(1);
    for (;;) {
      const pid = libc().waitpid(-1, status, WNOHANG);
      if (pid <= 0) break;
      reaped.push({ pid, exit: decodeStatus(status[0] ?? 0), launchFault: null });
    }
    if (reaped.length === 0) return reaped;
    const failures = reaped.some(hasLaunchCode) ? this.#launcher.failures() : null;
    return reaped.map((one) => this.#bury(one, failures));
  }

  /** A child and its descendants, orphans of its too, as they are now or were at most `age` milliseconds ago. */
  family(pid: number, age: number): readonly ProcStat[] {
    const child = this.#look(age).get(pid) ?? this.#look(0).get(pid);
    return child === undefined ? [] : [child, ...this.#kin.leftBy(pid, "")];
  }

  /** What every living child and its descendants use, by pid, measured at most `age` milliseconds ago. */
  totals(age: number): Map<number, KinTotals> {
    this.#look(age);
    return this.#kin.totals();
  }

  [Symbol.dispose](): void {
    this.#launcher[Symbol.dispose]();
    closeFd(this.#devNull);
  }

  #bury(reaped: Reaped, failures: ReturnType<Launcher["failures"]> | null): Reaped {
    const faults = this.#faults.get(reaped.pid);
    if (faults === undefined) return reaped;
    this.#faults.delete(reaped.pid);
    this.#kin.ended(reaped.pid);
    this.#scan = null;
    const failure = hasLaunchCode(reaped) ? failures?.get(reaped.pid) : undefined;
    if (failure === undefined) return reaped;
    const fault = faults[failure.step] ?? "couldn't start";
    const launchFault = `${fault}: ${errnoName(failure.errno)}`;
    return { ...reaped, launchFault, ...shortageOf(failure.errno) };
  }

  #look(age: number): ReadonlyMap<number, ProcStat> {
    const begun = performance.now();
    if (this.#scan !== null && age > 0) {
      const { found, at, cost } = this.#scan;
      if (begun - at <= Math.max(age, cost * SCAN_WORTH)) return found;
    }
    const found = this.#tree.scan();
    this.#kin.update(found);
    const at = performance.now();
    this.#scan = { found, at, cost: at - begun };
    return found;
  }
}

function hasLaunchCode(reaped: Reaped): boolean {
  return reaped.exit.kind === "code" && reaped.exit.code === LAUNCH_FAILED;
}
