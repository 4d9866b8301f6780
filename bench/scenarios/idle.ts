// Idle: memory and CPU of the supervisor while its programs do nothing.
import { delay, monotonicMs } from "../measure/clock.ts";
import { cpuSecondsOfThreads, memoryOf } from "../measure/usage.ts";
import type { Peer } from "../peers/peer.ts";
import { atMost, type Figure, type Results, type Target } from "../results.ts";
import { type Bench, Session } from "../session.ts";
import { oneByOne, type Scenario } from "./scenario.ts";

/** After the last start: timers of the start have run out then. */
const SETTLE_MS = 5000;
const WINDOW_MS = 10_000;

export const idleOne = idleOf(1);
export const idleHundred = idleOf(100, atMost(0.5));

interface Figures {
  readonly resident: Figure;
  readonly private: Figure;
  readonly anonymous: Figure;
  readonly cpu: Figure;
}

/** All peers idle at the same time: they do not disturb each other, and the rounds are shorter. */
function idleOf(count: number, cpuTarget?: Target): Scenario {
  const figures = figuresOf(count, cpuTarget);
  const scenario: Scenario = {
    name: `idle-${count}`,
    figures: Object.values(figures),
    maxRounds: 2,
    hasLimit: false,
    async round(bench, peers, results) {
      await using sessions = new AsyncDisposableStack();
      const running = new Map<Peer, Session>();
      await oneByOne(scenario, peers, results, async (peer) => {
        running.set(peer, sessions.use(await start(bench, peer, count)));
      });
      await delay(SETTLE_MS);
      await observe(running, figures, results);
    },
  };
  return scenario;
}

async function start(bench: Bench, peer: Peer, count: number): Promise<Session> {
  await using sessions = new AsyncDisposableStack();
  const session = sessions.use(new Session(bench, peer, { fixture: "sleeps", count }));
  await session.waitForMarks(count);
  sessions.move();
  return session;
}

async function observe(running: ReadonlyMap<Peer, Session>, figures: Figures, results: Results) {
  const readings = [...running].map(([peer, session]) => {
    const pids = session.supervisorPids();
    return { peer, pids, atMs: monotonicMs(), seconds: cpuSecondsOfThreads(pids) };
  });
  await delay(WINDOW_MS);
  for (const { peer: { name }, pids, atMs, seconds } of readings) {
    const used = cpuSecondsOfThreads(pids) - seconds;
    results.add(figures.cpu, name, 100_000 * used / (monotonicMs() - atMs));
    const memory = memoryOf(pids);
    results.add(figures.resident, name, memory.residentMiB);
    results.add(figures.private, name, memory.privateMiB);
    results.add(figures.anonymous, name, memory.anonymousMiB);
  }
}

function figuresOf(count: number, cpuTarget?: Target): Figures {
  const memory = { unit: "MiB", digits: 1 };
  const target = cpuTarget === undefined ? {} : { target: cpuTarget };
  return {
    resident: { key: `idle-${count}-rss`, label: `idle with ${count}: resident`, ...memory },
    private: { key: `idle-${count}-private`, label: "  private, with pages of files", ...memory },
    // Unchanged pages of our own binary go when memory is short, and are shared with a second instance.
    anonymous: {
      key: `idle-${count}-anonymous`,
      label: "  private, without",
      ...memory,
      target: atMost(30),
    },
    cpu: { key: `idle-${count}-cpu`, label: "  CPU", unit: "% of a core", digits: 3, ...target },
  };
}
