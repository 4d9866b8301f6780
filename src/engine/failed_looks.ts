// Counts the failed looks at each process over all its runs: a run counts its own, and forgets them with itself.

/** Failed looks by what they were for. */
export interface FailedLooks {
  readonly ready: number;
  readonly health: number;
}

const NONE: FailedLooks = { ready: 0, health: 0 };

export class FailedLooksCount {
  readonly #ended = new Map<string, FailedLooks>();

  /** Those of the present run, with all that were before. */
  total(id: string, own: FailedLooks): FailedLooks {
    const { ready, health } = this.#ended.get(id) ?? NONE;
    return { ready: ready + own.ready, health: health + own.health };
  }

  /** What the present run counts is `own` from now on; the total stays what it is. */
  keep(id: string, total: FailedLooks, own: FailedLooks = NONE): void {
    const ready = total.ready - own.ready;
    const health = total.health - own.health;
    // Most have none, and cost nothing.
    if (ready > 0 || health > 0) this.#ended.set(id, { ready, health });
  }
}
