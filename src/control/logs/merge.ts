// Lines of several logs as one sequence, by their times as far as these are known.
import { nextTurn } from "../../os/next_turn.ts";
import type { HistoryLine } from "./history.ts";

/** Logs that are begun before everything else has its turn. */
const OPENED = 16;

interface Source {
  readonly batches: AsyncGenerator<HistoryLine[]>;
  lines: readonly HistoryLine[];
  at: number;
}

/** Merges sequences, each in its own order. */
export async function* merge(
  sequences: readonly AsyncGenerator<HistoryLine[]>[],
): AsyncGenerator<HistoryLine[]> {
  const sources: Source[] = [];
  for (const [index, batches] of sequences.entries()) {
    // There may be a thousand of them.
    if (index % OPENED === OPENED - 1) await nextTurn();
    const source = { batches, lines: [], at: 0 };
    if (await refill(source)) sources.push(source);
  }
  while (sources.length > 1) {
    const { first, until } = nextOf(sources);
    const source = sources[first];
    if (source === undefined) return;
    const run = takeRun(source, until);
    if (source.at === source.lines.length && !(await refill(source))) sources.splice(first, 1);
    yield run;
  }
  const [last] = sources;
  if (last === undefined) return;
  yield last.lines.slice(last.at);
  yield* last.batches;
}

/** Which source is the oldest, and up to which age it stays so. */
function nextOf(sources: readonly Source[]): { readonly first: number; readonly until: number } {
  let [first, oldest, until] = [0, Infinity, Infinity];
  for (const [index, source] of sources.entries()) {
    const order = source.lines[source.at]?.order ?? Infinity;
    if (order < oldest) [first, until, oldest] = [index, oldest, order];
    else until = Math.min(until, order);
  }
  return { first, until };
}

function takeRun(source: Source, until: number): HistoryLine[] {
  const start = source.at;
  do source.at++; while (
    source.at < source.lines.length && (source.lines[source.at]?.order ?? Infinity) <= until
  );
  return source.lines.slice(start, source.at);
}

/** Gets the next lines; false: there are no more. */
async function refill(source: Source): Promise<boolean> {
  source.at = 0;
  do {
    const { value, done } = await source.batches.next();
    if (done === true) return false;
    source.lines = value;
  } while (source.lines.length === 0);
  return true;
}
