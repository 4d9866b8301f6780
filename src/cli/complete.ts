// What could stand in place of the last word of a command line: pure, but for the names of programs.
import { SIGNAL_NAMES } from "../base/signals.ts";
import type { CommandSpec } from "./command_spec.ts";
import type { Completion } from "./completion_kind.ts";
import type { OptionSpec } from "./options.ts";

/** A word and what it is. */
export type Candidate = readonly [word: string, about: string];

export interface Completions {
  readonly candidates: readonly Candidate[];
  /** Names of files are wanted, too. */
  readonly files: boolean;
  /** Names of programs are wanted, too. */
  readonly programs: boolean;
  /** Names of overlays are wanted. */
  readonly environments: boolean;
}

const NOTHING: Completions = {
  candidates: [],
  files: false,
  programs: false,
  environments: false,
};

/** `words` are those after `runner`; the last is the one that is being typed, perhaps empty. */
export function completionsFor(
  words: readonly string[],
  commands: readonly CommandSpec[],
): Completions {
  const typed = words.at(-1) ?? "";
  const [name, ...before] = words.slice(0, -1);
  if (name === undefined) return starting(commandNames(commands, typed), typed);
  const spec = commands.find((one) => one.name === name || one.aliases?.includes(name));
  if (spec === undefined) return NOTHING;
  const { pending, count, isOver } = readBefore(before, spec.options);
  if (pending !== null) return offer(pending.takes ?? "nothing", typed, commands);
  if (typed.startsWith("-") && !isOver) return starting(optionNames(spec.options, before), typed);
  const takes = spec.takes ?? [];
  return offer(takes[Math.min(count, takes.length - 1)] ?? "nothing", typed, commands);
}

interface Before {
  /** The option whose value is being typed. */
  readonly pending: OptionSpec | null;
  /** Words so far that are no options. */
  readonly count: number;
  /** A `--` has ended the options. */
  readonly isOver: boolean;
}

function readBefore(words: readonly string[], options: readonly OptionSpec[]): Before {
  let pending: OptionSpec | null = null;
  let count = 0;
  let isOver = false;
  for (const word of words) {
    if (pending !== null) {
      pending = null;
    } else if (isOver || !word.startsWith("-") || /^-(\d+)?$/.test(word)) {
      count++;
    } else if (word === "--") {
      isOver = true;
    } else {
      const option = options.find(({ name, letter }) =>
        word === `--${name}` || word === `-${letter}`
      );
      if (option?.value !== undefined) pending = option;
    }
  }
  return { pending, count, isOver };
}

function offer(kind: Completion, typed: string, commands: readonly CommandSpec[]): Completions {
  switch (kind) {
    case "programs":
      return { ...NOTHING, programs: true };
    case "programs-or-manifests":
      return { ...NOTHING, programs: true, files: true };
    case "manifests":
    case "files":
      return { ...NOTHING, files: true };
    case "environments":
      return { ...NOTHING, environments: true };
    case "signals":
      return starting(SIGNAL_NAMES.map((name): Candidate => [name, ""]), typed.toUpperCase());
    case "shells":
      return starting(["bash", "zsh", "fish"].map((name): Candidate => [name, ""]), typed);
    case "commands":
      return starting(commandNames(commands, typed), typed);
    case "nothing":
      return NOTHING;
  }
}

/** An alias is only offered to who has begun to type it. */
function commandNames(commands: readonly CommandSpec[], typed: string): readonly Candidate[] {
  return commands.filter(({ chapter }) => chapter !== "hidden").flatMap((spec) => {
    const aliases = typed === "" || spec.name.startsWith(typed) ? [] : spec.aliases ?? [];
    return [spec.name, ...aliases].map((name): Candidate => [name, spec.summary]);
  });
}

/** None that was given already. */
function optionNames(
  options: readonly OptionSpec[],
  given: readonly string[],
): readonly Candidate[] {
  return options.filter(({ isHidden }) => isHidden !== true)
    .map(({ name, help }): Candidate => [`--${name}`, help])
    .filter(([word]) => !given.includes(word));
}

function starting(candidates: readonly Candidate[], typed: string): Completions {
  return { ...NOTHING, candidates: candidates.filter(([word]) => word.startsWith(typed)) };
}

/** What there is to name: groups of several by their own name, their processes once a colon is typed. */
export function programNames(
  processes: readonly { readonly group: string; readonly shown: string; readonly state: string }[],
  typed: string,
): readonly Candidate[] {
  const isPair = typed.includes(":");
  const names = new Map<string, string>();
  for (const { group, shown, state } of processes) {
    if (isPair || shown === group) names.set(shown, state);
    else names.set(group, "group");
  }
  if (!isPair && processes.length > 0) names.set("all", "every program");
  return [...names].filter(([name]) => name.startsWith(typed));
}
