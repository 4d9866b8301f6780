// What supervisord tells of the manifest last read: getAllConfigInfo.
import type { LogPlan, Plan, ProcessPlan } from "../../manifest/plan.ts";
import { serverUrl } from "../../manifest/plan_server.ts";
import type { StreamName } from "../../ports/logs.ts";
import type { RunnerFace } from "../runner_face.ts";
import { struct, type XmlRpcStruct, type XmlRpcValue } from "../xmlrpc/value.ts";
import { hasGroup } from "./names.ts";
import { logPlan, shownPath } from "./process_info.ts";

/** One struct for each process, by its name. There is no nil in XML-RPC: what is not set is "none". */
export function allConfigInfo(runner: RunnerFace): readonly XmlRpcStruct[] {
  const { pending, pool } = runner;
  const rows = pending.groups.flatMap((group) => {
    const inuse = hasGroup(pool.plan.groups, group.name);
    return group.processes.map((plan) => ({ plan, inuse, priority: group.priority }));
  });
  const sorted = rows.toSorted((one, other) => byName(one.plan, other.plan));
  return sorted.map(({ plan, inuse, priority }) =>
    struct({
      ...programFields(plan, pending),
      ...logFields(runner, plan, "stdout"),
      ...logFields(runner, plan, "stderr"),
      group_prio: priority,
      inuse,
    })
  );
}

function byName(one: ProcessPlan, other: ProcessPlan): number {
  return one.name < other.name ? -1 : one.name > other.name ? 1 : 0;
}

function programFields(plan: ProcessPlan, pending: Plan): Record<string, XmlRpcValue> {
  const [first] = plan.stop.steps;
  return {
    name: plan.name,
    group: plan.group,
    autostart: plan.autostart,
    command: joinCommand(plan.command),
    directory: plan.directory ?? "none",
    exitcodes: plan.restart.exitCodes,
    killasgroup: plan.stop.killScope !== "process",
    process_prio: plan.priority,
    redirect_stderr: plan.stderr === "stdout",
    // The url of the first server is what AUTO stands for: nobody has set that one.
    serverurl: plan.serverUrl === serverUrl(pending.servers) ? "none" : plan.serverUrl ?? "none",
    startretries: plan.restart.startRetries,
    startsecs: plan.restart.startSeconds / 1_000,
    stopsignal: first?.signal ?? 15,
    stopwaitsecs: (first?.wait ?? 0) / 1_000,
    uid: plan.user?.uid ?? "none",
  };
}

function logFields(
  runner: RunnerFace,
  plan: ProcessPlan,
  stream: StreamName,
): Record<string, XmlRpcValue> {
  const log = logPlan(plan, stream);
  const { backups, maxBytes, captureMaxBytes, eventsEnabled, syslog } = log ?? MERGED;
  return {
    [`${stream}_logfile`]: logfile(runner, plan, stream),
    [`${stream}_logfile_backups`]: backups,
    [`${stream}_logfile_maxbytes`]: maxBytes,
    [`${stream}_capture_maxbytes`]: captureMaxBytes,
    [`${stream}_events_enabled`]: eventsEnabled,
    [`${stream}_syslog`]: syslog,
  };
}

/** A merged stderr has no settings of its own; these are the defaults. */
const MERGED: Pick<
  LogPlan,
  "backups" | "maxBytes" | "captureMaxBytes" | "eventsEnabled" | "syslog"
> = {
  backups: 10,
  maxBytes: 50 << 20,
  captureMaxBytes: 0,
  eventsEnabled: false,
  syslog: false,
};

/** A process that is only in the file has no AUTO log yet. */
function logfile(runner: RunnerFace, plan: ProcessPlan, stream: StreamName): string {
  const isAuto = logPlan(plan, stream)?.destination.kind === "auto";
  const running = runner.pool.processes.get(plan.id)?.plan;
  if (!isAuto) return shownPath(runner.logs, plan, stream) ?? "none";
  return running === undefined ? "auto" : shownPath(runner.logs, running, stream) ?? "none";
}

/** The words as one line that a shell would split into the same words. */
export function joinCommand(words: readonly string[]): string {
  return words.map(quoteWord).join(" ");
}

function quoteWord(word: string): string {
  if (/^[\w@%+=:,./~-]+$/.test(word)) return word;
  if (!word.includes("'")) return `'${word}'`;
  if (!/["\\$`]/.test(word)) return `"${word}"`;
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}
