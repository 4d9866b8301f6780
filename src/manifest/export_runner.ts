// Writes the runner's own settings and its servers as sections of a manifest.
import { formatDuration } from "../base/units.ts";
import { isLoopback, splitHostPort } from "../base/ip_address.ts";
import { literalDestination } from "./export_output.ts";
import { createSection, type ExportSection, type SectionDraft } from "./export_section.ts";
import { literal } from "./foreign.ts";
import type { RunnerPlan, ServerPlan } from "./plan.ts";
import { WATCH_MANIFEST } from "./settings_recycle.ts";
import { RUNNER_FILES, RUNNER_PROCESS } from "./settings_runner.ts";
import { INET_SERVER, UNIX_SERVER } from "./settings_server.ts";

/** Null when everything is as it is anyway. */
export function runnerSection(runner: RunnerPlan): ExportSection | null {
  const section = createSection();
  writeFiles(section, runner);
  writeProcess(section, runner);
  return section.entries.size === 0 ? null : { name: "supervisord", entries: section.entries };
}

function writeFiles(section: SectionDraft, runner: RunnerPlan): void {
  const { logfile, logStdout, pidfile, childLogDir } = runner;
  if (logfile.kind === "syslog") section.put(RUNNER_FILES.logfile, "syslog");
  else if (logfile.kind !== "auto") section.put(RUNNER_FILES.logfile, literalDestination(logfile));
  section.set(RUNNER_FILES.logfileMaxBytes, runner.logfileMaxBytes, runner.logfileMaxBytes);
  section.set(RUNNER_FILES.logfileBackups, runner.logfileBackups, runner.logfileBackups);
  section.set(RUNNER_FILES.logLevel, runner.logLevel, runner.logLevel);
  section.set(RUNNER_FILES.logFormat, runner.logFormat, runner.logFormat);
  if (logStdout !== null) section.put(RUNNER_FILES.logStdout, logStdout);
  if (pidfile !== null) section.put(RUNNER_FILES.pidfile, literal(pidfile));
  if (childLogDir !== null) section.put(RUNNER_FILES.childLogDir, literal(childLogDir));
  section.set(RUNNER_FILES.noCleanup, runner.noCleanup, runner.noCleanup);
}

function writeProcess(section: SectionDraft, runner: RunnerPlan): void {
  const { umask, directory, user, shutdownTimeout, shutdownWhen } = runner;
  if (runner.wantsDaemon) section.put(RUNNER_PROCESS.nodaemon, false);
  if (runner.nodaemon === true) section.put(RUNNER_PROCESS.nodaemon, true);
  section.set(RUNNER_PROCESS.silent, runner.silent, runner.silent);
  if (runner.watchManifest === true) section.put(WATCH_MANIFEST, true);
  if (umask !== null) section.put(RUNNER_PROCESS.umask, umask.toString(8).padStart(3, "0"));
  if (directory !== null) section.put(RUNNER_PROCESS.directory, literal(directory));
  if (user !== null) section.put(RUNNER_PROCESS.user, literal(user.name));
  section.set(RUNNER_PROCESS.minfds, runner.minfds, runner.minfds);
  section.set(RUNNER_PROCESS.minprocs, runner.minprocs, runner.minprocs);
  section.set(RUNNER_PROCESS.identifier, runner.identifier, literal(runner.identifier));
  section.set(RUNNER_PROCESS.shutdownWhen, shutdownWhen, shutdownWhen);
  if (shutdownTimeout !== null) {
    section.put(RUNNER_PROCESS.shutdownTimeout, formatDuration(shutdownTimeout));
  }
}

export function serverSection(server: ServerPlan): ExportSection {
  const section = createSection();
  const { address, mode, owner, username, password, allowedHosts = [] } = server;
  if (server.kind === "unix") {
    section.put(UNIX_SERVER.file, literal(address));
    if (mode !== null && mode !== 0o700) {
      section.put(UNIX_SERVER.chmod, mode.toString(8).padStart(4, "0"));
    }
    if (owner !== null) {
      const group = owner.gid < 0 ? "" : `:${owner.gid}`;
      section.put(UNIX_SERVER.chown, `${owner.uid}${group}`);
    }
  } else {
    section.put(INET_SERVER.port, literal(address));
    if (password === null && !isLoopback(splitHostPort(address).host)) {
      section.put(INET_SERVER.allowInsecure, true);
    }
  }
  if (username !== null) section.put(UNIX_SERVER.username, literal(username));
  if (password !== null) section.put(UNIX_SERVER.password, literal(password));
  if (allowedHosts.length > 0) section.put(UNIX_SERVER.allowedHosts, allowedHosts.map(literal));
  return { name: server.section, entries: section.entries };
}
