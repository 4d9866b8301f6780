// Scripts: what a worker of JavaScript or TypeScript costs, beside node and deno: time to its first line, memory.
import { monotonicMs } from "../measure/clock.ts";
import { memoryOf } from "../measure/usage.ts";
import { ask } from "../peers/peer.ts";
import { atMost, type Figure, OURS } from "../results.ts";
import type { Bench } from "../session.ts";
import { oneByOne, type Scenario } from "./scenario.ts";

const RUNS = 9;

/** The same worker in both languages: says a line and waits. */
const TEXTS: Readonly<Record<string, string>> = {
  "worker.mjs": `console.log("first");\nsetInterval(() => {}, 60_000);\n`,
  "worker.ts":
    `const line: string = "first";\nconsole.log(line);\nsetInterval(() => {}, 60_000);\n`,
};

/** What runs a script. node and deno are no supervisors: they have lines, not columns. */
interface Runtime {
  readonly name: string;
  readonly file: string;
  readonly words: (runner: string) => readonly string[];
}

const RUNTIMES: readonly Runtime[] = [
  { name: "script.ts", file: "worker.ts", words: (runner) => [runner, "__script"] },
  { name: "script.mjs", file: "worker.mjs", words: (runner) => [runner, "__script"] },
  { name: "node, .mjs", file: "worker.mjs", words: () => ["node"] },
  { name: "deno run, .ts", file: "worker.ts", words: () => [Deno.execPath(), "run", "-A"] },
];

const LINES = RUNTIMES.map((runtime) => {
  const isOurs = runtime.name.startsWith("script");
  const first: Figure = {
    key: `${runtime.name}-first`,
    label: `${runtime.name}: to its first line`,
    unit: "ms",
    digits: 1,
    ...(isOurs ? { target: atMost(60) } : {}),
  };
  const memory: Figure = {
    key: `${runtime.name}-memory`,
    label: "  resident memory while it waits",
    unit: "MiB",
    digits: 1,
  };
  return { runtime, first, memory };
});

export const script: Scenario = {
  name: "script",
  figures: LINES.flatMap(({ first, memory }) => [first, memory]),
  hasLimit: false,
  round: (bench, peers, results) =>
    oneByOne(script, peers, results, async ({ name, client }) => {
      for (const { runtime, first, memory } of LINES) {
        const words = runtime.words(client?.[0] ?? "");
        const isMissing = await ask([words[0] ?? "", "--version"]) === undefined;
        if (name !== OURS || isMissing) {
          for (const figure of [first, memory]) results.excuse(figure, name, "none");
          continue;
        }
        for (let run = 0; run < RUNS; run++) {
          const took = await measure(bench, words, runtime.file);
          results.add(first, name, took.firstMs);
          results.add(memory, name, took.residentMiB);
        }
      }
    }),
};

async function measure(bench: Bench, words: readonly string[], name: string) {
  const folder = Deno.makeTempDirSync({ dir: bench.folder });
  Deno.writeTextFileSync(`${folder}/${name}`, TEXTS[name] ?? "");
  const [file = "", ...args] = [...words, `${folder}/${name}`];
  const begunAtMs = monotonicMs();
  await using child = new Deno.Command(file, {
    args,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  const firstMs = monotonicMs() - begunAtMs;
  const { residentMiB } = memoryOf([child.pid]);
  await reader.cancel();
  return { firstMs, residentMiB };
}
