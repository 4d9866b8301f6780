// What an alert says: lines for people, and the bodies that receivers understand.
import type { AlertPlan } from "../manifest/alert_plan.ts";
import { formatPercent } from "../manifest/percent_format.ts";
import type { Parcel } from "./alert_desk.ts";
import type { News } from "./alert_news.ts";

/** Who speaks. */
export interface Speaker {
  readonly host: string;
  readonly pid: number;
  readonly manifest: string;
  readonly version: string;
}

/** A body and what it is. */
export interface Body {
  readonly type: string;
  readonly text: string;
}

/** Chat services refuse longer texts: WeCom takes 2,048 bytes. */
const LONGEST: Readonly<Record<"text" | "slack" | "dingtalk" | "wecom", number>> = {
  text: 60_000,
  slack: 30_000,
  dingtalk: 15_000,
  wecom: 2_000,
};

/** A line for each of the news. */
export function messageLines(
  { news, omitted }: Parcel,
  plan: AlertPlan,
  speaker: Speaker,
): readonly string[] {
  const lines = news.map((one) => lineOf(one, plan, speaker));
  return omitted === 0 ? lines : [...lines, `... and ${omitted} more`];
}

function lineOf(news: News, plan: AlertPlan, { host, manifest }: Speaker): string {
  const { event, text, subject } = news;
  const values = new Map<string, string>([
    ["alert", plan.name],
    ["event", event],
    ["text", text],
    ["host", host],
    ["time", new Date(news.at).toISOString()],
    ["process", subject?.name ?? ""],
    ["program", subject?.program ?? ""],
    ["group", subject?.group ?? ""],
    ["manifest", manifest],
  ]);
  const result = formatPercent(plan.message, (name) => values.get(name));
  return result.ok ? result.text : text;
}

/** The body for a webhook. */
export function messageBody(parcel: Parcel, plan: AlertPlan, speaker: Speaker): Body {
  const { template } = plan;
  if (template === "json") return json(eventsJson(parcel, plan, speaker));
  const text = clip(messageLines(parcel, plan, speaker).join("\n"), LONGEST[template]);
  switch (template) {
    case "text":
      return { type: "text/plain; charset=utf-8", text: `${text}\n` };
    case "slack":
      return json({ text: text.replace(/[&<>]/g, (sign) => SLACK_SIGNS[sign] ?? sign) });
    case "dingtalk":
    case "wecom":
      return json({ msgtype: "text", text: { content: text } });
  }
}

// Otherwise <!channel> in the output of a program would wake everybody.
const SLACK_SIGNS: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** Everything, for programs. */
export function eventsJson({ news, omitted }: Parcel, plan: AlertPlan, speaker: Speaker) {
  return {
    alert: plan.name,
    runner: speaker,
    text: messageLines({ news, omitted }, plan, speaker).join("\n"),
    omitted,
    events: news.map(({ event, at, subject, text, detail }) => ({
      event,
      time: new Date(at).toISOString(),
      id: subject?.id ?? null,
      process: subject?.name ?? null,
      program: subject?.program ?? null,
      group: subject?.group ?? null,
      text,
      detail,
    })),
  };
}

/** What a command finds in its environment, about the first of the news. */
export function messageEnvironment(
  parcel: Parcel,
  plan: AlertPlan,
  speaker: Speaker,
): Readonly<Record<string, string>> {
  const [first] = parcel.news;
  return {
    RUNNER_ALERT: plan.name,
    RUNNER_EVENT: first?.event ?? "",
    RUNNER_PROGRAM: first?.subject?.program ?? "",
    RUNNER_PROCESS: first?.subject?.name ?? "",
    RUNNER_GROUP: first?.subject?.group ?? "",
    RUNNER_COUNT: `${parcel.news.length + parcel.omitted}`,
    // Whoever wants more reads stdin; there is room for 128 KiB in one variable.
    RUNNER_TEXT: clip(messageLines(parcel, plan, speaker).join("\n"), 4_000),
  };
}

/** Cuts to so many bytes of UTF-8, between characters. */
function clip(text: string, most: number): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= most) return text;
  const cut = new TextDecoder().decode(bytes.subarray(0, most - 4));
  return `${cut.replace(/\uFFFD+$/, "")} ...`;
}

function json(value: unknown): Body {
  return { type: "application/json; charset=utf-8", text: JSON.stringify(value) };
}
