// The table of commands: everything `runner` understands, with its help. Commands are loaded when they are run.
import type { CommandSpec } from "./command_spec.ts";
import type { OptionSpec } from "./options.ts";

const HELP: OptionSpec = { name: "help", letter: "h", help: "Say how the command is used" };
const MANIFEST: OptionSpec = {
  name: "configuration",
  letter: "c",
  value: "FILE",
  help: "The manifest, when it is not given as a word",
};
const JSON_OUTPUT: OptionSpec = { name: "json", help: "Print JSON" };

export const COMMANDS: readonly CommandSpec[] = [
  {
    name: "start",
    usage: "runner start [MANIFEST] [OPTIONS]",
    summary: "Run the pool of programs that a manifest names",
    options: [
      MANIFEST,
      {
        name: "detach",
        letter: "d",
        help: "Return when everything has been started; run on in the background",
      },
      {
        name: "nodaemon",
        letter: "n",
        help: "Stay in the foreground (the default; for supervisord's habits)",
      },
      { name: "quiet", letter: "q", help: "Do not copy the programs' output to stdout" },
      { name: "strict", help: "Take warnings about the manifest for errors" },
      HELP,
    ],
    example: "runner start /etc/runner/shop.toml -d",
    run: async (line) => (await import("./start.ts")).start(line),
  },
  {
    name: "check",
    usage: "runner check [MANIFEST] [OPTIONS]",
    summary: "Say what is wrong with a manifest, or print the plan as it would run",
    options: [
      MANIFEST,
      JSON_OUTPUT,
      { name: "strict", help: "Take warnings for errors, too: unknown keys, for instance" },
      HELP,
    ],
    example: "runner check supervisord.conf --json",
    run: async (line) => (await import("./check.ts")).check(line),
  },
  {
    name: "version",
    usage: "runner version [--json]",
    summary: "Print the version",
    options: [JSON_OUTPUT, HELP],
    example: "runner version",
    run: async (line) => (await import("./version.ts")).version(line),
  },
  {
    name: "help",
    usage: "runner help [COMMAND]",
    summary: "Say how runner, or one of its commands, is used",
    options: [HELP],
    example: "runner help start",
    run: async (line) => (await import("./help.ts")).help(line, COMMANDS),
  },
];
