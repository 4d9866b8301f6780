// What has been counted and noted of each process since the runner started: restarts, ends, waits.
import { type Exit } from "../base/exit.ts";
import type { Instant } from "../base/instant.ts";
import { signalName } from "../base/signals.ts";
import { formatSize } from "../base/units.ts";
import type { Fact } from "../core/events.ts";
import { exitText } from "../core/log_lines.ts";
import type { StopCause } from "../core/process_state.ts";
import type { Millis } from "../manifest/plan.ts";
import type { Counts, PastEnd, TimedFact } from "./runner_face.ts";

/** Ends kept of each process. */
const ENDS_KEPT = 20;

/** What is noted of one process. */
export interface Entry {
  readonly ends: PastEnd[];
  readonly restarts: Map<string, number>;
  readonly exits: Map<string, number>;
  run: number;
  since: Instant | null;
  startedAt: Instant | null;
  capHits: number;
  backoff: Millis;
  backoffSince: Millis | null;
  /** Why the run before the next one ended; null: it has not ended, or there was none. */
  endedBy: string | null;
  /** Why a stop was begun, for the end that follows. */
  stopReason: string;
}

/** Follows the facts. Costs a few map entries a process; nothing is formatted before somebody asks. */
export class Ledger {
  readonly #entries = new Map<string, Entry>();

  /** Takes a fact in. */
  note({ at, fact }: TimedFact): void {
    if (!("id" in fact)) return;
    const entry = this.#entryOf(fact.id);
    switch (fact.kind) {
      case "state":
        return noteState(entry, fact, at);
      case "spawned":
        return noteSpawned(entry, fact.run, at);
      case "spawn-error":
        entry.endedBy ??= "spawn-error";
        return;
      case "exited":
        // What it was stopped for says more.
        entry.endedBy ??= fact.exit.kind === "signal" ? "signal" : "exit";
        count(entry.exits, exitLabel(fact.exit));
        keep(entry, {
          id: fact.id,
          at,
          run: entry.run,
          exit: fact.exit,
          uptime: fact.uptime,
          planned: fact.expected,
          reason: entry.stopReason === ""
            ? exitText(fact.exit)
            : `${entry.stopReason} (${exitText(fact.exit)})`,
        });
        return;
      case "stopping":
        entry.endedBy = fact.cause;
        if (fact.cause !== "memory" && !isUnwell(fact.cause)) entry.stopReason = fact.cause;
        return;
      case "stopped":
        return noteStopped(entry, fact, at);
      case "over-cap":
        entry.capHits += 1;
        entry.stopReason = `memory: ${formatSize(fact.bytes)}, over ${formatSize(fact.cap)}`;
        return;
      case "unwell":
        entry.stopReason = `${fact.cause}: ${fact.detail}`;
        return;
      case "job":
        // A run of its own: nothing is started again.
        if (fact.step === "begun") entry.endedBy = null;
        return;
      case "waiting-for":
      case "max-age":
      case "max-jobs":
      case "spare":
      case "hook":
      case "ready":
      case "running":
      case "killing":
      case "gave-up":
        return;
    }
  }

  /** All of it, for another program to go on with. */
  get entries(): ReadonlyMap<string, Entry> {
    return this.#entries;
  }

  adopt(entries: ReadonlyMap<string, Entry>): void {
    for (const [id, entry] of entries) this.#entries.set(id, { ...this.#entryOf(id), ...entry });
  }

  ends(id: string): readonly PastEnd[] {
    return this.#entries.get(id)?.ends ?? [];
  }

  since(id: string): Instant | null {
    return this.#entries.get(id)?.since ?? null;
  }

  counts(id: string, now: Instant): Counts {
    const entry = this.#entries.get(id);
    if (entry === undefined) return NOTHING;
    const waiting = entry.backoffSince === null ? 0 : now.mono - entry.backoffSince;
    const { restarts, exits, capHits, backoff } = entry;
    return { restarts, exits, capHits, backoff: backoff + waiting };
  }

  #entryOf(id: string): Entry {
    const known = this.#entries.get(id);
    if (known !== undefined) return known;
    const entry: Entry = {
      ends: [],
      restarts: new Map(),
      exits: new Map(),
      run: 0,
      since: null,
      startedAt: null,
      capHits: 0,
      backoff: 0,
      backoffSince: null,
      endedBy: null,
      stopReason: "",
    };
    this.#entries.set(id, entry);
    return entry;
  }
}

const NOTHING: Counts = { restarts: new Map(), exits: new Map(), capHits: 0, backoff: 0 };

function noteState(entry: Entry, fact: Extract<Fact, { kind: "state" }>, at: Instant): void {
  entry.since = at;
  if (fact.to === "BACKOFF") entry.backoffSince = at.mono;
  else if (entry.backoffSince !== null) {
    entry.backoff += at.mono - entry.backoffSince;
    entry.backoffSince = null;
  }
}

function noteSpawned(entry: Entry, run: number, at: Instant): void {
  if (run > 1 && entry.endedBy !== null) count(entry.restarts, entry.endedBy);
  entry.run = run;
  entry.startedAt = at;
  entry.endedBy = null;
  entry.stopReason = "";
}

function noteStopped(entry: Entry, fact: Extract<Fact, { kind: "stopped" }>, at: Instant): void {
  count(entry.exits, exitLabel(fact.exit));
  entry.endedBy ??= "command";
  const why = entry.stopReason === "" ? entry.endedBy : entry.stopReason;
  keep(entry, {
    id: fact.id,
    at,
    run: entry.run,
    exit: fact.exit,
    uptime: at.mono - (entry.startedAt ?? at).mono,
    planned: true,
    reason: `${stopWords(why)} (${exitText(fact.exit)}${fact.killed ? ", had to be killed" : ""})`,
  });
}

function stopWords(why: string): string {
  return why === "command" ? "stopped" : why.startsWith("memory") ? why : `stopped for ${why}`;
}

function isUnwell(cause: StopCause): boolean {
  return cause === "watchdog" || cause === "health" || cause === "silence";
}

function keep(entry: Entry, end: PastEnd): void {
  entry.ends.unshift(end);
  if (entry.ends.length > ENDS_KEPT) entry.ends.pop();
}

function count(counts: Map<string, number>, label: string): void {
  counts.set(label, (counts.get(label) ?? 0) + 1);
}

/** `"0"`, `"SIGKILL"`, or `"lost"`. */
function exitLabel(exit: Exit): string {
  switch (exit.kind) {
    case "code":
      return String(exit.code);
    case "signal":
      return signalName(exit.signal);
    case "lost":
      return "lost";
  }
}
