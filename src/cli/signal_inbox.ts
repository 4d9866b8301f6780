// Signals from the first word on: what comes before there is a pool waits for it.
import { type HostSignal, listenToSignals } from "../os/host_signals.ts";

export class SignalInbox implements Disposable {
  readonly #early: HostSignal[] = [];
  #take: (signal: HostSignal) => void = (signal) => void this.#early.push(signal);
  readonly #listening = listenToSignals((signal) => this.#take(signal));

  /** From here on signals are taken, those that have come already first. */
  open(take: (signal: HostSignal) => void): void {
    this.#take = take;
    for (const signal of this.#early.splice(0)) take(signal);
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]();
  }
}
