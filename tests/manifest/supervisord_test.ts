// What supervisord 4.2.5 made of two hundred manifests, and what we make of them.
import { formatProblem } from "../../src/base/errors.ts";
import { splitWords } from "../../src/base/words.ts";
import { loadPlan } from "../../src/manifest/load_plan.ts";
import type { LogPlan, ProcessPlan } from "../../src/manifest/plan.ts";
import recorded from "../fixtures/manifests/supervisord_4.2.5.json" with { type: "json" };
import { assertEquals } from "../support/assert.ts";
import { fakeMachine } from "./fake_machine.ts";

type Values = Readonly<Record<string, unknown>>;

const MACHINE = {
  ...fakeMachine({ env: { FOO: "foo", NUM: "7", HOME: "/root", PATH: "/usr/bin:/bin" } }),
  cwd: "/manifests",
};

Deno.test("loadPlan() decides as supervisord does", async () => {
  for (const one of recorded.cases) {
    const files = { "/manifests/m.ini": insecure(one.text) };
    const { plan, problems } = await loadPlan("m.ini", {
      ...MACHINE,
      readText: fakeMachine({ files }).readText,
    });
    const told = `${one.text}\n${problems.map(formatProblem).join("\n")}`;
    assertEquals(plan === null, "refused" in one, told);
    if (plan === null) continue;
    assertEquals(plan.servers.map(({ address }) => address), one.servers, told);
    assertEquals(
      plan.groups.map(({ name, priority, processes }) => ({
        name,
        priority,
        processes: processes.map(asSupervisord),
      })),
      one.groups?.map((group) => ({ ...group, processes: group.processes.map(whole) })),
      told,
    );
  }
});

/** The one thing we are stricter about: a port for everybody, without a password, must be meant. */
function insecure(text: string): string {
  return text.replace(/^\[inet_http_server.*\]$/m, "$&\nallow_insecure=true");
}

/** A recorded process with what it has in common with all others, in the form of `asSupervisord`. */
function whole(process: Values): Values {
  const all: Values = { ...recorded.plain, ...process };
  const split = splitWords(String(all["command"]));
  return {
    ...all,
    command: split.ok ? split.words : [],
    startsecs: least0(all["startsecs"]),
    startretries: least0(all["startretries"]),
    stdout_logfile: logPath(all["stdout_logfile"]),
    stdout_logfile_maxbytes: all["stdout_logfile"] === "/dev/stdout"
      ? 0
      : least0(all["stdout_logfile_maxbytes"]),
    stdout_logfile_backups: least0(all["stdout_logfile_backups"]),
  };
}

// Negative numbers and relative log files are decided here, and left as they are there.
function least0(value: unknown): unknown {
  return typeof value === "number" ? Math.max(0, value) : value;
}

function logPath(value: unknown): unknown {
  if (value === "") return null;
  return typeof value === "string" && /^[a-z]/.test(value) ? `/manifests/${value}` : value;
}

function asSupervisord(process: ProcessPlan): Values {
  const { restart, stop, stdout, stderr } = process;
  return {
    name: process.name,
    priority: process.priority,
    command: process.command,
    directory: process.directory,
    umask: process.umask,
    autostart: process.autostart,
    autorestart: restart.autorestart,
    startsecs: restart.startSeconds / 1000,
    startretries: restart.startRetries,
    stopsignal: stop.steps[0]?.signal,
    stopwaitsecs: (stop.steps[0]?.wait ?? 0) / 1000,
    stopasgroup: stop.scope === "group",
    killasgroup: stop.killScope === "group",
    exitcodes: restart.exitCodes,
    redirect_stderr: stderr === "stdout",
    environment: process.environment,
    uid: process.user?.uid ?? null,
    stdout_logfile: destination(stdout),
    stdout_syslog: stdout.syslog,
    stdout_logfile_maxbytes: stdout.maxBytes,
    stdout_logfile_backups: stdout.backups,
    stdout_capture_maxbytes: stdout.captureMaxBytes,
    stderr_logfile: stderr === "stdout" ? null : destination(stderr),
    serverurl: process.serverUrl,
  };
}

function destination({ destination }: LogPlan): string | null {
  switch (destination.kind) {
    case "file":
      return destination.path;
    case "auto":
      return "AUTO";
    case "none":
      return null;
    case "stdout":
    case "stderr":
      return `/dev/${destination.kind}`;
  }
}
