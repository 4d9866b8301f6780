// From the sections of alerts to their plans.
import { isGlob, matchesGlob } from "../base/glob.ts";
import { splitWords } from "../base/words.ts";
import {
  type AlertPlan,
  type AlertTarget,
  MESSAGE_NAMES,
  type SecretSource,
} from "./alert_plan.ts";
import type { ManifestContext } from "./context.ts";
import { type Manifest, sectionsOf } from "./manifest.ts";
import { formatPercent } from "./percent_format.ts";
import type { GroupPlan, ProcessPlan } from "./plan.ts";
import type { ProblemLog } from "./problems.ts";
import { isSet, reportError, reportMissing, reportWarning, type Scope, take } from "./scope.ts";
import type { Setting } from "./setting.ts";
import { ALERT, ALERT_DELIVERY, ALERT_SECRET } from "./settings_alert.ts";

export interface AlertRequest {
  readonly machine: ManifestContext;
  readonly problems: ProblemLog;
  /** The names `ENV_X`. */
  readonly env: ReadonlyMap<string, string>;
  readonly groups: readonly GroupPlan[];
}

export function buildAlerts(manifest: Manifest, request: AlertRequest): readonly AlertPlan[] {
  const { machine, problems, env, groups } = request;
  return sectionsOf(manifest, "alert").flatMap(({ name, section }) => {
    const values = new Map([["host_node_name", machine.hostName]]);
    const scope: Scope = { section, machine, problems, names: { values, env } };
    const plan = buildAlert(scope, name);
    checkPrograms(scope, groups);
    checkMessage(scope);
    return plan === null ? [] : [plan];
  });
}

function buildAlert(scope: Scope, name: string): AlertPlan | null {
  const on = take(scope, ALERT.on);
  const target = buildTarget(scope);
  if (!isSet(scope, ALERT.on)) reportMissing(scope, ALERT.on);
  if (on === null || target === null) return null;
  const timeout = take(scope, ALERT_DELIVERY.timeout);
  if (timeout <= 0) {
    const what = "No message would ever have the time to be sent";
    reportError(scope, ALERT_DELIVERY.timeout, { what, allowed: "use a time above 0" });
  }
  return {
    name,
    on,
    programs: take(scope, ALERT.programs),
    target,
    template: take(scope, ALERT.template) ?? (target.kind === "mail" ? "text" : "json"),
    message: take(scope, ALERT.message),
    secret: buildSecret(scope, target),
    every: take(scope, ALERT_DELIVERY.every),
    groupWait: take(scope, ALERT_DELIVERY.groupWait),
    timeout,
    retries: take(scope, ALERT_DELIVERY.retries),
    flapping: take(scope, ALERT_DELIVERY.flapping),
  };
}

const TARGETS = "use https://..., http://..., mailto:ADDRESS or exec:COMMAND";

function buildTarget(scope: Scope): AlertTarget | null {
  const ways: readonly Setting<unknown>[] = [ALERT.to, ALERT.urlEnv, ALERT.urlFile];
  const [first, second] = ways.filter((setting) => isSet(scope, setting));
  if (first === undefined) {
    const allowed = `${TARGETS}, or set url_env or url_file`;
    reportError(scope, ALERT.to, { what: "Required, but not set", allowed });
    return null;
  }
  if (second !== undefined) {
    reportError(scope, second, {
      what: `Cannot be used together with ${first.key}`,
      allowed: "keep one",
    });
    return null;
  }
  const url = elsewhere(scope, ALERT.urlEnv, ALERT.urlFile);
  if (url !== null) return { kind: "webhook", url };
  const text = take(scope, ALERT.to)?.trim() ?? null;
  return text === null ? null : parseTarget(scope, text);
}

