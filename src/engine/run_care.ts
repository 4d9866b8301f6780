// Looks after one run of a process: whether it is ready, whether it is well, and what it says of itself.
import type { ProcessEvent } from "../core/events.ts";
import { type NotifyWord, parseNotify } from "../core/notify_message.ts";
import type { StateName, UnwellCause } from "../core/process_state.ts";
import { formatDuration } from "../base/units.ts";
import type { LogLevel, Millis, ProcessPlan } from "../manifest/plan.ts";
import type { ReadyWhen } from "../manifest/plan_work.ts";
import { probeWord } from "../manifest/ready_words.ts";
import type { Clock, Instant } from "../ports/clock.ts";
import type { StreamName } from "../ports/logs.ts";
import type { NotifySocket } from "../ports/notify_socket.ts";
import { HealthWatch } from "./health_watch.ts";
import type { LookParts } from "./look_once.ts";
import { Patience } from "./patience.ts";
import { ReadyWatch } from "./ready_watch.ts";
import { RunMessages } from "./run_messages.ts";
import { newSayings, note, type RunCareState, type RunLook, type Sayings } from "./run_look.ts";

export interface CareParts extends LookParts {
  readonly clock: Clock;
  /** Looks on at the output of the process, of all its runs. */
  tap(
    plan: ProcessPlan,
    stream: StreamName,
    tap: (bytes: Uint8Array, run: number) => void,
  ): Disposable;
  tell(id: string, event: ProcessEvent): void;
  say(level: LogLevel, text: string): void;
}

export class RunCare implements Disposable {
  readonly run: number;
  /** Over Node's IPC channel, if it has one. */
  readonly messages = new RunMessages({
    ready: () => this.#readyBy("message"),
    passedOver: (text) => this.#sayPassedOver("message", "sent", text),
  });
  readonly #parts: CareParts;
  readonly #sayings: Sayings = newSayings();
  readonly #taps: Disposable[] = [];
  #plan: ProcessPlan;
  #socket: NotifySocket | null = null;
  #startedAt: Instant;
  #readySince: Millis | null = null;
  #isRunning = false;
  #ready: ReadyWatch | null = null;
  #health: HealthWatch | null = null;
  /** Failed looks of health watches that are no more. */
  #failedBefore = 0;
  #heartbeat: Patience | null = null;
  #silence: Patience | null = null;

  constructor(plan: ProcessPlan, run: number, parts: CareParts) {
    this.#plan = plan;
    this.run = run;
    this.#parts = parts;
    this.#startedAt = parts.clock.now();
  }

  /** Where the program may speak; it goes with the run. */
  hearOn(socket: NotifySocket): void {
    this.#socket = socket;
  }

  /** There is a child. */
  started(): void {
    this.#startedAt = this.#parts.clock.now();
    const { ready } = this.#plan;
    this.#followOutput();
    if (ready !== null) this.#awaitReady(ready.when);
  }

