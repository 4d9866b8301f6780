// The table of keys, fourth part: the runner itself, `[supervisord]` in INI and `[runner]` in TOML.
import { BOOLEAN, choice, integer, OCTAL, TEXT } from "./readers.ts";
import { ENVIRONMENT, LOG_TARGET, PATH, USER } from "./readers_system.ts";
import { DURATION, SIZE } from "./readers_units.ts";
import { ownSetting, setting } from "./setting.ts";

const LEVELS = ["critical", "error", "warn", "info", "debug", "trace", "blather"] as const;
const NO_VARIABLES: ReadonlyMap<string, string> = new Map();

/** Its log and its files. */
export const RUNNER_FILES = {
  logfile: setting("logfile", LOG_TARGET, {
    ini: null,
    shown: "supervisord.log in the working directory",
    shownToml: "decided at start",
    help: "The runner's own log: a path, NONE, or syslog.",
  }),
  logfileMaxBytes: setting("logfile_maxbytes", SIZE, {
    ini: 50 * 1024 ** 2,
    shown: "50MB",
    help: "Size at which it is rotated; 0 is never.",
  }),
  logfileBackups: setting("logfile_backups", integer({ floor: 0 }), {
    ini: 10,
    shown: "10",
    help: "How many rotated files are kept.",
  }),
  logLevel: setting("loglevel", choice(LEVELS), {
    ini: "info",
    shown: "info",
    help: "What is worth a line; from debug on the output of programs is copied into it.",
  }),
  logFormat: ownSetting("log_format", choice(["text", "json"]), {
    ini: "text",
    shown: "text",
    help: "The runner's own log as lines of text or of JSON.",
  }),
  logStdout: ownSetting("log_stdout", BOOLEAN, {
    ini: null,
    shown: "true on a terminal and as PID 1",
    help: "Show the output of all programs on stdout, too.",
  }),
  pidfile: setting("pidfile", PATH, {
    ini: null,
    shown: "supervisord.pid in the working directory",
    shownToml: "none",
    help: "File that holds the runner's process number.",
  }),
  childLogDir: setting("childlogdir", PATH, {
    ini: null,
    shown: "the directory for temporary files",
    help: "Directory of AUTO logs.",
  }),
  noCleanup: setting("nocleanup", BOOLEAN, {
    ini: false,
    shown: "false",
    help: "Keep AUTO logs of earlier runs.",
  }),
  stripAnsi: setting("strip_ansi", BOOLEAN, {
    ini: false,
    shown: "false",
    help: "Remove colours and other escape sequences from the logs of programs.",
  }),
} as const;

/** How it runs. */
export const RUNNER_PROCESS = {
  nodaemon: setting("nodaemon", BOOLEAN, {
    ini: null,
    shown: "true",
    help: "Stay in front; the runner always does unless started with -d.",
  }),
  silent: setting("silent", BOOLEAN, {
    ini: false,
    shown: "false",
    help: "No copy of the log on stdout.",
  }),
  umask: setting("umask", OCTAL, {
    ini: null,
    shown: "022",
    help: "The runner's own file mode mask.",
  }),
  directory: setting("directory", PATH, {
    ini: null,
    help: "Directory to change to when started with -d.",
  }),
  user: setting("user", USER, { ini: null, help: "User to become at start; needs root." }),
  minfds: setting("minfds", integer({ floor: 0 }), {
    ini: 1024,
    shown: "1024",
    help: "The limit of open files is raised to this.",
  }),
  minprocs: setting("minprocs", integer({ floor: 0 }), {
    ini: 200,
    shown: "200",
    help: "The limit of processes is raised to this.",
  }),
  identifier: setting("identifier", TEXT, {
    ini: "supervisor",
    shown: "supervisor",
    help: "Name of this runner in file names and events.",
  }),
  environment: setting("environment", ENVIRONMENT, {
    ini: NO_VARIABLES,
    secret: true,
    help: "Variables for all programs.",
  }),
  shutdownWhen: ownSetting("shutdown_when", choice(["never", "all-exited", "any-fatal"]), {
    ini: "never",
    shown: "never",
    help: "End by itself when all programs have ended, or when one is FATAL.",
  }),
  shutdownTimeout: ownSetting("shutdown_timeout", DURATION, {
    ini: null,
    shown: "8s as PID 1, else the longest stop of any program",
    help: "One deadline for stopping everything.",
  }),
} as const;
