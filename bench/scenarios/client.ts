// Client: what the start of the command line costs, with nobody asked; the limit is an empty program on our runtime.
import { Enclosure } from "../enclosure.ts";
import { monotonicMs } from "../measure/clock.ts";
import { atMost, type Figure } from "../results.ts";
import { oneByOne, type Scenario } from "./scenario.ts";

const RUNS = 7;

const figure: Figure = {
  key: "client",
  label: "client: print the version",
  unit: "ms",
  digits: 0,
  target: atMost(50),
};

export const client: Scenario = {
  name: "client",
  figures: [figure],
  hasLimit: true,
  round: (bench, peers, results) =>
    oneByOne(client, peers, results, async ({ name, client: command }) => {
      if (command === undefined) return results.excuse(figure, name, "none");
      const [file = "", ...args] = command;
      // One of them leaves a daemon behind.
      await using enclosure = new Enclosure(bench.folder);
      const env = enclosure.environment;
      for (let run = 0; run < RUNS; run++) {
        const atMs = monotonicMs();
        await new Deno.Command(file, { args, env, clearEnv: true, stdin: "null" }).output();
        results.add(figure, name, monotonicMs() - atMs);
      }
    }),
};
