// A plan as `runner check` shows it: as text, and as plain data for --json. Values of variables are never shown.
import { formatProblem } from "../base/errors.ts";
import { formatDuration, formatSize } from "../base/units.ts";
import { alertJson, alertLines } from "./plan_view_alerts.ts";
import { groupLines } from "./plan_view_process.ts";
import type { Bytes, Millis, Plan, ProcessPlan, RunnerPlan, ServerPlan } from "./plan.ts";
import { destinationText, rows } from "./plan_view_rows.ts";

/** What `25%` is of. */
export interface PlanMemory {
  readonly total: Bytes;
  /** True: a cgroup sets it, such as that of a container. */
  readonly isLimited: boolean;
}

/** That of a whole machine is nothing to tell. */
function memoryText(memory: PlanMemory | null): string {
  if (memory === null || !memory.isLimited) return "";
  return `${formatSize(memory.total)}, the limit of the container or cgroup`;
}

/** The plan as it would run, for people. */
export function planAsText(
  plan: Plan,
  memory: PlanMemory | null = null,
  now: Millis | null = null,
): string {
  const count = plan.groups.reduce((sum, group) => sum + group.processes.length, 0);
  const lines = [
    `${plan.file}: ${count} ${count === 1 ? "process" : "processes"} in ${plan.groups.length} ` +
    `${plan.groups.length === 1 ? "group" : "groups"}, in start order`,
    ...runnerLines(plan.runner),
    ...rows([["memory", memoryText(memory)]]),
    ...plan.servers.flatMap(serverLines),
    ...plan.alerts.flatMap((alert) => ["", ...alertLines(alert)]),
    ...plan.groups.flatMap((group) => ["", ...groupLines(group, now)]),
  ];
  return lines.join("\n");
}

function runnerLines(runner: RunnerPlan): readonly string[] {
  const log = runner.logfile.kind === "syslog" ? "syslog" : destinationText(runner.logfile);
  return rows([
    ["log", runner.logfile.kind === "auto" ? "" : log],
    [
      "rotated",
      runner.logfile.kind !== "file" || runner.logfileMaxBytes === 0
        ? ""
        : `at ${formatSize(runner.logfileMaxBytes)}, ${runner.logfileBackups} kept`,
    ],
    ["level", runner.logLevel === "info" ? "" : runner.logLevel],
    ["format", runner.logFormat === "text" ? "" : runner.logFormat],
    ["pid file", runner.pidfile ?? ""],
    ["user", runner.user?.name ?? ""],
    ["AUTO logs in", runner.childLogDir ?? ""],
    ["watched", runner.watchManifest === true ? "changes of the manifest are applied" : ""],
    ["ends", runner.shutdownWhen === "never" ? "" : `by itself: ${runner.shutdownWhen}`],
    [
      "stop deadline",
      runner.shutdownTimeout === null ? "" : formatDuration(runner.shutdownTimeout),
    ],
  ]);
}

function serverLines(server: ServerPlan): readonly string[] {
  const guard = server.username === null ? "no password" : `user ${server.username}`;
  return rows([[server.kind === "unix" ? "socket" : "port", `${server.address}, ${guard}`]]);
}

/** The plan as plain data, without passwords and the values of variables. */
export function planAsJson(plan: Plan) {
  return {
    file: plan.file,
    dialect: plan.dialect,
    runner: plan.runner,
    servers: plan.servers.map(({ password, ...server }) => ({
      ...server,
      hasPassword: password !== null,
    })),
    alerts: plan.alerts.map(alertJson),
    groups: plan.groups.map((group) => ({ ...group, processes: group.processes.map(processJson) })),
    notices: plan.notices.map((notice) => ({ ...notice, text: formatProblem(notice) })),
  };
}

/** A process as plain data, with the names of its variables only. */
export function processJson({ environment, ...process }: ProcessPlan) {
  return { ...process, environment: Object.keys(environment).toSorted() };
}
