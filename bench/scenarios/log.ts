// Logs: a program writes as fast as it can, through rotation at 50 MiB; the limit is `program | cat > file`.
import { delay, monotonicMs, waitFor } from "../measure/clock.ts";
import { bytesBelow } from "../measure/files.ts";
import { cpuSeconds } from "../measure/usage.ts";
import { LIMIT } from "../peers/limit.ts";
import type { Peer } from "../peers/peer.ts";
import { atMost, type Figure, OURS, type Target } from "../results.ts";
import { type Bench, Session } from "../session.ts";
import { oneByOne, type Scenario } from "./scenario.ts";

const MIB = 1024 * 1024;
/** How much longer than `program | cat > file` we may take. */
const LIMIT_FACTOR = 1.25;
/** After the last write: how long the files may stand still before we say that the rest is lost. */
const STILL_MS = 2000;
const POLL_MS = 10;

interface Output {
  readonly key: string;
  readonly label: string;
  readonly totalMiB: number;
  /** Bytes of one write. */
  readonly chunk: number;
  /** Bytes of one line; divides the chunk. */
  readonly line: number;
}

export const logChunks = logOf({
  key: "log-64k",
  label: "1 GiB in 64 KiB writes",
  totalMiB: 1024,
  chunk: 64 * 1024,
  line: 128,
});

// A tenth as much as the other, or the rounds get too long: every line is a system call.
export const logLines = logOf({
  key: "log-lines",
  label: "128 MiB in lines of 100 bytes, a write each",
  totalMiB: 128,
  chunk: 100,
  line: 100,
});

function logOf(output: Output): Scenario {
  const { key, label } = output;
  const rate: Figure = {
    key: `${key}-rate`,
    label,
    unit: "MiB/s",
    digits: 0,
    target: fasterThanPeers(),
  };
  const cpu: Figure = {
    key: `${key}-cpu`,
    label: "  CPU of the supervisor",
    unit: "s/GiB",
    digits: 2,
  };
  const lost: Figure = {
    key: `${key}-lost`,
    label: "  bytes lost",
    unit: "B",
    digits: 0,
    target: atMost(0, "0"),
  };
  const scenario: Scenario = {
    name: key,
    figures: [rate, cpu, lost],
    hasLimit: true,
    round: (bench, peers, results) =>
      oneByOne(scenario, peers, results, async (peer) => {
        const { seconds, bytes, cpuUsed } = await write(bench, peer, output);
        results.add(rate, peer.name, bytes / MIB / seconds);
        results.add(cpu, peer.name, cpuUsed / (output.totalMiB / 1024));
        results.add(lost, peer.name, bytesOf(output) - bytes);
        if (peer.name === "PM2") results.excuse(rate, peer.name, "does not rotate");
      }),
  };
  return scenario;
}

/** Whole lines only: some keep back the rest of a line until its end comes. */
function bytesOf({ totalMiB, line }: Output): number {
  return Math.floor(totalMiB * MIB / line) * line;
}

async function write(bench: Bench, peer: Peer, output: Output) {
  const total = bytesOf(output);
  const words = [total, output.chunk, output.line].map(String);
  const args = (folder: string) => [`${folder}/go`, ...words];
  await using session = new Session(bench, peer, { fixture: "writes", args, count: 1 });
  await session.waitForMarks(1);
  await delay(1000); // the work of its own start is over then
  const pids = session.supervisorPids();
  const cpuBefore = cpuSeconds(pids);
  Deno.writeTextFileSync(`${session.folder}/go`, "");
  const { bytes, completeAtMs } = await watch(session, total);
  const [, begin] = session.marks.read();
  return {
    bytes,
    seconds: (completeAtMs - (begin?.atMs ?? NaN)) / 1000,
    cpuUsed: cpuSeconds(pids) - cpuBefore,
  };
}

/** Waits until all is on disk, or until nothing more comes. */
async function watch(session: Session, total: number) {
  let [bytes, grownAtMs] = [0, monotonicMs()];
  const look = () => {
    const hasEnded = session.marks.count >= 3;
    const now = bytesBelow(session.logs);
    if (now !== bytes) [bytes, grownAtMs] = [now, monotonicMs()];
    return hasEnded && (bytes === total || monotonicMs() - grownAtMs > STILL_MS);
  };
  await waitFor(look, { what: "the output on disk", withinMs: 180_000, everyMs: POLL_MS });
  const endedAtMs = session.marks.read().at(-1)?.atMs ?? NaN;
  // Within one look after the last write it was there in time: the look is what came late.
  const completeAtMs = grownAtMs - endedAtMs < 2 * POLL_MS ? endedAtMs : grownAtMs;
  return { bytes, completeAtMs };
}

function fasterThanPeers(): Target {
  return {
    text: `> peers, ≥ cat/${LIMIT_FACTOR}`,
    isMet(medianOf) {
      const [ours, limit] = [medianOf(OURS), medianOf(LIMIT)];
      if (ours === undefined || limit === undefined) return undefined;
      const peers = ["supervisord", "PM2", "runit", "s6"].flatMap((name) => medianOf(name) ?? []);
      return ours > Math.max(0, ...peers) && ours >= limit / LIMIT_FACTOR;
    },
  };
}
