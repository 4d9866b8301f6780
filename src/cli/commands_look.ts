// The table of the commands that look at a running runner and change nothing.
import type { CommandSpec } from "./command_spec.ts";
import { FOLLOW_TIMEOUT, HELP, JSON_OUTPUT, LAST, TARGET, TIMEOUT } from "./common_options.ts";
import { logsCommand } from "./logs_spec.ts";

const PROGRAMS = ["programs"] as const;

export const LOOK_COMMANDS: readonly CommandSpec[] = [
  {
    name: "status",
    aliases: ["ls", "ps", "l"],
    chapter: "look",
    usage: "runner status [NAME…] [OPTIONS]",
    summary: "Show the programs: state, pid, uptime, restarts, memory, CPU, last exit",
    options: [
      { name: "watch", letter: "w", help: "Show it again whenever something changes" },
      FOLLOW_TIMEOUT,
      ...LAST,
    ],
    example: "runner status web 'mail:*' --watch",
    takes: PROGRAMS,
    run: async (line) => (await import("./status.ts")).status(line),
  },
  {
    name: "top",
    aliases: ["monit"],
    chapter: "look",
    usage: "runner top [FILTER…] [OPTIONS]",
    summary: "Show the programs live on the whole terminal, with keys to steer them and their logs",
    options: [TIMEOUT, ...TARGET, HELP],
    example: "runner top web",
    takes: PROGRAMS,
    run: async (line) => (await import("./top/top.ts")).top(line),
  },
  {
    name: "describe",
    aliases: ["show", "info", "desc"],
    chapter: "look",
    usage: "runner describe NAME… [OPTIONS]",
    summary: "Show everything about programs: plan, usage, logs, the last exits with their reasons",
    options: [TIMEOUT, ...LAST],
    example: "runner describe web",
    takes: PROGRAMS,
    run: async (line) => (await import("./describe.ts")).describeProcesses(line),
  },
  logsCommand([...TARGET, FOLLOW_TIMEOUT, HELP]),
  {
    name: "events",
    chapter: "look",
    usage: "runner events [NAME…] [OPTIONS]",
    summary: "Show what happens, as it happens",
    options: [
      { name: "count", letter: "n", value: "N", help: "End after so many" },
      FOLLOW_TIMEOUT,
      ...LAST,
    ],
    example: "runner events --json | jq .text",
    takes: PROGRAMS,
    run: async (line) => (await import("./events.ts")).events(line),
  },
  {
    name: "pid",
    chapter: "look",
    usage: "runner pid [NAME…] [OPTIONS]",
    summary: "Print the runner's pid, or those of programs (0: not running)",
    options: [TIMEOUT, ...LAST],
    example: "runner pid web",
    takes: PROGRAMS,
    run: async (line) => (await import("./pid.ts")).pid(line),
  },
  {
    name: "env",
    chapter: "look",
    usage: "runner env NAME [OPTIONS]",
    summary: "Print the environment of a program",
    options: [
      { name: "secrets", help: "Also the values that look like secrets" },
      TIMEOUT,
      ...LAST,
    ],
    example: "runner env web",
    takes: PROGRAMS,
    run: async (line) => (await import("./show_environment.ts")).showEnvironment(line),
  },
  {
    name: "list",
    chapter: "look",
    usage: "runner list [--json]",
    summary: "List the runners on this machine: yours, and as root everybody's",
    options: [JSON_OUTPUT, HELP],
    example: "runner list",
    run: async (line) => (await import("./list.ts")).list(line),
  },
  {
    name: "jlist",
    chapter: "look",
    usage: "runner jlist [NAME…] [OPTIONS]",
    summary: "Print the programs as JSON with PM2's names",
    options: [TIMEOUT, ...LAST],
    example: "runner jlist | jq '.[].pm2_env.status'",
    takes: PROGRAMS,
    run: async (line) => (await import("./jlist.ts")).jlist(line),
  },
];
