// Looks after the runs of all processes whose plans ask for it; the others cost a look into an empty map.
import type { Effect, Fact, ProcessEvent } from "../core/events.ts";
import type { Process } from "../core/process_state.ts";
import { needsChannel, needsNotify } from "../manifest/notify_need.ts";
import type { LogLevel, ProcessPlan } from "../manifest/plan.ts";
import type { Clock } from "../ports/clock.ts";
import type { Errands } from "../ports/errands.ts";
import type { ChildChannel, MessageChannels } from "../ports/message_channel.ts";
import type { NotifySockets } from "../ports/notify_socket.ts";
import type { Prober } from "../ports/prober.ts";
import type { Output } from "./output.ts";
import { FailedLooksCount } from "./failed_looks.ts";
import { type CareParts, RunCare } from "./run_care.ts";
import type { RunCareState, RunLook } from "./run_look.ts";
import { unseenLooks } from "./unseen_looks.ts";

export interface WellnessParts {
  readonly clock: Clock;
  readonly prober: Prober;
  readonly errands: Errands;
  readonly sockets: NotifySockets;
  readonly channels: MessageChannels;
  readonly output: Pick<Output, "tap">;
  say(level: LogLevel, text: string): void;
}

/** What is told of a process, and what is known of it. */
export interface WellnessEngine {
  tell(id: string, event: ProcessEvent): void;
  process(id: string): Process | undefined;
}

export class Wellness implements Disposable {
  readonly #parts: WellnessParts;
  readonly #engine: WellnessEngine;
  readonly #care: CareParts;
  readonly #runs = new Map<string, RunCare>();
  readonly #failed = new FailedLooksCount();