  #awaitReady(when: ReadyWhen): void {
    this.#ready = new ReadyWatch(this.#plan, when, this.#parts, {
      ready: () => {
        this.#readySince = this.#parts.clock.now().wall;
        this.#tell({ kind: "ready", run: this.run });
      },
      extend: (wait) => this.#tell({ kind: "extend", run: this.run, wait }),
    });
  }

  /** For the program that takes over. */
  handOver(): RunCareState {
    const health = this.#health;
    return {
      id: this.#plan.id,
      run: this.run,
      sayings: this.#sayings,
      startedAt: this.#startedAt,
      readySince: this.#readySince,
      socket: this.#socket?.open ?? null,
      channel: this.messages.open,
      lines: this.#ready?.unfinished ?? null,
      health: health === null ? null : { tally: health.tally, last: health.last },
      beatAt: this.#heartbeat?.last ?? null,
      heardAt: this.#silence?.last ?? null,
    };
  }

  /** Goes on where another program has left off; `name`: the state of the process. */
  resume(state: RunCareState, name: StateName): void {
    const { sayings, startedAt, readySince, lines, health, beatAt, heardAt } = state;
    Object.assign(this.#sayings, sayings);
    this.#startedAt = startedAt;
    this.#readySince = readySince;
    this.#followOutput();
    const when = this.#plan.ready?.when;
    if (name === "STARTING" && when !== undefined && readySince === null) {
      const left = (wait: Millis) => Math.max(0, wait - this.#uptime());
      this.#awaitReady(when.kind === "delay" ? { kind: "delay", wait: left(when.wait) } : when);
      for (const stream of ["stdout", "stderr"] as const) {
        if (lines !== null) this.#ready?.output(stream, lines[stream]);
      }
    }
    if (name !== "RUNNING") return;
    this.running();
    if (this.#health !== null && health !== null) Object.assign(this.#health, health);
    if (this.#heartbeat !== null && beatAt !== null) this.#heartbeat.last = beatAt;
    if (this.#silence !== null && heardAt !== null) this.#silence.last = heardAt;
  }

  /** It has been RUNNING for some time when somebody begins to look after it. */
  adopted(since: Instant): void {
    this.#startedAt = since;
    this.#followOutput();
    this.running();
  }

  /** It is RUNNING. */
  running(): void {
    this.#isRunning = true;
    this.#ready?.[Symbol.dispose]();
    this.#watchHealth();
    this.#watchHeartbeat(this.#plan.liveness.watchdog);
    this.#watchSilence();
  }

  /** It is being stopped: it may still say something. */
  stopping(): void {
    this.#isRunning = false;
    this.#ready?.[Symbol.dispose]();
    this.#unwatch();
  }

  /** Other rules for the same child. */
  adjust(plan: ProcessPlan): void {
    this.#plan = plan;
    this.#followOutput();
    if (!this.#isRunning) return;
    this.#unwatch();
    this.#watchHealth();
    this.#watchHeartbeat(plan.liveness.watchdog);
    this.#watchSilence();
  }

  /** Takes a datagram of the program. */
  heard(text: string): void {
    for (const word of parseNotify(text)) this.#take(word);
  }

  /** The child has ended: what it has said last counts. */
  leaving(): void {
    this.#socket?.drain();
    this.messages.drain();
  }

  look(): RunLook {
    const health = this.#health;
    const failed = this.#failedBefore + (health?.tally.failed ?? 0);
    return {
      ...this.#sayings,
      readySince: this.#readySince,
      waiting: this.#ready?.fault ?? "",
      failedLooks: { ready: this.#ready?.failed ?? 0, health: failed },
      health: health?.last ?? null,
      inARow: health?.tally.inARow ?? 0,
    };
  }

  [Symbol.dispose](): void {
    this.stopping();
    for (const tap of this.#taps.splice(0)) tap[Symbol.dispose]();
    this.#socket?.[Symbol.dispose]();
    this.#socket = null;
    this.messages[Symbol.dispose]();
  }

  #unwatch(): void {
    this.#failedBefore += this.#health?.tally.failed ?? 0;
    this.#health?.[Symbol.dispose]();
    this.#heartbeat?.[Symbol.dispose]();
    this.#silence?.[Symbol.dispose]();
    [this.#health, this.#heartbeat, this.#silence] = [null, null, null];
  }

  /** Only where somebody wants to know of it. */
  #followOutput(): void {
    const { ready, liveness, stderr } = this.#plan;
    const isWanted = ready?.when.kind === "log" || liveness.maxSilence !== null;
    if (!isWanted || this.#taps.length > 0) return;
    const streams: readonly StreamName[] = stderr === "stdout" ? ["stdout"] : ["stdout", "stderr"];
    for (const stream of streams) {
      const tap = (bytes: Uint8Array, run: number) => {
        // What an earlier run has left behind may still write.
        if (run !== this.run) return;
        this.#silence?.touch();
        this.#ready?.output(stream, bytes);
      };
      this.#taps.push(this.#parts.tap(this.#plan, stream, tap));
    }
  }

  #watchHealth(): void {
    const { health } = this.#plan.liveness;
    if (health === null) return;
    const parts = { ...this.#parts, startedAt: this.#startedAt.mono };
    this.#health = new HealthWatch(this.#plan, health, parts, ({ tally, last }) => {
      const looks = tally.inARow === 1 ? "1 failed look" : `${tally.inARow} failed looks in a row`;
      const detail = `${looks} at ${probeWord(health.probe)}: ${last?.fault ?? ""}`;
      this.#unwell("health", detail, tally.well);
    });
  }

  #watchHeartbeat(limit: Millis | null): void {
    this.#heartbeat?.[Symbol.dispose]();
    if (limit === null || limit === 0) return;
    this.#heartbeat = new Patience(this.#parts.clock, limit, () => {
      this.#unwell("watchdog", `no WATCHDOG=1 for ${formatDuration(limit)}`, this.#wellUntilBeat());
    });
  }

  #watchSilence(): void {
    const { maxSilence } = this.#plan.liveness;
    if (maxSilence === null) return;
    this.#silence = new Patience(this.#parts.clock, maxSilence, () => {
      const well = Math.max(0, this.#uptime() - maxSilence);
      this.#unwell("silence", `no output for ${formatDuration(maxSilence)}`, well);
    });
  }

  #take(word: NotifyWord): void {
    note(this.#sayings, word, this.#parts.clock.now());
    switch (word.kind) {
      case "ready":
        return this.#readyBy("notify");
      case "beat":
        return this.#heartbeat?.touch();
      case "trigger":
        return this.#unwell("watchdog", "it said WATCHDOG=trigger", this.#wellUntilBeat());
      case "watchdog":
        return this.#isRunning ? this.#watchHeartbeat(word.limit) : undefined;
      case "stopping":
        if (this.#health !== null) this.#health.isExcused = true;
        return;
      case "extend":
        return this.#tell({ kind: "extend", run: this.run, wait: word.wait });
      case "jobs":
        return this.#tell({ kind: "jobs", run: this.run, count: word.count });
      case "passed-over":
        return this.#sayPassedOver("notify", "said", JSON.stringify(word.text));
      case "status":
      case "reloading":
      case "errno":
      case "metric":
        return;
    }
  }

  #readyBy(kind: "notify" | "message"): void {
    if (this.#plan.ready?.when.kind === kind) this.#ready?.isReady();
  }

  #sayPassedOver(way: "notify" | "message", verb: string, text: string): void {
    this.#parts.say("debug", `${way}: ${this.#plan.id} ${verb} ${text}`);
  }

  #unwell(cause: UnwellCause, detail: string, well: Millis): void {
    this.#tell({ kind: "unwell", run: this.run, cause, detail, well });
  }

  #tell(event: ProcessEvent): void {
    this.#parts.tell(this.#plan.id, event);
  }

  #uptime(): Millis {
    return this.#parts.clock.now().mono - this.#startedAt.mono;
  }

  #wellUntilBeat(): Millis {
    const { heartbeat } = this.#sayings;
    return heartbeat === null ? 0 : Math.max(0, heartbeat.mono - this.#startedAt.mono);
  }
}
