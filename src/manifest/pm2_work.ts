// When a PM2 app counts as up, when it is due, and which files start it anew, in our keys.
import type { Field } from "./field.ts";
import { differs, literal, put, remark } from "./foreign.ts";
import { fieldNode, type Fields, flagField, listField, textField } from "./foreign_fields.ts";
import { millisField, time } from "./pm2_restart.ts";

export function putPm2Work(fields: Fields): void {
  putReady(fields);
  putCron(fields);
  putWatch(fields);
}

function putReady(fields: Fields): void {
  const { draft, section } = fields;
  const wait = flagField(fields, "wait_ready");
  const limit = millisField(fields, "listen_timeout");
  if (wait === null || !wait.value) {
    if (limit === null) return;
    remark(draft, { ...limit, section }, "Not needed: without wait_ready nothing is waited for");
    return;
  }
  put(draft, section, { key: "ready", line: wait.line, value: "message" });
  // When it is over PM2 takes the app for ready; here its start has failed.
  const usual = 90_000;
  if (limit !== null && limit.value > usual) {
    put(draft, section, { key: "ready_timeout", line: limit.line, value: time(limit.value) });
  } else if (limit !== null) {
    const longer = "Its start fails after 90 s, and PM2 would only stop waiting";
    remark(draft, { ...limit, section }, longer);
  }
}

/** An app that is not started again when it ends is a job; any other is started anew at these times. */
function putCron(fields: Fields): void {
  const { draft, section } = fields;
  const cron = textField(fields, "cron_restart", "cron");
  if (cron === null || cron.value === "0" || cron.value.trim() === "") return;
  const isJob = flagField(fields, "autorestart")?.value === false;
  if (!isJob) {
    put(draft, section, { key: "restart_schedule", line: cron.line, value: literal(cron.value) });
    return;
  }
  for (const key of NOT_OF_JOBS) section.entries.delete(key);
  put(draft, section, { key: "schedule", line: cron.line, value: literal(cron.value) });
  remark(draft, { ...cron, section }, "A job: started when it is due, and not at start");
}

const NOT_OF_JOBS = ["autorestart", "autostart", "startsecs", "startretries", "restart_delay"];

function putWatch(fields: Fields): void {
  const { draft, section } = fields;
  const node = fieldNode(fields.table, ["watch"]);
  if (node === null) return;
  const flag = node.value.kind === "scalar" ? node.value.value : null;
  if (flag === false || flag === "false") return;
  const all = flag === true || flag === "true";
  const list = all ? null : listField(fields, "watch");
  if (!all && list === null) return;
  const paths = wordsOf(list).map((path) => literal(path.replace(/\/+$/, "")));
  const value = all || paths.length === 0 ? true : paths;
  put(draft, section, { key: "watch", line: node.line, value });
  const ignored = listField(fields, "ignore_watch");
  if (ignored !== null) {
    put(draft, section, { ...ignored, key: "watch_ignore", value: wordsOf(ignored).map(literal) });
  }
  const delay = millisField(fields, "watch_delay");
  if (delay !== null && delay.value > 0) {
    put(draft, section, { ...delay, value: time(delay.value) });
  }
  const options = fieldNode(fields.table, ["watch_options"]);
  if (options !== null) {
    differs(draft, { ...options, section }, "Ignored: the runner watches in its own way");
  }
}

function wordsOf(field: Field<readonly string[] | string> | null): readonly string[] {
  if (field === null) return [];
  return typeof field.value === "string" ? [field.value] : field.value;
}
