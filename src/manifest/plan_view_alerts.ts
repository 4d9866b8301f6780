// Alerts of a plan, as text and as plain data. Secrets are not shown: of a URL, its host only.
import { formatDuration } from "../base/units.ts";
import { quoteWord } from "../base/words.ts";
import type { AlertPlan, AlertTarget, SecretSource } from "./alert_plan.ts";
import { rows } from "./plan_view_rows.ts";

export function alertLines(alert: AlertPlan): readonly string[] {
  const { name, on, programs, template, every, groupWait, retries } = alert;
  const whom = programs.length === 0 ? "" : ` of ${programs.join(", ")}`;
  return [
    `alert ${name}`,
    ...rows([
      ["on", on.join(", ") + whom],
      ["to", `${targetText(alert.target)}, ${template}`],
      ["message", alert.message],
      ["secret", alert.secret === null ? "" : sourceText(alert.secret)],
      ["at most", every === 0 ? "" : `every ${formatDuration(every)}`],
      ["waits", groupWait === 0 ? "" : `${formatDuration(groupWait)} for more`],
      ["flapping", on.includes("flapping") ? flappingText(alert) : ""],
      ["tries", `${retries + 1}, each within ${formatDuration(alert.timeout)}`],
    ]),
  ];
}

function flappingText({ flapping: { ends, within } }: AlertPlan): string {
  return `${ends} ends in ${formatDuration(within)}`;
}

/** Where it goes, fit to be seen. */
export function targetText(target: AlertTarget): string {
  switch (target.kind) {
    case "webhook":
      return target.url.kind === "text" ? originOf(target.url.text) : sourceText(target.url);
    case "mail":
      return `mailto:${target.address}`;
    case "exec":
      return `exec:${target.command.map(quoteWord).join(" ")}`;
  }
}

function sourceText(source: SecretSource): string {
  switch (source.kind) {
    case "text":
      return "(hidden)";
    case "env":
      return `$${source.name}`;
    case "file":
      return `the content of ${source.path}`;
  }
}

/** Scheme, host and port of a URL; the rest may be secret. */
export function originOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}/...`;
}

export function alertJson({ target, secret, ...alert }: AlertPlan) {
  return {
    ...alert,
    target: { kind: target.kind, text: targetText(target) },
    secret: secret === null ? null : { kind: secret.kind },
  };
}