/** Never shows a URL: it may hold a token. */
function parseTarget(scope: Scope, text: string): AlertTarget | null {
  if (/^https?:\/\//i.test(text)) {
    if (URL.canParse(text)) return { kind: "webhook", url: { kind: "text", text } };
    reportError(scope, ALERT.to, { what: "Cannot read the value as a URL", allowed: TARGETS });
    return null;
  }
  if (text.startsWith("mailto:")) {
    const address = text.slice("mailto:".length);
    // It goes into a header of the mail as it is.
    if (/^[^\s@,;<>"]+@[^\s@,;<>"]+$/.test(address)) return { kind: "mail", address };
    const what = `Cannot read "${address}" as an address`;
    reportError(scope, ALERT.to, { what, allowed: "use mailto:NAME@HOST" });
    return null;
  }
  if (text.startsWith("exec:")) {
    const split = splitWords(text.slice("exec:".length));
    if (split.ok && split.words.length > 0) return { kind: "exec", command: split.words };
    const why = split.ok ? "it is empty" : split.fault;
    reportError(scope, ALERT.to, { what: `Cannot read the command: ${why}`, allowed: TARGETS });
    return null;
  }
  reportError(scope, ALERT.to, { what: "Cannot read the value as a target", allowed: TARGETS });
  return null;
}

function buildSecret(scope: Scope, target: AlertTarget): SecretSource | null {
  const ways: readonly Setting<unknown>[] = Object.values(ALERT_SECRET);
  const [first, second] = ways.filter((setting) => isSet(scope, setting));
  if (first === undefined) return null;
  if (second !== undefined) {
    reportError(scope, second, {
      what: `Cannot be used together with ${first.key}`,
      allowed: "keep one",
    });
  }
  if (target.kind !== "webhook") {
    reportWarning(scope, first, { what: "Ignored: only webhooks have one", allowed: "remove it" });
  }
  const outside = elsewhere(scope, ALERT_SECRET.secretEnv, ALERT_SECRET.secretFile);
  if (outside !== null) return outside;
  const text = take(scope, ALERT_SECRET.secret);
  return text === null ? null : { kind: "text", text };
}

function elsewhere(
  scope: Scope,
  inEnv: Setting<string | null>,
  inFile: Setting<string | null>,
): SecretSource | null {
  const name = take(scope, inEnv);
  if (name !== null) {
    if ((scope.machine.env[name] ?? "") === "") unsent(scope, inEnv, `${name} is not set`);
    return { kind: "env", name };
  }
  const path = take(scope, inFile);
  if (path === null) return null;
  if (scope.machine.exists(path) === "missing") unsent(scope, inFile, `"${path}" is missing`);
  return { kind: "file", path };
}

/** A start does not fail for want of an alert; a check does. */
function unsent(scope: Scope, setting: Setting<unknown>, why: string): void {
  reportWarning(scope, setting, {
    what: `Nothing can be sent: ${why}`,
    allowed: "set it before the runner is started",
    errorIn: "check",
  });
}

function checkPrograms(scope: Scope, groups: readonly GroupPlan[]): void {
  const processes = groups.flatMap((group) => group.processes);
  for (const pattern of take(scope, ALERT.programs)) {
    if (processes.some((process) => isAbout([pattern], process))) continue;
    const what = `Nothing is called "${pattern}"`;
    const allowed = isGlob(pattern) ? "" : "name a program, a process or a group";
    reportWarning(scope, ALERT.programs, { what, allowed, errorIn: "check" });
  }
}

/** True when one of the patterns names the process. */
export function isAbout(
  patterns: readonly string[],
  { id, program, name, group }: Pick<ProcessPlan, "id" | "program" | "name" | "group">,
): boolean {
  if (patterns.length === 0) return true;
  const names = [program, name, group, id];
  return patterns.some((pattern) => names.some((one) => matchesGlob(one, pattern)));
}

function checkMessage(scope: Scope): void {
  const names: readonly string[] = MESSAGE_NAMES;
  const result = formatPercent(
    take(scope, ALERT.message),
    (name) => names.includes(name) ? "" : undefined,
  );
  if (result.ok) return;
  const { fault } = result;
  const what = fault.kind === "unknown-name"
    ? `There is no "${fault.name}" to put in`
    : `Cannot fill in ${fault.directive}: ${fault.reason}`;
  const allowed = `use ${MESSAGE_NAMES.map((name) => `%(${name})s`).join(", ")}; write %% for %`;
  reportError(scope, ALERT.message, { what, allowed });
}
