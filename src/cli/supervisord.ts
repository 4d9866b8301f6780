// supervisord: runs a manifest with the options of the original. The command line stands over the file.
import { EXIT, RunnerError } from "../base/errors.ts";
import type { Overrides } from "../manifest/overrides.ts";
import { takeReadyLine } from "../os/detach.ts";
import { kindOf } from "../os/manifest_context.ts";
import { getopt, type GetoptSpec } from "./getopt.ts";
import { loadManifest } from "./load_manifest.ts";
import { printLine, sayLine, showText } from "./output.ts";
import { startManifest } from "./start.ts";
import { usualPlaces } from "./supervisorctl/usual_places.ts";

/** Options that say what a key of `[supervisord]` says, by the name of that key. */
const SETTINGS: readonly GetoptSpec[] = [
  { name: "nodaemon", letter: "n", valued: false },
  { name: "silent", letter: "s", valued: false },
  { name: "user", letter: "u", valued: true },
  { name: "umask", letter: "m", valued: true },
  { name: "directory", letter: "d", valued: true },
  { name: "logfile", letter: "l", valued: true },
  { name: "logfile_maxbytes", letter: "y", valued: true },
  { name: "logfile_backups", letter: "z", valued: true },
  { name: "loglevel", letter: "e", valued: true },
  { name: "pidfile", letter: "j", valued: true },
  { name: "identifier", letter: "i", valued: true },
  { name: "childlogdir", letter: "q", valued: true },
  { name: "nocleanup", letter: "k", valued: false },
  { name: "minfds", letter: "a", valued: true },
  { name: "strip_ansi", letter: "t", valued: false },
  { name: "minprocs", valued: true },
];

const SPECS: readonly GetoptSpec[] = [
  ...SETTINGS,
  { name: "configuration", letter: "c", valued: true },
  { name: "version", letter: "v", valued: false },
  { name: "help", letter: "h", valued: false },
  { name: "?", letter: "?", valued: false },
  { name: "profile_options", valued: true },
];

/** The supervisor whose behaviour this is: what asks for a version wants to know that. */
const VERSION = "4.2.5";

interface SupervisordOptions {
  readonly configuration: string | null;
  readonly overrides: Overrides;
  /** Each option as one word, to be given on. */
  readonly words: readonly string[];
  readonly shows: "help" | "version" | null;
}

/** Runs supervisord and gives its exit status. */
export async function supervisord(args: readonly string[]): Promise<number> {
  const options = readSupervisordOptions(args);
  if ("fault" in options) return refuse(options.fault);
  if (options.shows === "help") showText(USAGE);
  if (options.shows === "version") printLine(VERSION);
  if (options.shows !== null) return EXIT.done;
  const isThere = (path: string) => kindOf(path) !== "missing";
  const places = usualPlaces(Deno.execPath());
  const path = options.configuration ?? places.find(isThere);
  if (path === undefined) {
    return refuse(`No config file found at default paths (${places.join(", ")}); use -c`);
  }
  if (!isThere(path)) return refuse(`could not find config file ${path}`);
  const { overrides } = options;
  const ready = takeReadyLine();
  // Whoever waits has decided already.
  const isFront = ready.isAwaited || await staysInFront(path, overrides);
  return await startManifest({
    path,
    strictness: "start",
    overrides,
    isQuiet: overrides.has("silent"),
    ready: () => ({ ...ready, isHasty: true }),
    detach: isFront ? null : (file) => goToBackground(file, options.words),
  });
}

/** The options, or what is wrong with them. */
export function readSupervisordOptions(
  args: readonly string[],
): SupervisordOptions | { readonly fault: string } {
  const read = getopt(args, SPECS);
  if ("fault" in read) return read;
  if (read.words.length > 0) {
    return { fault: `positional arguments are not supported: ${read.words.join(" ")}` };
  }
  const has = (name: string) => read.options.some((option) => option.name === name);
  if (has("profile_options")) return { fault: "option --profile_options is not supported here" };
  const overrides = new Map<string, string | true>();
  let configuration: string | null = null;
  for (const { name, value } of read.options) {
    const setting = SETTINGS.find((one) => one.name === name);
    if (setting === undefined && name !== "configuration") continue;
    const isRepeated = name === "configuration" ? configuration !== null : overrides.has(name);
    if (isRepeated) return { fault: `conflicting command line option '--${name}'` };
    if (setting === undefined) configuration = value;
    else overrides.set(name, setting.valued ? value : true);
  }
  const words = Array.from(
    overrides,
    ([name, value]) => value === true ? `--${name}` : `--${name}=${value}`,
  );
  const shows = has("help") || has("?") ? "help" : has("version") ? "version" : null;
  return { configuration, overrides, words, shows };
}

/** supervisord goes to the background unless it is told not to. */
async function staysInFront(path: string, overrides: Overrides): Promise<boolean> {
  if (overrides.has("nodaemon")) return true;
  // A manifest that cannot be used is complained about in the foreground.
  const { plan } = await loadManifest(path, { strictness: "start", overrides });
  return plan === null || plan.runner.nodaemon === true;
}

/** As supervisord: silent, and back as soon as it runs, whatever becomes of its programs. */
async function goToBackground(file: string, words: readonly string[]): Promise<number> {
  const { sendToBackground } = await import("./start_detached.ts");
  try {
    await sendToBackground(["supervisord", "--configuration", file, ...words]);
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof RunnerError)) throw error;
    sayLine(`Error: ${error.message}`);
    if (error.hint !== "") sayLine(error.hint);
    return error.exitStatus;
  }
}

function refuse(fault: string): number {
  sayLine(`Error: ${fault}`);
  sayLine("For help, use supervisord -h");
  return EXIT.usage;
}

const USAGE = `supervisord -- run a set of programs and keep them running

Usage: supervisord [options]

Options, which stand over what the configuration says:
-c/--configuration FILE       -- the configuration (looked for in the usual places if not given)
-n/--nodaemon                 -- stay in the foreground
-s/--silent                   -- no log on stdout
-u/--user USER                -- become this user
-m/--umask UMASK              -- file mode mask in the background (default 022)
-d/--directory DIRECTORY      -- folder to change to in the background
-l/--logfile FILE             -- its own log
-y/--logfile_maxbytes BYTES   -- size at which the log is rotated
-z/--logfile_backups NUM      -- rotated logs kept
-e/--loglevel LEVEL           -- critical, error, warn, info, debug, trace or blather
-j/--pidfile FILE             -- file for the process number
-i/--identifier STR           -- name of this instance
-q/--childlogdir DIRECTORY    -- folder of AUTO logs
-k/--nocleanup                -- keep AUTO logs of earlier runs
-a/--minfds NUM               -- least number of file descriptors
   --minprocs NUM             -- least number of processes
-t/--strip_ansi               -- take escape sequences out of the programs' logs
-v/--version                  -- version of the supervisor this is compatible with
-h/--help                     -- this text

Example: supervisord -n -c supervisord.conf
`;
