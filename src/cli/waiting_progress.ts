// While an action is under way: says on the terminal whom it waits for.
import type { ProcessView } from "../control/api/types.ts";
import type { Client } from "../control/client/client.ts";
import { getProcesses } from "../control/client/runner_api.ts";
import { visibleText } from "../core/visible_text.ts";
import { systemClock } from "../os/system_clock.ts";
import { type EndSignal, listenForEnd } from "./end_signal.ts";
import { writeTalk } from "./output.ts";
import { formatAge } from "../control/table/age_text.ts";
import { cutToWidth } from "./text_table.ts";

/** Milliseconds after which somebody wonders, and between two looks. */
const LOOK_EVERY = 700;
const SHOWN = 5;
/** Room for the cursor and the `^C` of a terminal: in the next line it would save this one from being wiped away. */
const CARET = 3;

interface Waited {
  readonly client: Client;
  readonly names: readonly string[];
  readonly isWaiting: boolean;
}

/** Does `deed`; a line about those it waits for comes and goes on stderr, if that is a terminal. */
export async function withProgress<T>(waited: Waited, deed: () => Promise<T>): Promise<T> {
  if (!waited.isWaiting || !Deno.stderr.isTerminal()) return await deed();
  using progress = new Progress(waited);
  progress.lookLater();
  return await deed();
}

class Progress implements Disposable {
  readonly #waited: Waited;
  readonly #clock = systemClock();
  #timer: Disposable | null = null;
  #isOver = false;
  /** Listens from the moment on when there is a line to be wiped away. */
  #end: EndSignal | null = null;

  constructor(waited: Waited) {
    this.#waited = waited;
  }

  lookLater(): void {
    const clock = this.#clock;
    this.#timer = clock.wakeAt(clock.now().mono + LOOK_EVERY, () => {
      // The action itself says what is wrong with the connection.
      this.#look().catch(() => {});
    });
  }

  async #look(): Promise<void> {
    const { client, names } = this.#waited;
    const { processes } = await getProcesses(client, names);
    if (this.#isOver) return;
    const text = waitingText(processes, this.#clock.now().wall);
    const { columns } = Deno.consoleSize();
    writeTalk(`\r${cutToWidth(text, columns - CARET)}\x1b[K`);
    this.#end ??= listenForEnd((signal) => {
      this[Symbol.dispose]();
      // Nobody listens any more: it ends us as it would have done.
      if (signal !== null) Deno.kill(Deno.pid, signal);
    });
    this.lookLater();
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#timer?.[Symbol.dispose]();
    if (this.#end === null) return;
    this.#end[Symbol.dispose]();
    this.#end = null;
    writeTalk("\r\x1b[K");
  }
}

/** `waiting for web:web_0 (STOPPING, 12s), …`; empty when nobody is on the way. */
export function waitingText(processes: readonly ProcessView[], now: number): string {
  const underWay = processes.filter(({ state }) =>
    state === "STOPPING" || state === "STARTING" || state === "BACKOFF"
  );
  if (underWay.length === 0) return "";
  const named = underWay.slice(0, SHOWN).map(({ shown, state, since }) => {
    const age = since === null ? "" : `, ${formatAge((now - Date.parse(since)) / 1000)}`;
    return `${visibleText(shown)} (${state}${age})`;
  });
  const more = underWay.length > SHOWN ? ` and ${underWay.length - SHOWN} more` : "";
  return `waiting for ${named.join(", ")}${more}`;
}
