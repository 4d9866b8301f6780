// Writes an alert as a section of a manifest.
import { formatDuration } from "../base/units.ts";
import { quoteWord } from "../base/words.ts";
import type { AlertPlan, AlertTarget, SecretSource } from "./alert_plan.ts";
import { createSection, type ExportSection, type SectionDraft } from "./export_section.ts";
import { literal } from "./foreign.ts";
import { ALERT, ALERT_DELIVERY, ALERT_SECRET } from "./settings_alert.ts";

export function alertSection(alert: AlertPlan): ExportSection {
  const { name, on, programs, target, template, message, secret } = alert;
  const section = createSection();
  section.put(ALERT.on, on);
  if (programs.length > 0) section.put(ALERT.programs, programs.map(literal));
  writeTarget(section, target);
  if (template !== (target.kind === "mail" ? "text" : "json")) {
    section.put(ALERT.template, template);
  }
  section.set(ALERT.message, message, message);
  if (secret !== null) writeSecret(section, secret);
  const { every, groupWait, timeout, retries, flapping } = alert;
  section.set(ALERT_DELIVERY.every, every, formatDuration(every));
  section.set(ALERT_DELIVERY.groupWait, groupWait, formatDuration(groupWait));
  section.set(ALERT_DELIVERY.timeout, timeout, formatDuration(timeout));
  section.set(ALERT_DELIVERY.retries, retries, retries);
  const written = `${flapping.ends} in ${formatDuration(flapping.within)}`;
  section.set(ALERT_DELIVERY.flapping, flapping, written);
  return { name: `alert:${name}`, entries: section.entries };
}

function writeTarget(section: SectionDraft, target: AlertTarget): void {
  switch (target.kind) {
    case "mail":
      return section.put(ALERT.to, unexpanded(`mailto:${target.address}`));
    case "exec":
      return section.put(ALERT.to, unexpanded(`exec:${target.command.map(quoteWord).join(" ")}`));
    case "webhook":
      break;
  }
  const { url } = target;
  switch (url.kind) {
    case "text":
      return section.put(ALERT.to, unexpanded(url.text));
    case "env":
      return section.put(ALERT.urlEnv, literal(url.name));
    case "file":
      return section.put(ALERT.urlFile, literal(url.path));
  }
}

function writeSecret(section: SectionDraft, secret: SecretSource): void {
  switch (secret.kind) {
    case "text":
      return section.put(ALERT_SECRET.secret, unexpanded(secret.text));
    case "env":
      return section.put(ALERT_SECRET.secretEnv, literal(secret.name));
    case "file":
      return section.put(ALERT_SECRET.secretFile, literal(secret.path));
  }
}

/** Percent signs of such a value are left alone unless there is something to fill in. */
function unexpanded(text: string): string {
  return text.includes("%(") ? literal(text) : text;
}

/** Whether the manifest itself holds what should not be seen: the URL of a webhook is as good as a password. */
export function hidesSecret({ target, secret }: AlertPlan): boolean {
  return secret?.kind === "text" || (target.kind === "webhook" && target.url.kind === "text");
}
