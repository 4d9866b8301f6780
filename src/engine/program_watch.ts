// Restarts on change: which programs watch which files, and when so much has changed that they are told.
import type { Pool } from "../core/pool.ts";
import type { PoolEvent } from "../core/events.ts";
import type { Millis, ProcessPlan, RunnerPlan } from "../manifest/plan.ts";
import type { WatchPlan } from "../manifest/plan_work.ts";
import type { Clock } from "../ports/clock.ts";
import type { FileWatcher } from "../ports/file_watch.ts";

export interface ProgramWatchParts {
  readonly files: FileWatcher;
  readonly clock: Clock;
  post(event: Extract<PoolEvent, { kind: "changed" }>): void;
  /** For the runner's own log. */
  say(text: string): void;
}

/** Processes that watch the same files, and what has changed since they were last told. */
interface Watching {
  readonly watch: WatchPlan;
  ids: readonly string[];
  handle: Disposable;
  readonly changed: Set<string>;
  /** When the first of those changes came. */
  since: Millis;
  /** When they are told, unless more comes. */
  dueAt: Millis;
  timer: Disposable | null;
}

/** Whoever writes without an end is not waited for any longer. */
const LONGEST: Millis = 10_000;

export class ProgramWatch implements Disposable {
  readonly #parts: ProgramWatchParts;
  readonly #watching = new Map<string, Watching>();
  /** Files that the runner itself writes. */
  #own: ReadonlySet<string> = new Set();

  constructor(parts: ProgramWatchParts) {
    this.#parts = parts;
  }

  /** Watches what the plans of the pool say now. */
  follow(pool: Pool): void {
    const plans = [...pool.processes.values()].map(({ plan }) => plan);
    this.#own = ownFiles(plans, pool.plan.runner);
    const wanted = Map.groupBy(plans.filter(({ watch }) => watch !== null), keyOf);
    // The new ones first: what is on its way to an old one of the same folder reaches them, too.
    for (const [key, members] of wanted) {
      const ids = members.map(({ id }) => id);
      const known = this.#watching.get(key);
      const [first] = members;
      if (known !== undefined) known.ids = ids;
      else if (first !== undefined && first.watch !== null) {
        this.#watching.set(key, this.#begin(first.watch, ids));
        this.#parts.say(`watch: ${first.program} is restarted when its files change`);
      }
    }
    for (const [key, watching] of this.#watching) {
      if (wanted.has(key)) continue;
      this.#watching.delete(key);
      watching.timer?.[Symbol.dispose]();
      watching.handle[Symbol.dispose]();
    }
  }

  [Symbol.dispose](): void {
    for (const { timer, handle } of this.#watching.values()) {
      timer?.[Symbol.dispose]();
      handle[Symbol.dispose]();
    }
    this.#watching.clear();
  }

  #begin(watch: WatchPlan, ids: readonly string[]): Watching {
    const { paths, ignore } = watch;
    const request = { globs: paths, files: [], ignore };
    const handle = this.#parts.files.watch(request, (path) => this.#note(watching, path));
    const watching: Watching = {
      watch,
      ids,
      handle,
      changed: new Set(),
      since: 0,
      dueAt: 0,
      timer: null,
    };
    return watching;
  }

  #note(watching: Watching, path: string): void {
    if (isOwnFile(path, this.#own)) return;
    const now = this.#parts.clock.now().mono;
    if (watching.changed.size === 0) watching.since = now;
    watching.changed.add(path);
    const { debounce } = watching.watch;
    watching.dueAt = Math.min(now + debounce, watching.since + Math.max(LONGEST, debounce));
    if (watching.timer === null) this.#wait(watching);
  }

  // One timer for any number of changes: when it fires, more may have come.
  #wait(watching: Watching): void {
    const { clock } = this.#parts;
    watching.timer = clock.wakeAt(watching.dueAt, () => {
      watching.timer = null;
      if (clock.now().mono < watching.dueAt) this.#wait(watching);
      else this.#tell(watching);
    });
  }

  #tell(watching: Watching): void {
    const [file = ""] = watching.changed;
    const more = watching.changed.size - 1;
    watching.changed.clear();
    this.#parts.post({ kind: "changed", ids: watching.ids, file, more });
  }
}

function keyOf({ group, program, watch }: ProcessPlan): string {
  return JSON.stringify([group, program, watch]);
}

function ownFiles(plans: readonly ProcessPlan[], runner: RunnerPlan): ReadonlySet<string> {
  const logs = plans.flatMap(({ stdout, stderr }) =>
    stderr === "stdout" ? [stdout] : [stdout, stderr]
  );
  const places = [runner.logfile, ...logs.map(({ destination }) => destination)];
  const files = places.flatMap((place) => place.kind === "file" ? [place.path] : []);
  return new Set([...files, ...(runner.pidfile === null ? [] : [runner.pidfile])]);
}

/** A log, or what it was rotated to: `web.log.1`, `web.log.2.gz`. */
function isOwnFile(path: string, own: ReadonlySet<string>): boolean {
  return own.has(path) || own.has(path.replace(/(\.\d+)?(\.gz)?$/, ""));
}
