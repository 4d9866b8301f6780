// Runs other supervisors and ours on the same work, in turns, and prints what each of them took.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { killAllEnclosed } from "./enclosure.ts";
import { buildFixtures } from "./fixtures.ts";
import { monotonicMs } from "./measure/clock.ts";
import type { Candidate, Peer } from "./peers/peer.ts";
import { LIMIT, limit } from "./peers/limit.ts";
import { pm2 } from "./peers/pm2.ts";
import { runit } from "./peers/runit.ts";
import { runner } from "./peers/runner.ts";
import { s6 } from "./peers/s6.ts";
import { supervisord } from "./peers/supervisord.ts";
import { formatRemarks, formatTable, toJson } from "./report.ts";
import { Results } from "./results.ts";
import { SCENARIOS } from "./scenarios/all.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import type { Bench } from "./session.ts";

const USAGE = `usage: deno run -A bench/main.ts [OPTION…]
  --rounds N       rounds (3)
  --only NAME,…    scenarios that begin so: ${SCENARIOS.map(({ name }) => name).join(" ")}
  --peers NAME,…   columns: runner supervisord PM2 runit s6 limit
  --json FILE      write every sample too
  --runner PATH    the binary of ours (dist/runner)
  --verbose        show what the supervisors say`;

const OPTIONS = {
  rounds: { type: "string", default: "3" },
  only: { type: "string" },
  peers: { type: "string" },
  json: { type: "string" },
  runner: { type: "string", default: fileURLToPath(new URL("../dist/runner", import.meta.url)) },
  verbose: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) {
    console.error(USAGE);
    return 2;
  }
  const folder = await Deno.makeTempDir({ prefix: "bench-" });
  const stop = () => {
    killAllEnclosed();
    Deno.removeSync(folder, { recursive: true });
    Deno.exit(130);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, stop);
  try {
    await compare(folder, options);
    return 0;
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

interface Options {
  readonly rounds: number;
  readonly scenarios: readonly Scenario[];
  readonly runner: string;
  readonly peers: string | undefined;
  readonly json: string | undefined;
  readonly isVerbose: boolean;
}

/** Gives nothing where the usage is to be shown. */
function readOptions(args: string[]): Options | undefined {
  const values = readValues(args);
  if (values === undefined || values.help) return undefined;
  const { runner, peers, json, verbose: isVerbose } = values;
  const rounds = Number(values.rounds);
  const scenarios = select(SCENARIOS, values.only);
  if (!Number.isInteger(rounds) || rounds < 1 || scenarios.length === 0) return undefined;
  return { rounds, scenarios, runner, peers, json, isVerbose };
}

function readValues(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(`bench: ${error.message}`);
    return undefined;
  }
}

/** Keeps those whose names begin with one of the words. */
function select<T extends { readonly name: string }>(all: readonly T[], words: string | undefined) {
  const starts = words?.split(",").map((word) => word.trim().toLowerCase());
  return all.filter(({ name }) =>
    starts === undefined || starts.some((start) => name.toLowerCase().startsWith(start))
  );
}

async function compare(folder: string, options: Options): Promise<void> {
  const fixtures = await buildFixtures(folder);
  if (fixtures.isWallClock) console.error("no C compiler: programs in sh, times 1 to 3 ms longer");
  const bench = { folder, fixtures, isVerbose: options.isVerbose };
  const candidates = [runner(options.runner), supervisord, pm2, runit, s6, limit(folder)];
  const peers = await findPeers(select(candidates, options.peers));
  const results = new Results();
  const begunAtMs = monotonicMs();
  for (let round = 0; round < options.rounds; round++) {
    await runRound(bench, { round, peers, results, scenarios: options.scenarios });
    const seconds = Math.round((monotonicMs() - begunAtMs) / 1000);
    console.error(`round ${round + 1} of ${options.rounds} done after ${seconds} s`);
  }
  const figures = options.scenarios.flatMap((scenario) => scenario.figures);
  const columns = peers.map((peer) => peer.name);
  console.log(formatTable(figures, columns, results));
  const remarks = formatRemarks(figures, columns, results);
  if (remarks !== "") console.log(`\n* ${remarks.replaceAll("\n", "\n* ")}`);
  if (options.json !== undefined) {
    const versions = Object.fromEntries(peers.map(({ name, version }) => [name, version]));
    const report = { rounds: options.rounds, versions, figures: toJson(figures, columns, results) };
    Deno.writeTextFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  }
}

async function findPeers(candidates: readonly Candidate[]): Promise<Peer[]> {
  const peers: Peer[] = [];
  for (const candidate of candidates) {
    const found = await candidate.find();
    if (typeof found === "string") {
      console.error(`skipping ${candidate.name}: ${found}`);
    } else {
      console.error(`${found.name} ${found.version}`.trimEnd());
      peers.push(found);
    }
  }
  return peers;
}

interface Round {
  readonly round: number;
  readonly peers: readonly Peer[];
  readonly results: Results;
  readonly scenarios: readonly Scenario[];
}

/** Runs every scenario once; each round begins with another peer. */
async function runRound(bench: Bench, { round, peers, results, scenarios }: Round): Promise<void> {
  const first = round % Math.max(1, peers.length);
  const turned = [...peers.slice(first), ...peers.slice(0, first)];
  for (const scenario of scenarios) {
    if (round >= (scenario.maxRounds ?? Infinity)) continue;
    const begunAtMs = monotonicMs();
    const taking = turned.filter(({ name }) => scenario.hasLimit || name !== LIMIT);
    await scenario.round(bench, taking, results);
    console.error(`  ${scenario.name}: ${((monotonicMs() - begunAtMs) / 1000).toFixed(0)} s`);
  }
}
