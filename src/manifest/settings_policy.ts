// The table of keys, second part: our own keys of a program, for restarts, memory, stopping and surroundings.
import { BACKOFF, EXPONENTIAL, ON_EXIT } from "./readers_exit.ts";
import {
  INHERITED,
  limit,
  type LimitUnit,
  MAX_AGE,
  MEMORY_ACTION,
  START_LIMIT,
  STOP_SIGNALS,
} from "./readers_policy.ts";
import { BOOLEAN, choice, integer } from "./readers.ts";
import { MESSAGE } from "./readers_ready.ts";
import { FILE_LIST, GROUP } from "./readers_system.ts";
import { DURATION, MEMORY } from "./readers_units.ts";
import { ownSetting } from "./setting.ts";

/** When and how it is started again. */
export const RESTART = {
  onExit: ownSetting("on_exit", ON_EXIT, {
    ini: [],
    help:
      "What to do after which exit code or signal, from the first millisecond; the narrowest rule decides.",
  }),
  backoff: ownSetting("backoff", BACKOFF, {
    shares: true,
    ini: { kind: "linear" },
    toml: EXPONENTIAL,
    shown: "linear",
    shownToml: "initial=500ms factor=2 max=30s jitter=0.1 reset_after=10s",
    help: "Growing waits between tries; linear is supervisord's 1 s, 2 s, 3 s and so on.",
  }),
  earlyExitFails: ownSetting("early_exit_fails", BOOLEAN, {
    ini: true,
    toml: false,
    shown: "true",
    shownToml: "false",
    help: "An end before startsecs is a failed start whatever its exit code, as with supervisord.",
  }),
  restartDelay: ownSetting("restart_delay", DURATION, {
    ini: 0,
    shown: "0s",
    systems: ["pm2"],
    help: "Least wait before any automatic restart.",
  }),
  startLimit: ownSetting("start_limit", START_LIMIT, {
    ini: null,
    help: "FATAL after more automatic starts than this within the time.",
  }),
  maxAge: ownSetting("max_age", MAX_AGE, {
    ini: null,
    help: "Planned restart at this age.",
  }),
  maxAgeJitter: ownSetting("max_age_jitter", DURATION, {
    ini: null,
    shown: "0s",
    help: "How far max_age may vary, so that not all processes restart at once.",
  }),
  critical: ownSetting("critical", BOOLEAN, {
    ini: false,
    shown: "false",
    help: "When it becomes FATAL, the runner stops everything and ends with a failure.",
  }),
} as const;

/** How much memory it may take. */
export const MEMORY_SETTINGS = {
  cap: ownSetting("max_memory", MEMORY, {
    shares: true,
    ini: null,
    aliases: ["max_memory_restart"],
    systems: ["pm2"],
    help:
      "Resident memory of the process and all its descendants at which max_memory_action is taken.",
  }),
  action: ownSetting("max_memory_action", MEMORY_ACTION, {
    ini: "restart",
    shown: "restart",
    help: "What to do at max_memory: restart, stop, kill, or send a signal.",
  }),
  hardLimit: ownSetting("memory_hard_limit", MEMORY, {
    shares: true,
    ini: null,
    help: "Limit enforced by the kernel: by cgroup where possible, else on the address space.",
  }),
} as const;

/** How it is stopped. */
export const STOP = {
  signals: ownSetting("stop_signals", STOP_SIGNALS, {
    ini: null,
    help: "Signals to send one after the other, each with its wait; SIGKILL follows the last.",
  }),
  message: ownSetting("stop_message", MESSAGE, {
    ini: null,
    help:
      "Sent to a program of Node in the place of the first stop signal: process.on('message') gets it.",
  }),
  tree: ownSetting("stop_tree", BOOLEAN, {
    ini: null,
    toml: true,
    shown: "false",
    shownToml: "true",
    help: "Send stop signals to all descendants, and kill those that outlive the process.",
  }),
} as const;

/** What the child finds around it. */
export const SURROUNDINGS = {
  envFile: ownSetting("env_file", FILE_LIST, {
    ini: [],
    phase: "process",
    help:
      "Files of KEY=VALUE lines, relative to the manifest; environment wins; a leading - lets one be missing.",
  }),
  inheritEnv: ownSetting("inherit_env", INHERITED, {
    ini: null,
    shown: "true",
    help: "Which variables of the runner the child gets, too.",
  }),
  groupName: ownSetting("group_name", GROUP, {
    ini: null,
    shown: "the group of user",
    help: "Primary group of users it runs as; needs root.",
  }),
  nice: ownSetting("nice", integer({ min: -20, max: 19 }), {
    ini: null,
    help: "Scheduling priority: 19 is the most modest.",
  }),
  oomScoreAdj: ownSetting("oom_score_adj", integer({ min: -1000, max: 1000 }), {
    ini: null,
    help: "How gladly the kernel kills it when memory runs out.",
  }),
  stdin: ownSetting("stdin", choice(["null", "pipe"]), {
    ini: "pipe",
    toml: "null",
    shown: "pipe",
    shownToml: "null",
    help: "Standard input: nothing, or an open pipe as supervisord has it.",
  }),
} as const;

const LIMITS: readonly (readonly [string, LimitUnit, string])[] = [
  ["as", "bytes", "address space"],
  ["core", "bytes", "core files"],
  ["cpu", "seconds", "processor time"],
  ["data", "bytes", "data segment"],
  ["fsize", "bytes", "size of files it writes"],
  ["locks", "count", "file locks"],
  ["memlock", "bytes", "memory locked in place"],
  ["msgqueue", "bytes", "message queues"],
  ["nice", "count", "ceiling of the nice value, as 20 minus it"],
  ["nofile", "count", "open files"],
  ["nproc", "count", "processes of the user"],
  ["rss", "bytes", "resident memory; Linux ignores it"],
  ["rtprio", "count", "real-time priority"],
  ["rttime", "microseconds", "real-time processor time"],
  ["sigpending", "count", "queued signals"],
  ["stack", "bytes", "stack"],
];

/** All limits of setrlimit(2), by their resource. */
export const RLIMITS = LIMITS.map(([resource, unit, what]) => ({
  resource,
  setting: ownSetting(`rlimit_${resource}`, limit(unit), {
    ini: null,
    help: `Resource limit: ${what}.`,
  }),
}));
