// The table of keys, first part: what supervisord knows of a program, and the sections made from it.
import { AUTORESTART, EXIT_CODES } from "./readers_policy.ts";
import { BOOLEAN, choice, integer, NAME_LIST, OCTAL, TEXT } from "./readers.ts";
import { COMMAND, ENVIRONMENT, NAME, OWNER, USER } from "./readers_system.ts";
import { SECONDS, SIGNAL_TYPE } from "./readers_units.ts";
import { ownSetting, setting } from "./setting.ts";

const NO_VARIABLES: ReadonlyMap<string, string> = new Map();

/** What to run, how often, and when. */
export const PROGRAM = {
  command: setting("command", COMMAND, {
    ini: null,
    phase: "process",
    help: "The program to run and its arguments; required.",
  }),
  processName: setting("process_name", NAME, {
    ini: null,
    shown: "%(program_name)s",
    phase: "process",
    help: "Name of each process; must hold %(process_num) when numprocs is above 1.",
  }),
  numprocs: setting("numprocs", integer({ floor: 0, max: 10_000 }), {
    ini: 1,
    shown: "1",
    help: "How many processes of the program run side by side.",
  }),
  numprocsStart: setting("numprocs_start", integer(), {
    ini: 0,
    shown: "0",
    help: "The first %(process_num).",
  }),
  directory: setting("directory", TEXT, {
    ini: null,
    phase: "process",
    help: "Working directory of the child.",
  }),
  umask: setting("umask", OCTAL, { ini: null, help: "File mode mask of the child." }),
  priority: setting("priority", integer(), {
    ini: 999,
    shown: "999",
    help: "Lower numbers start first and stop last.",
  }),
  autostart: setting("autostart", BOOLEAN, {
    ini: true,
    shown: "true",
    help: "Start it when the runner starts.",
  }),
  autorestart: setting("autorestart", AUTORESTART, {
    ini: "unexpected",
    shown: "unexpected",
    help:
      "Start it again when it ends: always, never, or when exitcodes does not list the exit code.",
  }),
  startsecs: setting("startsecs", SECONDS, {
    ini: 1000,
    shown: "1",
    help: "How long it must stay up to count as RUNNING; 0 takes any start for a success.",
  }),
  startretries: setting("startretries", integer({ floor: 0 }), {
    ini: 3,
    toml: 10,
    shown: "3",
    shownToml: "10",
    help: "Failed starts in a row that are tried again before FATAL.",
  }),
  exitcodes: setting("exitcodes", EXIT_CODES, {
    ini: [0],
    shown: "0",
    help: "Exit codes that are expected; a death by signal never is.",
  }),
  stopsignal: setting("stopsignal", SIGNAL_TYPE, {
    ini: 15,
    shown: "TERM",
    help: "The signal that asks it to stop.",
  }),
  stopwaitsecs: setting("stopwaitsecs", SECONDS, {
    ini: 10_000,
    shown: "10",
    help: "How long to wait after a stop signal before SIGKILL.",
  }),
  stopasgroup: setting("stopasgroup", BOOLEAN, {
    ini: false,
    shown: "false",
    help: "Send the stop signal to its whole process group.",
  }),
  killasgroup: setting("killasgroup", BOOLEAN, {
    ini: null,
    shown: "as stopasgroup",
    help: "Send SIGKILL to its whole process group.",
  }),
  user: setting("user", USER, {
    ini: null,
    help: "The user it runs as, by name or number; needs root.",
  }),
  environment: setting("environment", ENVIRONMENT, {
    ini: NO_VARIABLES,
    phase: "process",
    secret: true,
    help: "Variables added to its environment.",
  }),
  serverurl: setting("serverurl", TEXT, {
    ini: "AUTO",
    shown: "AUTO",
    help: "Value of SUPERVISOR_SERVER_URL; AUTO is the first server of the manifest.",
  }),
} as const;

/** Only in `[fcgi-program:x]`. */
export const FCGI = {
  socket: setting("socket", TEXT, {
    ini: null,
    help: "Socket given to the children as fd 0: tcp://host:port or unix:///path; required.",
  }),
  backlog: setting("socket_backlog", integer({ min: 1, max: 65535 }), {
    ini: null,
    help: "Length of the queue of the socket.",
  }),
  owner: setting("socket_owner", OWNER, {
    ini: null,
    shown: "the user of the program",
    help: "Owner of a unix socket.",
  }),
  mode: setting("socket_mode", OCTAL, {
    ini: null,
    shown: "0700",
    help: "File mode of a unix socket.",
  }),
} as const;

/** Only in `[eventlistener:x]`. */
export const LISTENER = {
  events: setting("events", NAME_LIST, {
    ini: null,
    help: "Events it is told of, separated by commas; required.",
  }),
  bufferSize: setting("buffer_size", integer({ min: 1 }), {
    ini: 10,
    shown: "10",
    help: "Events kept while no listener is ready.",
  }),
  resultHandler: setting("result_handler", TEXT, {
    ini: "supervisor.dispatchers:default_handler",
    shown: "supervisor.dispatchers:default_handler",
    help: "Handler of results; only the default one exists here.",
  }),
  eventLength: ownSetting("event_length", choice(["characters", "bytes"]), {
    ini: "characters",
    toml: "bytes",
    shown: "characters",
    shownToml: "bytes",
    help: "What `len` in the header of an event counts; supervisord counts characters.",
  }),
} as const;

/** `[group:x]` */
export const GROUP_SETTINGS = {
  programs: setting("programs", NAME_LIST, {
    ini: [],
    help: "Names of the programs of the group.",
  }),
  priority: setting("priority", integer(), {
    ini: 999,
    shown: "999",
    help: "Lower numbers start first and stop last.",
  }),
} as const;