  constructor(parts: WellnessParts, engine: WellnessEngine) {
    this.#parts = parts;
    this.#engine = engine;
    this.#care = {
      ...parts,
      tap: (plan, stream, tap) => parts.output.tap(plan, stream, tap),
      tell: (id, event) => engine.tell(id, event),
      say: (level, text) => parts.say(level, text),
      unseen: unseenLooks(parts.clock, (level, text) => parts.say(level, text)),
    };
  }

  /** A child is about to be started: what it finds in its environment. */
  prepare(plan: ProcessPlan, run: number): Readonly<Record<string, string>> {
    this.#forget(plan.id);
    if (!needsNotify(plan)) {
      if (needsCare(plan)) this.#runs.set(plan.id, new RunCare(plan, run, this.#care));
      return {};
    }
    const care = new RunCare(plan, run, this.#care);
    this.#runs.set(plan.id, care);
    const socket = this.#parts.sockets.open(plan.user, (text) => care.heard(text));
    if (typeof socket === "string") {
      this.#parts.say("warn", `notify: ${plan.id} gets no NOTIFY_SOCKET: ${socket}`);
      return {};
    }
    care.hearOn(socket);
    const { watchdog } = plan.liveness;
    // No WATCHDOG_PID: who is to beat is known only when the child is there, and everybody does without it.
    const micros = watchdog === null ? {} : { WATCHDOG_USEC: String(Math.round(watchdog * 1000)) };
    return { NOTIFY_SOCKET: socket.address, ...micros };
  }

  /** The end of a channel for the child that `prepare` was called for; null: it needs none. */
  channelFor(plan: ProcessPlan): ChildChannel | null {
    const care = this.#runs.get(plan.id);
    if (care === undefined || !needsChannel(plan)) return null;
    const channel = this.#parts.channels.open((line) => care.messages.heard(line));
    if (typeof channel === "string") {
      this.#parts.say("warn", `message: ${plan.id} gets no channel: ${channel}`);
      return null;
    }
    care.messages.listenOn(channel.ours);
    return channel.theirs;
  }

  /** Sends a message to a child; false: nobody hears it. */
  message({ id, run, text }: Extract<Effect, { kind: "message" }>): boolean {
    const care = this.#runs.get(id);
    if (care?.run === run && care.messages.send(text)) return true;
    this.#parts.say(
      "info",
      `message: ${id} does not hear ${JSON.stringify(text)}: it gets the signal`,
    );
    return false;
  }

  /** For the program that takes over. */
  handOver(): readonly RunCareState[] {
    return [...this.#runs].map(([id, care]) => {
      const failedLooks = this.#failed.total(id, care.look().failedLooks);
      return { ...care.handOver(), failedLooks };
    });
  }

  /** Goes on with the runs of another program, whose pool the engine has. */
  adopt(states: readonly RunCareState[]): void {
    for (const state of states) {
      const process = this.#engine.process(state.id);
      if (process === undefined || process.run !== state.run) continue;
      const care = new RunCare(process.plan, state.run, this.#care);
      this.#runs.set(state.id, care);
      const heard = (text: string) => care.heard(text);
      if (state.socket !== null) care.hearOn(this.#parts.sockets.adopt(state.socket, heard));
      const channel = state.channel ?? null;
      const listen = (line: string) => care.messages.heard(line);
      if (channel !== null) care.messages.listenOn(this.#parts.channels.adopt(channel, listen));
      care.resume(state, process.state.name);
      const { failedLooks } = state;
      if (failedLooks !== undefined) {
        this.#failed.keep(state.id, failedLooks, care.look().failedLooks);
      }
    }
  }

  /** Something has happened. */
  fact(fact: Fact): void {
    if (this.#runs.size === 0) return;
    if (fact.kind === "spawned") this.#runs.get(fact.id)?.started();
    if (fact.kind === "stopping" && fact.cause === "not-ready") this.#sayWhy(fact.id);
    if (fact.kind !== "state") return;
    const care = this.#runs.get(fact.id);
    if (care === undefined) return;
    switch (fact.to) {
      case "STARTING":
        return;
      case "RUNNING":
        return care.running();
      case "STOPPING":
        return care.stopping();
      case "STOPPED":
      case "BACKOFF":
      case "EXITED":
      case "FATAL":
        return this.#forget(fact.id);
    }
  }

  /** A child has ended, and nothing has been made of it yet. */
  leaving(id: string): void {
    this.#runs.get(id)?.leaving();
  }

  /** A process has other values; its child lives on. */
  adjust(plan: ProcessPlan): void {
    const known = this.#runs.get(plan.id);
    if (known !== undefined) return known.adjust(plan);
    const process = this.#engine.process(plan.id);
    if (process?.state.name !== "RUNNING" || !needsCare(plan)) return;
    const care = new RunCare(plan, process.run, this.#care);
    this.#runs.set(plan.id, care);
    care.adopted(process.state.since);
  }

  /** Null for a process without a child, and for one that nobody looks after. */
  look(id: string): RunLook | null {
    const look = this.#runs.get(id)?.look();
    if (look === undefined) return null;
    return { ...look, failedLooks: this.#failed.total(id, look.failedLooks) };
  }

  [Symbol.dispose](): void {
    for (const id of [...this.#runs.keys()]) this.#forget(id);
    this.#parts.sockets[Symbol.dispose]();
    this.#parts.channels[Symbol.dispose]();
  }

  /** The core knows how long it was waited; what the last look saw is known here. */
  #sayWhy(id: string): void {
    const waiting = this.#runs.get(id)?.look().waiting ?? "";
    if (waiting !== "") {
      this.#parts.say("warn", `not ready: ${id.slice(id.indexOf(":") + 1)}: ${waiting}`);
    }
  }

  #forget(id: string): void {
    const care = this.#runs.get(id);
    if (care === undefined) return;
    this.#failed.keep(id, this.#failed.total(id, care.look().failedLooks));
    care[Symbol.dispose]();
    this.#runs.delete(id);
  }
}

function needsCare({ ready, liveness, stop }: ProcessPlan): boolean {
  return ready !== null || liveness.health !== null || liveness.maxSilence !== null ||
    stop.message !== null;
}
