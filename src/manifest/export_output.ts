// Writes where the output of a program goes as keys of a manifest.
import { formatDuration } from "../base/units.ts";
import type { SectionDraft } from "./export_section.ts";
import { templateOf } from "./export_template.ts";
import { literal } from "./foreign.ts";
import { destinationWord } from "./log_words.ts";
import type { LogDestination, LogPlan, ProcessPlan } from "./plan.ts";
import { OUTPUT, STDERR, STDOUT, type StreamSettings } from "./settings_output.ts";

/** False when the log files of the processes do not differ by their number alone. */
export function writeOutput(section: SectionDraft, processes: readonly ProcessPlan[]): boolean {
  const [first] = processes;
  if (first === undefined) return true;
  const { stdout } = first;
  section.set(OUTPUT.format, stdout.format, stdout.format);
  section.set(OUTPUT.logStdout, stdout.shown, stdout.shown);
  if (stdout.stripAnsi) section.put(OUTPUT.stripAnsi, true);
  const numbers = processes.map(({ instance }) => instance);
  const errors = processes.map(({ stderr }) => stderr);
  if (first.stderr === "stdout") section.put(OUTPUT.redirectStderr, true);
  const plans = errors.filter((log) => log !== "stdout");
  return writeStream(section, STDOUT, { logs: processes.map((one) => one.stdout), numbers }) &&
    (plans.length === 0 || writeStream(section, STDERR, { logs: plans, numbers }));
}

interface Logs {
  readonly logs: readonly LogPlan[];
  readonly numbers: readonly number[];
}

function writeStream(
  section: SectionDraft,
  settings: StreamSettings,
  { logs, numbers }: Logs,
): boolean {
  const [log] = logs;
  if (log === undefined) return true;
  const { destination } = log;
  const paths = logs.map((one) => destinationWord(one.destination));
  const path = templateOf(paths, numbers);
  if (path === null) return false;
  section.set(settings.logfile, destination, path);
  const isOwn = destination.kind === "stdout" || destination.kind === "stderr";
  // Our own streams are never rotated, whatever is written.
  if (!isOwn) section.set(settings.maxBytes, log.maxBytes, log.maxBytes);
  section.set(settings.backups, log.backups, log.backups);
  section.set(settings.syslog, log.syslog, log.syslog);
  section.set(settings.captureMaxBytes, log.captureMaxBytes, log.captureMaxBytes);
  section.set(settings.eventsEnabled, log.eventsEnabled, log.eventsEnabled);
  if (log.maxAge !== null) section.put(settings.maxAge, formatDuration(log.maxAge));
  section.set(settings.daily, log.daily, log.daily);
  section.set(settings.compress, log.compress, log.compress);
  if (log.totalMax !== null) section.put(settings.totalMax, log.totalMax);
  return true;
}

/** A destination as a text in which nothing is expanded. */
export function literalDestination(destination: LogDestination): string {
  return literal(destinationWord(destination));
}
