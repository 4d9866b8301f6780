// Metrics in the text format of Prometheus, read strictly: a line that is not understood fails the test.

/** Name, labels, value. */
export type Sample = readonly [string, Readonly<Record<string, string>>, number];

export interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: Sample[];
}

export function parseMetrics(text: string): readonly ParsedFamily[] {
  const families: ParsedFamily[] = [];
  let help = "";
  for (const line of text.replace(/\n$/, "").split("\n")) {
    const [, word, name = "", rest = ""] = /^# (HELP|TYPE) (\w+) (.*)$/.exec(line) ?? [];
    if (word === "HELP") help = rest;
    else if (word === "TYPE") families.push({ name, type: rest, help, samples: [] });
    else families.at(-1)?.samples.push(sampleOf(line));
  }
  return families;
}

function sampleOf(line: string): Sample {
  const [all, name = "", labels = "", value = ""] =
    /^(\w+)(?:\{((?:\w+="(?:[^"\\\n]|\\["\\n])*",?)+)\})? (\S+)$/.exec(line) ?? [];
  if (all === undefined || !Number.isFinite(Number(value))) throw new Error(`no sample: ${line}`);
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\\n]|\\["\\n])*)"/g)].map((
    [, key = "", text = ""],
  ): [string, string] => [key, text.replace(/\\(.)/g, (_, c) => c === "n" ? "\n" : c)]);
  return [name, Object.fromEntries(pairs), Number(value)];
}
