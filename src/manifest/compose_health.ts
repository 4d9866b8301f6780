// The health check of a docker-compose service, as a probe of ours.
import { quoteWord, splitWords } from "../base/words.ts";
import type { Field } from "./field.ts";
import { literal, put, remark } from "./foreign.ts";
import {
  complain,
  fieldNode,
  type Fields,
  inner,
  numberField,
  textField,
} from "./foreign_fields.ts";
import type { Millis } from "./plan.ts";
import { time } from "./pm2_restart.ts";
import { timeSpan } from "./systemd_service.ts";
import { scalarText, type TreeNode } from "./tree.ts";

/** What compose takes when nobody says. */
const USUAL = { interval: 30_000, timeout: 30_000, retries: 3 };

/** Sets `ready` and `health`: compose knows one check for both. */
export function putComposeHealth(fields: Fields): void {
  const { draft, section, table } = fields;
  const check = inner(fields, "healthcheck");
  const line = table.entries.get("healthcheck")?.line ?? table.line;
  if (check === null || textField(check, "disable")?.value === "true") return;
  const test = fieldNode(check.table, ["test"]);
  const probe = test === null ? null : probeOf(fields, test);
  if (probe === null) return;
  const set = (key: string, value: string | number): void =>
    put(draft, section, { key, line, value });
  const interval = spanOf(check, "interval") ?? USUAL.interval;
  const timeout = spanOf(check, "timeout") ?? USUAL.timeout;
  const retries = Math.max(1, numberField(check, "retries")?.value ?? USUAL.retries);
  const grace = spanOf(check, "start_period") ?? 0;
  set("ready", literal(probe));
  set("ready_timeout", time(grace + retries * (interval + timeout)));
  const first = spanOf(check, "start_interval");
  if (first !== null) set("ready_interval", time(first));
  // A look that begins a program costs more than a connection.
  else if (probe.startsWith("exec:")) set("ready_interval", time(Math.min(interval, 1000)));
  set("health", literal(probe));
  set("health_interval", time(interval));
  set("health_timeout", time(timeout));
  set("health_failures", retries);
  if (grace > 0) set("health_grace", time(grace));
  const what = "It is RUNNING when the test is good, and started anew when it is no longer";
  remark(draft, { section, key: "healthcheck", line }, what);
}

/** The same probe as the text of `health`; null for none. */
function probeOf(fields: Fields, test: Field<TreeNode>): string | null {
  const { value } = test;
  if (value.kind !== "list") {
    const text = scalarText(value);
    return text === null ? null : lineProbe(text);
  }
  const [kind, ...words] = value.items.map((item) => scalarText(item) ?? "");
  switch (kind) {
    case "NONE":
      return null;
    case "CMD":
      return knownProbe(words) ?? `exec:${words.map(quoteWord).join(" ")}`;
    case "CMD-SHELL":
      return lineProbe(words[0] ?? "");
    default:
      return complain(
        fields,
        { ...test, key: "healthcheck.test" },
        `Cannot read "${kind}" as a test`,
      );
  }
}

function lineProbe(line: string): string {
  const bare = line.replace(/\s*\|\|\s*(exit\s+1|false)\s*;?\s*$/, "")
    .replaceAll(/\s*(?:[12&]?>\s*\/dev\/null|2>&1)/g, "");
  const split = /[|&;<>()$`*?~#]/.test(bare.replace(/https?:\S+/g, "")) ? null : splitWords(bare);
  const known = split?.ok === true ? knownProbe(split.words) : null;
  return known ?? `exec:/bin/sh -c ${quoteWord(line)}`;
}

/** Programs that look at an address are not needed here: the runner looks itself. */
function knownProbe(words: readonly string[]): string | null {
  const [program = "", ...args] = words;
  const name = program.slice(program.lastIndexOf("/") + 1);
  const urls = args.filter((word) => /^(https?:\/\/|(localhost|127\.0\.0\.1)[:/])/.test(word));
  const [url] = urls;
  const others = args.filter((word) => !urls.includes(word));
  if (name === "curl" && url !== undefined && urls.length === 1 && isPlainCurl(others)) {
    return withScheme(url);
  }
  if (name === "wget" && url !== undefined && urls.length === 1 && isPlainWget(others)) {
    return withScheme(url);
  }
  if (name === "nc" && args.length > 1) return netcatProbe(args);
  return null;
}

/** It must fail with the status, and may throw away what it gets. */
function isPlainCurl(words: readonly string[]): boolean {
  const text = words.join(" ");
  const plain =
    /^(-[fsS]+|--fail|--silent|--show-error|-o \/dev\/null|--output \/dev\/null|-I| )*$/;
  return plain.test(text) && /(^| )(-[sS]*f|--fail)/.test(text);
}

function isPlainWget(words: readonly string[]): boolean {
  return /^(-q|-nv|--quiet|--no-verbose|--spider|--tries=1|-t ?1|-O ?-|-qO-|-O ?\/dev\/null|-qO ?\/dev\/null| )*$/
    .test(words.join(" "));
}

function withScheme(url: string): string | null {
  const whole = /^https?:/.test(url) ? url : `http://${url}`;
  return URL.canParse(whole) ? whole : null;
}

function netcatProbe(args: readonly string[]): string | null {
  const [flags, host, port, ...more] = args;
  if (flags === "-zU" && host?.startsWith("/") === true && port === undefined) {
    return `unix:${host}`;
  }
  if (flags !== "-z" || host === undefined || more.length > 0) return null;
  return /^\d{1,5}$/.test(port ?? "") ? `tcp:${host}:${port}` : null;
}

function spanOf(fields: Fields, key: string): Millis | null {
  const field = textField(fields, key);
  if (field === null) return null;
  const value = timeSpan(field.value);
  if (value !== null && value !== Infinity) return value;
  return complain(fields, field, `Cannot read "${field.value}" as a time`);
}
