// The table of the commands that steer a running runner.
import type { ActionName } from "../control/api/types.ts";
import type { CommandSpec } from "./command_spec.ts";
import { LAST, TIMEOUT, WAITING } from "./common_options.ts";
import { ENVIRONMENT } from "./foreign_options.ts";
import type { CommandLine } from "./options.ts";

const PROGRAMS = ["programs"] as const;

/** A command that is an action of the API. */
function action(name: ActionName) {
  return async (line: CommandLine) => (await import("./act.ts")).actOn(name, line);
}

export const STEER_COMMANDS: readonly CommandSpec[] = [
  {
    name: "stop",
    chapter: "steer",
    usage: "runner stop NAME… [OPTIONS]",
    summary: "Stop programs; waits until their running work has ended",
    options: [...WAITING, ...LAST],
    example: "runner stop web 'mail:*'",
    takes: PROGRAMS,
    run: action("stop"),
  },
  {
    name: "restart",
    chapter: "steer",
    usage: "runner restart NAME… | --self [OPTIONS]",
    summary: "Stop programs and start them again, all at the same time",
    options: [
      { name: "self", help: "The runner itself with all it runs, and the manifest as it is now" },
      ...WAITING,
      ...LAST,
    ],
    example: "runner restart all",
    takes: PROGRAMS,
    run: async (line) => {
      if (!line.has("self")) return await (await import("./act.ts")).actOn("restart", line);
      return await (await import("./restart_self.ts")).restartSelf(line);
    },
  },
  {
    name: "reload",
    aliases: ["gracefulReload"],
    chapter: "steer",
    usage: "runner reload NAME… [OPTIONS]",
    summary:
      "Replace processes a few at a time, each new one RUNNING before the next old one stops",
    options: [
      { name: "at-once", value: "N", help: "How many are replaced at a time (1)" },
      ...WAITING,
      ...LAST,
    ],
    example: "runner reload web --at-once 2",
    takes: PROGRAMS,
    run: async (line) => (await import("./act.ts")).reload(line),
  },
  {
    name: "scale",
    chapter: "steer",
    usage: "runner scale NAME N|+N|-N [OPTIONS]",
    summary: "Give a program another number of processes",
    options: [...WAITING, ...LAST],
    example: "runner scale web +2",
    takes: ["programs", "nothing"],
    run: async (line) => (await import("./scale.ts")).scale(line),
  },
  {
    name: "run",
    chapter: "steer",
    usage: "runner run NAME [OPTIONS]",
    summary: "Run a job, or a program that is down, now: shows its output, ends with its status",
    options: [{ name: "detach", letter: "d", help: "Only begin it" }, ...LAST],
    example: "runner run backup",
    takes: ["programs", "nothing"],
    run: async (line) => (await import("./run_job.ts")).runJob(line),
  },
  {
    name: "pause",
    chapter: "steer",
    usage: "runner pause NAME… [OPTIONS]",
    summary: "Hold the schedules of programs until they are resumed; a run under way goes on",
    options: [TIMEOUT, ...LAST],
    example: "runner pause backup",
    takes: PROGRAMS,
    run: action("pause"),
  },
  {
    name: "resume",
    chapter: "steer",
    usage: "runner resume NAME… [OPTIONS]",
    summary: "Let go of schedules that are paused; what was due meanwhile is left out",
    options: [TIMEOUT, ...LAST],
    example: "runner resume backup",
    takes: PROGRAMS,
    run: action("resume"),
  },
  {
    name: "signal",
    aliases: ["sendSignal"],
    chapter: "steer",
    usage: "runner signal SIGNAL NAME… [OPTIONS]",
    summary: "Send a signal to programs",
    options: [TIMEOUT, ...LAST],
    example: "runner signal HUP web",
    takes: ["signals", "programs"],
    run: async (line) => (await import("./act.ts")).signal(line),
  },
  {
    name: "send",
    chapter: "steer",
    usage: "runner send NAME [TEXT…] [OPTIONS]",
    summary: "Write a line to a program's stdin, or everything from this command's own stdin",
    options: [TIMEOUT, ...LAST],
    example: "runner send web 'flush cache'",
    takes: ["programs", "nothing"],
    run: async (line) => (await import("./send.ts")).send(line),
  },
  {
    name: "kill",
    chapter: "steer",
    usage: "runner kill NAME… [OPTIONS]",
    summary: "Kill programs and all their descendants at once, and leave them stopped",
    options: [...WAITING, ...LAST],
    example: "runner kill web",
    takes: PROGRAMS,
    run: action("kill"),
  },
  {
    name: "delete",
    aliases: ["del"],
    chapter: "steer",
    usage: "runner delete NAME… [OPTIONS]",
    summary: "Stop programs and take them out of the pool until the next update",
    options: [...WAITING, ...LAST],
    example: "runner delete web",
    takes: PROGRAMS,
    run: action("delete"),
  },
  {
    name: "update",
    chapter: "steer",
    usage: "runner update [OPTIONS]",
    summary: "Read the manifest again, say what differs, and apply only that",
    options: [
      { name: "dry-run", letter: "n", help: "Only say what differs" },
      { ...ENVIRONMENT, help: "Refuse unless the runner was started with this overlay" },
      ...WAITING,
      ...LAST,
    ],
    example: "runner update --dry-run",
    run: async (line) => (await import("./update.ts")).update(line),
  },
  {
    name: "clear",
    aliases: ["flush"],
    chapter: "steer",
    usage: "runner clear NAME… [OPTIONS]",
    summary: "Empty the logs of programs",
    options: [TIMEOUT, ...LAST],
    example: "runner clear all",
    takes: PROGRAMS,
    run: action("clear"),
  },
  {
    name: "reopen",
    aliases: ["reloadLogs"],
    chapter: "steer",
    usage: "runner reopen [OPTIONS]",
    summary: "Open all logs again by their names, after they were moved away",
    options: [TIMEOUT, ...LAST],
    example: "runner reopen",
    run: async (line) => (await import("./reopen.ts")).reopen(line),
  },
  {
    name: "shutdown",
    chapter: "steer",
    usage: "runner shutdown [OPTIONS]",
    summary: "Stop everything and end the runner; waits until running work has ended",
    options: [{ name: "now", help: "Kill what is running: the same as exit" }, ...WAITING, ...LAST],
    example: "runner shutdown --timeout 2m",
    run: async (line) => (await import("./shutdown.ts")).shutdown(line),
  },
  {
    name: "exit",
    chapter: "steer",
    usage: "runner exit [NAME…] [OPTIONS]",
    summary: "Kill now: everything with the runner, or the programs named",
    options: [...WAITING, ...LAST],
    example: "runner exit",
    takes: PROGRAMS,
    run: async (line) => (await import("./shutdown.ts")).exit(line),
  },
];
