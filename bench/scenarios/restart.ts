// Restart: from SIGKILL of a child to the first instruction of its replacement.
import { delay, monotonicMs, waitFor } from "../measure/clock.ts";
import { atMost, type Figure } from "../results.ts";
import { Session } from "../session.ts";
import { oneByOne, type Scenario } from "./scenario.ts";

const CHILDREN = 20;
/** Longer than every start time after which a death counts as one of a program that ran well. */
const UP_MS = 2000;
/** Between two kills, so that one restart is not measured into the next. */
const GAP_MS = 100;
/** Who takes a second for each gets fewer samples. */
const BUDGET_MS = 4000;

const figure: Figure = {
  key: "restart",
  label: "kill -9 to replacement",
  unit: "ms",
  digits: 1,
  target: atMost(6),
};

export const restart: Scenario = {
  name: "restart",
  figures: [figure],
  hasLimit: true,
  round: (bench, peers, results) =>
    oneByOne(restart, peers, results, async (peer) => {
      await using session = new Session(bench, peer, { fixture: "sleeps", count: CHILDREN });
      const marks = await session.waitForMarks(CHILDREN);
      await delay(UP_MS);
      const deadline = monotonicMs() + BUDGET_MS;
      for (const { pid } of marks) {
        if (monotonicMs() > deadline) break;
        results.add(figure, peer.name, await timeToReplace(session, pid));
        await delay(GAP_MS);
      }
    }),
};

async function timeToReplace({ marks }: Session, pid: number): Promise<number> {
  const before = marks.count;
  const killedAtMs = monotonicMs();
  Deno.kill(pid, "SIGKILL");
  const what = "the replacement";
  await waitFor(() => marks.count > before, { what, withinMs: 10_000, everyMs: 2 });
  return (marks.read().at(-1)?.atMs ?? NaN) - killedAtMs;
}
