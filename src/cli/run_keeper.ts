// Keeps the latest runs of jobs on disk, and who is paused, for the next runner.
import { isNoted, recordsOf } from "../core/job_record.ts";
import type { Job, Jobs } from "../core/job_state.ts";
import type { Pool } from "../core/pool.ts";
import type { OwnLog } from "../engine/own_log.ts";
import type { Millis } from "../manifest/plan.ts";
import { writeRunFile } from "../os/run_file.ts";
import type { Clock } from "../ports/clock.ts";

export interface RunKeeperParts {
  readonly clock: Clock;
  readonly log: Pick<OwnLog, "write">;
  /** There may be a file, which then has to say what is so now, also when that is nothing. */
  readonly hasFile: boolean;
}

/** Writing takes a twentieth of the time at most: at once as a rule, less often where jobs are many. */
const PAUSE_SHARE = 20;

export class RunKeeper implements Disposable {
  /** Null: there is no place for a file. */
  readonly #path: string | null;
  readonly #parts: RunKeeperParts;
  #jobs: Pick<Jobs, "items" | "paused"> = { items: [], paused: [] };
  #notBefore: Millis = 0;
  #timer: Disposable | null = null;
  #hasFile: boolean;
  #hasFailed = false;

  constructor(path: string | null, parts: RunKeeperParts) {
    this.#path = path;
    this.#parts = parts;
    this.#hasFile = parts.hasFile;
  }

  /** To be called when the pool has settled; costs nothing when no run has begun or ended. */
  look({ jobs: { items, paused } }: Pool): void {
    const seen: readonly Job[] = this.#jobs.items;
    const isNew = paused !== this.#jobs.paused || !isNoted(seen, items);
    this.#jobs = { items, paused };
    if (!isNew || this.#timer !== null) return;
    const { clock } = this.#parts;
    if (clock.now().mono >= this.#notBefore) return this.#write();
    this.#timer = clock.wakeAt(this.#notBefore, () => this.#write());
  }

  /** Nothing that is known is left unwritten. */
  [Symbol.dispose](): void {
    if (this.#timer !== null) this.#write();
  }

  #write(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = null;
    const records = recordsOf(this.#jobs);
    // A file is begun with the first run, or the first pause.
    if (!this.#hasFile && records.jobs.length === 0 && records.paused.length === 0) return;
    const { clock, log } = this.#parts;
    const begun = clock.now().mono;
    const fault = this.#path === null
      ? "there is no folder for it"
      : writeRunFile(this.#path, records);
    const took = clock.now().mono - begun;
    this.#notBefore = begun + took * PAUSE_SHARE;
    if (fault === "") this.#hasFile = true;
    // Said once; a full disk may have room again.
    else if (!this.#hasFailed) {
      log.write("info", `Cannot keep the runs of jobs in ${this.#path ?? "a file"}: ${fault}`);
    }
    this.#hasFailed = fault !== "";
  }
}
