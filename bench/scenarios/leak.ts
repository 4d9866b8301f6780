// Memory cap: how far a leaking program comes before it is stopped.
import { waitFor } from "../measure/clock.ts";
import { isRunning } from "../measure/proc.ts";
import { atMost, type Figure } from "../results.ts";
import { Session } from "../session.ts";
import { oneByOne, type Scenario } from "./scenario.ts";

const CAP_MIB = 200;
const STEP_MIB = 20;
const EVERY_MS = 100;
/** The program stops growing here, for the sake of the machine. */
const LIMIT_MIB = 2048;

const figure: Figure = {
  key: "leak",
  label: `peak of a leak, cap ${CAP_MIB} MiB`,
  unit: "MiB",
  digits: 0,
  target: atMost(1.15 * CAP_MIB, `≤ ${Math.round(1.15 * CAP_MIB)}`),
};

export const leak: Scenario = {
  name: "leak",
  maxRounds: 2,
  figures: [figure],
  hasLimit: false,
  round: (bench, peers, results) =>
    oneByOne(leak, peers, results, async (peer) => {
      if (!peer.hasMemoryCap) return results.excuse(figure, peer.name, "no cap");
      await using session = new Session(bench, peer, {
        fixture: "leaks",
        args: () => [STEP_MIB, EVERY_MS, LIMIT_MIB].map(String),
        count: 1,
        memoryCapMiB: CAP_MIB,
      });
      const [first] = await session.waitForMarks(1);
      const pid = first?.pid ?? 0;
      const taken = () => session.marks.read().filter((mark) => mark.pid === pid).length - 1;
      await waitFor(() => !isRunning(pid) || taken() >= LIMIT_MIB, {
        what: "the end of the leak",
        withinMs: 30_000,
        everyMs: 50,
      });
      results.add(figure, peer.name, Math.min(taken(), LIMIT_MIB));
      if (isRunning(pid)) results.excuse(figure, peer.name, "not stopped in time");
    }),
};
