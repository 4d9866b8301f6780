// Exec: what an init of one command costs: time until the command runs, memory while it runs.
import { monotonicMs, waitFor } from "../measure/clock.ts";
import { Marks } from "../measure/marks.ts";
import { memoryOf } from "../measure/usage.ts";
import { ask } from "../peers/peer.ts";
import { atMost, type Figure, OURS } from "../results.ts";
import type { Bench } from "../session.ts";
import { oneByOne, type Scenario } from "./scenario.ts";

const RUNS = 9;

/** An init of one command. tini and dumb-init are no supervisors: they have lines, not columns. */
interface Init {
  readonly name: string;
  readonly words: (runner: string) => readonly string[];
}

const INITS: readonly Init[] = [
  { name: "runner exec", words: (runner) => [runner, "exec", "--"] },
  { name: "tini", words: () => ["tini", "-s", "--"] },
  { name: "dumb-init", words: () => ["dumb-init", "--"] },
];

const LINES = INITS.map((init) => {
  const isOurs = init.name === "runner exec";
  const first: Figure = {
    key: `${init.name}-first`,
    label: `${init.name}: to the command's first instruction`,
    unit: "ms",
    digits: 1,
    ...(isOurs ? { target: atMost(60) } : {}),
  };
  const memory: Figure = {
    key: `${init.name}-memory`,
    label: "  resident memory while it waits",
    unit: "MiB",
    digits: 2,
    ...(isOurs ? { target: atMost(1) } : {}),
  };
  return { init, first, memory };
});

export const exec: Scenario = {
  name: "exec",
  figures: LINES.flatMap(({ first, memory }) => [first, memory]),
  hasLimit: false,
  round: (bench, peers, results) =>
    oneByOne(exec, peers, results, async ({ name, client }) => {
      for (const { init, first, memory } of LINES) {
        const words = init.words(client?.[0] ?? "");
        const isMissing = await ask([words[0] ?? "", "--version"]) === undefined;
        if (name !== OURS || isMissing) {
          for (const figure of [first, memory]) results.excuse(figure, name, "none");
          continue;
        }
        for (let run = 0; run < RUNS; run++) {
          const took = await measure(bench, words);
          results.add(first, name, took.firstMs);
          results.add(memory, name, took.residentMiB);
        }
      }
    }),
};

async function measure(bench: Bench, init: readonly string[]) {
  const folder = Deno.makeTempDirSync({ dir: bench.folder });
  const marks = new Marks(`${folder}/marks`, bench.fixtures);
  const [file = "", ...args] = [...init, bench.fixtures.path("sleeps"), marks.path];
  const begunAtMs = monotonicMs();
  const child = new Deno.Command(file, { args, stdin: "null", stdout: "null", stderr: "null" })
    .spawn();
  await waitFor(() => marks.count > 0, { what: "the mark", withinMs: 5000, everyMs: 1 });
  const firstMs = (marks.read()[0]?.atMs ?? NaN) - begunAtMs;
  const { residentMiB } = memoryOf([child.pid]);
  child.kill("SIGTERM");
  await child.status;
  return { firstMs, residentMiB };
}
