// Crash loop: a program that fails at once, for ever, with the supervisor told never to give up.
import { delay, monotonicMs } from "../measure/clock.ts";
import { cpuSecondsWithWaited } from "../measure/usage.ts";
import { atMost, type Figure } from "../results.ts";
import { Session } from "../session.ts";
import { oneByOne, type Scenario } from "./scenario.ts";

const SETTLE_MS = 500;
const WINDOW_MS = 6000;

const starts: Figure = {
  key: "crash-starts",
  label: "crash loop: starts per second",
  unit: "1/s",
  digits: 2,
};
const cpu: Figure = {
  key: "crash-cpu",
  label: "  CPU, with the children's",
  unit: "% of a core",
  digits: 2,
  target: atMost(1),
};

export const crashLoop: Scenario = {
  name: "crash-loop",
  figures: [starts, cpu],
  maxRounds: 2,
  hasLimit: false,
  round: (bench, peers, results) =>
    oneByOne(crashLoop, peers, results, async (peer) => {
      await using session = new Session(bench, peer, {
        fixture: "exits",
        count: 1,
        isFailing: true,
      });
      await session.waitForMarks(1);
      await delay(SETTLE_MS);
      const pids = session.supervisorPids();
      const [atMs, marks, seconds] = [
        monotonicMs(),
        session.marks.count,
        cpuSecondsWithWaited(pids),
      ];
      await delay(WINDOW_MS);
      const windowSeconds = (monotonicMs() - atMs) / 1000;
      results.add(starts, peer.name, (session.marks.count - marks) / windowSeconds);
      results.add(cpu, peer.name, 100 * (cpuSecondsWithWaited(pids) - seconds) / windowSeconds);
    }),
};
