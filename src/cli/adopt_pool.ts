// The other side of `handover.ts`: this program goes on with the children of the one before it in this process.
import type { ReadManifest } from "../control/live_parts.ts";
import { completePool } from "../core/pool_snapshot.ts";
import { SNAPSHOT_FORMAT } from "../core/snapshot_format.ts";
import { plansInOrder } from "../core/pool.ts";
import type { Millis, Plan } from "../manifest/plan.ts";
import { takeReadyLine } from "../os/detach.ts";
import { type HandoverLetter, takeLetter } from "../os/handover_file.ts";
import { closeFd } from "../os/libc.ts";
import { holdSignals } from "../os/reexec.ts";
import { systemClock } from "../os/system_clock.ts";
import type { HandoverState } from "./handover_state.ts";
import { readHandover } from "./handover_trial.ts";
import { loadManifest, readable } from "./load_manifest.ts";
import { sayLine } from "./output.ts";
import { runAgain } from "./start.ts";
import { VERSION } from "./version.ts";

/** A manifest that takes longer to read must not keep the children waiting. */
const READ_WITHIN: Millis = 5_000;

/** Runs the pool that was handed over, and gives its exit status; null: nothing was, and we start as we were called. */
export async function adoptPool(): Promise<number | null> {
  const letter = takeLetter();
  if (letter === null) return null;
  const state = stateIn(letter);
  if (state === null) return null;
  const read = await readAgain(state);
  const { engine: { pool: left } } = state;
  const pool = state.version === VERSION ? left : completePool(left, read?.plan ?? null);
  return await runAgain({
    ...state.request,
    manifest: read?.plan ? read : standIn(pool.plan),
    plan: pool.plan,
    ready: takeReadyLine(),
    adopted: { ...state, engine: { ...state.engine, pool } },
  });
}

/** Null: it cannot be understood. Then all is let go of, and a start as usual stops what it finds. */
function stateIn({ format, fds, body }: HandoverLetter): HandoverState | null {
  try {
    if (format === SNAPSHOT_FORMAT) return readHandover(body);
    sayLine(`runner: Cannot take over format ${format}: starting anew`);
  } catch (error) {
    sayLine(`runner: ${error instanceof Error ? error.message : error}: starting anew`);
  }
  fds.forEach(closeFd);
  holdSignals(false);
  return null;
}

/** Null: it cannot be read in time. */
async function readAgain({ request, cwd, live }: HandoverState): Promise<ReadManifest | null> {
  const { path, strictness, overrides, choice } = request;
  const clock = systemClock();
  const { promise: tooLate, resolve } = Promise.withResolvers<null>();
  using _limit = clock.wakeAt(clock.now().mono + READ_WITHIN, () => resolve(null));
  const chosen = choice === undefined ? {} : { choice };
  const reading = loadManifest(path, {
    strictness,
    cwd,
    overrides,
    scaled: live.scaled,
    ...chosen,
  });
  return await Promise.race([reading.then(readable, () => null), tooLate]);
}

/** For a manifest that cannot be used now: what runs is what it says, and it cannot be scaled. */
function standIn(plan: Plan): ReadManifest {
  const counts = new Map<string, number>();
  for (const { program } of plansInOrder(plan)) counts.set(program, (counts.get(program) ?? 0) + 1);
  return { plan: null, problems: [], counts, rescaled: () => null };
}
