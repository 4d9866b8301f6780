// Boot: from the start of the supervisor to the first instruction of the last program.
import type { Peer } from "../peers/peer.ts";
import { atMost, type Figure, type Target } from "../results.ts";
import { type Bench, Session } from "../session.ts";
import { oneByOne, type Scenario } from "./scenario.ts";

/** Short ones vary more: they are done several times a round. */
const TIMES_OF_ONE = 5;

export const bootOne = bootOf(1, atMost(80));
export const bootFifty = bootOf(50);
export const bootTwoHundred = bootOf(200, atMost(800));

function bootOf(count: number, target?: Target): Scenario {
  const figure: Figure = {
    key: `boot-${count}`,
    label: `boot of ${count}`,
    unit: "ms",
    digits: 0,
    ...(target === undefined ? {} : { target }),
  };
  const scenario: Scenario = {
    name: figure.key,
    figures: [figure],
    hasLimit: true,
    round: (bench, peers, results) =>
      oneByOne(scenario, peers, results, async (peer) => {
        for (let times = count === 1 ? TIMES_OF_ONE : 1; times > 0; times--) {
          results.add(figure, peer.name, await boot(bench, peer, count));
        }
      }),
  };
  return scenario;
}

async function boot(bench: Bench, peer: Peer, count: number): Promise<number> {
  await using session = new Session(bench, peer, { fixture: "sleeps", count });
  const last = (await session.waitForMarks(count)).at(-1);
  return (last?.atMs ?? NaN) - session.startedAtMs;
}
