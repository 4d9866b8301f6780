// Fakes of the ports, small and strict: a clock that is moved by hand, and a host that remembers what it was asked.
import type { Clock, Instant } from "../../src/ports/clock.ts";
import type {
  Exit,
  ListenSocket,
  OpenSocket,
  Reaped,
  SignalScope,
  SocketResult,
  SpawnRequest,
  SpawnResult,
} from "../../src/ports/host.ts";
import type { FcgiPlan } from "../../src/manifest/plan.ts";

export class FakeClock implements Clock {
  #now = 1_000;
  readonly #timers = new Set<{ readonly at: number; readonly wake: () => void }>();

  now(): Instant {
    return { mono: this.#now, wall: this.#now };
  }

  wakeAt(at: number, wake: () => void): Disposable {
    const timer = { at, wake };
    this.#timers.add(timer);
    return { [Symbol.dispose]: () => void this.#timers.delete(timer) };
  }

  random(): number {
    return 0.5;
  }

  /** Number of timers that wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Moves time on, firing what is due in order. */
  pass(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.#now = Math.max(this.#now, due.at);
      due.wake();
    }
    this.#now = end;
  }

  /** Moves time on as a process does that was held up: what was due meanwhile is fired late, at the end of it. */
  stall(milliseconds: number): void {
    this.#now += milliseconds;
    this.pass(0);
  }
}

export class FakeHost {
  readonly requests: SpawnRequest[] = [];
  readonly signals: {
    readonly pid: number;
    readonly signal: number;
    readonly scope: SignalScope;
  }[] = [];
  readonly closedStdins: number[] = [];
  /** What was written to which stdin. */
  readonly stdins = new Map<number, string>();
  readonly stdinRoom = new Map<number, number>();
  readonly stdinWatches = new Map<number, () => void>();
  /** What was done with the sockets of FastCGI programs. */
  readonly sockets: string[] = [];
  socketFault: string | null = null;
  readonly swept: { readonly pid: number; readonly marker: string }[] = [];
  /** Resident bytes by pid. */
  readonly memory = new Map<number, number>();
  readonly #ended: Reaped[] = [];
  #nextPid = 100;

  spawn(request: SpawnRequest): SpawnResult {
    this.requests.push(request);
    const pid = this.#nextPid++;
    const stdin = request.stdin.kind === "pipe" ? pid * 10 + 2 : null;
    return { kind: "spawned", pid, stdin, stdout: pid * 10, stderr: pid * 10 + 1 };
  }

  closeStdin(fd: number): void {
    this.closedStdins.push(fd);
  }

  /** Takes as many bytes as there is room for in `stdinRoom`; a stdin that nobody reads has room -1. */
  writeStdin(fd: number, bytes: Uint8Array): number | null {
    const room = this.stdinRoom.get(fd) ?? Infinity;
    if (room < 0) return null;
    const taken = bytes.subarray(0, room);
    this.stdinRoom.set(fd, room - taken.length);
    this.stdins.set(fd, (this.stdins.get(fd) ?? "") + new TextDecoder().decode(taken));
    return taken.length;
  }

  watchStdin(fd: number, onWritable: () => void): Disposable {
    this.stdinWatches.set(fd, onWritable);
    return { [Symbol.dispose]: () => void this.stdinWatches.delete(fd) };
  }

  /** The stdin takes this many bytes more. */
  makeRoom(fd: number, room: number): void {
    this.stdinRoom.set(fd, room);
    const onWritable = this.stdinWatches.get(fd);
    this.stdinWatches.delete(fd);
    onWritable?.();
  }

  openSocket(plan: FcgiPlan): SocketResult {
    if (this.socketFault !== null) return { kind: "failed", reason: this.socketFault };
    const fd = 5_000 + this.sockets.length;
    this.sockets.push(`open ${plan.socket}`);
    const adjust = () => {
      this.sockets.push(`adjust ${plan.socket}`);
      return null;
    };
    const close = () => void this.sockets.push(`close ${plan.socket}`);
    return { kind: "open", socket: { fd, identity: null, adjust, close } };
  }

  adoptSocket(plan: FcgiPlan, open: OpenSocket): ListenSocket {
    this.sockets.push(`adopt ${plan.socket}`);
    const close = () => void this.sockets.push(`close ${plan.socket}`);
    return { ...open, adjust: () => null, close };
  }

  signal(pid: number, signal: number, scope: SignalScope): boolean {
    this.signals.push({ pid, signal, scope });
    return true;
  }

  sweep(pid: number, marker: string): number {
    this.swept.push({ pid, marker });
    return 0;
  }

  sweepGroup(pid: number, marker: string): number {
    return this.sweep(pid, marker);
  }

  reap(): readonly Reaped[] {
    return this.#ended.splice(0);
  }

  treeMemory(pid: number): number {
    const bytes = this.memory.get(pid);
    if (bytes === undefined) throw new Error(`nobody said what ${pid} uses`);
    return bytes;
  }

  /** The next `reap` finds this. */
  end(pid: number, exit: Exit, launchFault: string | null = null): void {
    this.#ended.push({ pid, exit, launchFault });
  }
}
