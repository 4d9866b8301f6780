// Stop: a graceful stop of a hundred programs that end at once when asked.
import { delay } from "../measure/clock.ts";
import type { Figure } from "../results.ts";
import { Session } from "../session.ts";
import { oneByOne, type Scenario } from "./scenario.ts";

const COUNT = 100;
/** All of them count as started then. */
const UP_MS = 2000;

const figure: Figure = { key: "stop-100", label: "graceful stop of 100", unit: "ms", digits: 0 };

export const stopHundred: Scenario = {
  name: "stop-100",
  figures: [figure],
  maxRounds: 2,
  hasLimit: false,
  round: (bench, peers, results) =>
    oneByOne(stopHundred, peers, results, async (peer) => {
      await using session = new Session(bench, peer, { fixture: "sleeps", count: COUNT });
      await session.waitForMarks(COUNT);
      await delay(UP_MS);
      results.add(figure, peer.name, await session.stop());
    }),
};
