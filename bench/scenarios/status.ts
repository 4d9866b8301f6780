// Status: run time of the client that lists all programs, with 100 and 1,000 of them.
import { delay } from "../measure/clock.ts";
import { cpuSecondsOfThreads } from "../measure/usage.ts";
import { atMost, type Figure } from "../results.ts";
import { Session } from "../session.ts";
import { oneByOne, type Scenario } from "./scenario.ts";

const RUNS = 7;
/** After the last start, so that programs are up and the supervisor has nothing else to do. */
const SETTLE_MS = 3000;
const IDLE_MS = 5000;
/** Who needs a process of its own for each of a thousand programs is left out. */
const MANY = 1000;

export const statusHundred = statusOf(100, 60);
export const statusThousand = statusOf(MANY, 150);

function statusOf(count: number, targetMs: number): Scenario {
  const time: Figure = {
    key: `status-${count}`,
    label: `status of ${count} programs`,
    unit: "ms",
    digits: 0,
    target: atMost(targetMs),
  };
  const cpu: Figure = {
    key: `status-${count}-cpu`,
    label: "  CPU between two, idle",
    unit: "% of a core",
    digits: 2,
    target: atMost(3),
  };
  const scenario: Scenario = {
    name: `status-${count}`,
    figures: count === MANY ? [time, cpu] : [time],
    maxRounds: count === MANY ? 1 : 3,
    hasLimit: false,
    round: (bench, peers, results) =>
      oneByOne(scenario, peers, results, async (peer) => {
        if (count === MANY && !["runner", "supervisord"].includes(peer.name)) {
          for (const figure of scenario.figures) results.excuse(figure, peer.name, "left out");
          return;
        }
        await using session = new Session(bench, peer, { fixture: "sleeps", count });
        const { status } = session.launch;
        if (status === undefined) {
          for (const figure of scenario.figures) results.excuse(figure, peer.name, "none");
          return;
        }
        await session.waitForMarks(count);
        await delay(SETTLE_MS);
        for (let run = 0; run < RUNS; run++) {
          results.add(time, peer.name, await session.time(status));
        }
        if (count === MANY) results.add(cpu, peer.name, await idleShare(session));
      }),
  };
  return scenario;
}

async function idleShare(session: Session): Promise<number> {
  const pids = session.supervisorPids();
  const before = cpuSecondsOfThreads(pids);
  await delay(IDLE_MS);
  return 100_000 * (cpuSecondsOfThreads(pids) - before) / IDLE_MS;
}
