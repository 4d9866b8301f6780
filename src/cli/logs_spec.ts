// The words, options and help of `runner logs`.
import type { CommandSpec } from "./command_spec.ts";
import type { OptionSpec } from "./options.ts";

const OPTIONS: readonly OptionSpec[] = [
  { name: "follow", letter: "f", help: "Go on with what is written from now on, until Ctrl-C" },
  {
    name: "lines",
    letter: "n",
    value: "N",
    help: "The last N lines of each log, or all (20 when nothing else says how many)",
  },
  {
    name: "since",
    value: "TIME",
    help: "Only what was written since: 90s, 10m, 2h, or 2026-11-21 09:30",
  },
  {
    name: "grep",
    value: "PATTERN",
    help: "Only lines that a JavaScript regular expression matches",
  },
  { name: "stdout", help: "Only stdout" },
  { name: "stderr", help: "Only stderr" },
  { name: "time", letter: "t", help: "Put the time in front of each line, where it is known" },
  { name: "raw", help: "Lines as they are, without names and marks" },
  { name: "json", help: "One JSON object a line" },
  { name: "self", help: "The runner's own log" },
  { name: "nostream", help: "Do not follow, as PM2 says it", isHidden: true },
  { name: "out", help: "Only stdout, as PM2 says it", isHidden: true },
  { name: "err", help: "Only stderr, as PM2 says it", isHidden: true },
];

/** The command; `shared` are the options of all commands that talk to a runner. */
export function logsCommand(shared: readonly OptionSpec[]): CommandSpec {
  return {
    name: "logs",
    aliases: ["log", "tail"],
    chapter: "look",
    usage: "runner logs [NAME…] [OPTIONS]",
    summary: "Show what programs have written, and what they write",
    options: [...OPTIONS, ...shared],
    example: "runner logs web worker -f --since 10m",
    takes: ["programs"],
    run: async (line) => (await import("./logs.ts")).logs(line),
  };
}
