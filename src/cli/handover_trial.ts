// What a runner that wants to be replaced asks of the next program: can it read what it would have to take over.
import { decodePlain } from "../base/plain_json.ts";
import { RunnerError } from "../base/errors.ts";
import { NO_MEMORY } from "../core/alert_news.ts";
import { completePool } from "../core/pool_snapshot.ts";
import { SNAPSHOT_FORMAT } from "../core/snapshot_format.ts";
import type { HandoverState } from "./handover_state.ts";
import { printLine } from "./output.ts";

/** First word of the answer; the number of the form it reads follows. */
export const TRIED = "runner-handover";

/** What a program may not have known of; whoever adds a part to the state adds it here, too. */
const NEWER: Pick<HandoverState, "wellness" | "alerts" | "errands" | "memory"> = {
  wellness: [],
  alerts: { desks: new Map(), memory: NO_MEMORY },
  errands: new Map(),
  memory: new Map(),
};

/** Reads the text on stdin and answers. */
export async function tryHandover(): Promise<number> {
  const text = await new Response(Deno.stdin.readable).text();
  const state = readHandover(text);
  completePool(state.engine.pool, null);
  printLine(`${TRIED} ${SNAPSHOT_FORMAT}`);
  return 0;
}

/** Reads what another program has left. Throws RunnerError when it cannot be understood. */
export function readHandover(text: string): HandoverState {
  try {
    const state = { ...NEWER, ...decodePlain<HandoverState>(text) };
    const isWhole = state.engine.pool.processes instanceof Map && Array.isArray(state.output) &&
      state.logs.logs instanceof Map && state.children.faults instanceof Map;
    if (isWhole) return state;
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof TypeError)) throw error;
  }
  throw new RunnerError("Cannot understand what the program before has left");
}
