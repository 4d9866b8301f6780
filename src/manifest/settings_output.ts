// The table of keys, third part: what becomes of a program's output.
import { BOOLEAN, choice, integer } from "./readers.ts";
import { LOG_TARGET } from "./readers_system.ts";
import { DURATION, OWN_SIZE, SIZE } from "./readers_units.ts";
import { ownSetting, setting } from "./setting.ts";

const FIFTY_MEGABYTES = 50 * 1024 ** 2;

/** The keys of one stream. */
export type StreamSettings = ReturnType<typeof streamSettings>;

function streamSettings(stream: "stdout" | "stderr") {
  return { ...streamBasics(stream), ...streamExtras(stream) } as const;
}

function streamBasics(stream: "stdout" | "stderr") {
  return {
    logfile: setting(`${stream}_logfile`, LOG_TARGET, {
      ini: { kind: "auto" },
      shown: "AUTO",
      phase: "process",
      expansions: 2,
      help: `File for ${stream}: a path, AUTO for one that the runner names, or NONE.`,
    }),
    maxBytes: setting(`${stream}_logfile_maxbytes`, SIZE, {
      ini: FIFTY_MEGABYTES,
      shown: "50MB",
      phase: "process",
      help: "Size at which the file is rotated; 0 is never.",
    }),
    backups: setting(`${stream}_logfile_backups`, integer({ floor: 0 }), {
      ini: 10,
      shown: "10",
      phase: "process",
      help: "How many rotated files are kept.",
    }),
    syslog: setting(`${stream}_syslog`, BOOLEAN, {
      ini: false,
      shown: "false",
      phase: "process",
      help: "Send each line to syslog, too.",
    }),
    captureMaxBytes: setting(`${stream}_capture_maxbytes`, SIZE, {
      ini: 0,
      shown: "0",
      help: "Size of the capture buffer for PROCESS_COMMUNICATION events; 0 is off.",
    }),
    eventsEnabled: setting(`${stream}_events_enabled`, BOOLEAN, {
      ini: false,
      shown: "false",
      help: "Make a PROCESS_LOG event of each write.",
    }),
  } as const;
}

function streamExtras(stream: "stdout" | "stderr") {
  return {
    maxAge: ownSetting(`${stream}_logfile_max_age`, DURATION, {
      ini: null,
      help: "Rotated files older than this are removed.",
    }),
    daily: ownSetting(`${stream}_logfile_daily`, BOOLEAN, {
      ini: false,
      shown: "false",
      help: "Rotate at midnight, too.",
    }),
    compress: ownSetting(`${stream}_logfile_compress`, BOOLEAN, {
      ini: false,
      shown: "false",
      help: "Rotated files are gzipped.",
    }),
    totalMax: ownSetting(`${stream}_logfile_total_max`, OWN_SIZE, {
      ini: null,
      help: "Cap on the file and its rotated ones together.",
    }),
  } as const;
}

export const STDOUT = streamSettings("stdout");
export const STDERR = streamSettings("stderr");

/** For both streams. */
export const OUTPUT = {
  redirectStderr: setting("redirect_stderr", BOOLEAN, {
    ini: false,
    shown: "false",
    help: "Send stderr to where stdout goes.",
  }),
  format: ownSetting("log_format", choice(["raw", "text", "json"]), {
    ini: "raw",
    shown: "raw",
    help: "What is written: bytes as they come, lines with time and stream, or JSON lines.",
  }),
  logStdout: ownSetting("log_stdout", BOOLEAN, {
    ini: true,
    shown: "true",
    help: "Part of the copy on the runner's own stdout, where there is one.",
  }),
  stripAnsi: ownSetting("strip_ansi", BOOLEAN, {
    ini: null,
    shown: "as in the runner's section",
    help: "Remove colours and other escape sequences from the log.",
  }),
} as const;
