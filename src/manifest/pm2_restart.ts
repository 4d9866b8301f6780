// When a PM2 app is started again and how it is stopped, in our keys.
import { parseDuration } from "../base/units.ts";
import type { RawValue } from "./document.ts";
import type { Field } from "./field.ts";
import { put, remark } from "./foreign.ts";
import {
  complain,
  fieldNode,
  type Fields,
  flagField,
  listField,
  numberField,
  textField,
} from "./foreign_fields.ts";

export function putPm2Restart(fields: Fields): void {
  const { draft, section, table } = fields;
  const set = (field: Field<unknown> | null, key: string, value: RawValue): void => {
    if (field !== null) put(draft, section, { key, line: field.line, value });
  };
  const autostart = flagField(fields, "autostart");
  set(autostart, "autostart", autostart?.value ?? true);
  putAutorestart(fields);
  const tries = numberField(fields, "max_restarts");
  set(tries, "startretries", Math.max(0, Math.round(tries?.value ?? 0)));
  const uptime = millisField(fields, "min_uptime");
  set(uptime, "startsecs", seconds(uptime?.value ?? 0));
  putWaits(fields);
  putMemory(fields);
  const kill = millisField(fields, "kill_timeout");
  set(kill, "stopwaitsecs", seconds(kill?.value ?? 0));
  const stopsignal = draft.machine.env["PM2_KILL_SIGNAL"] ?? "SIGINT";
  put(draft, section, {
    key: "stopsignal",
    line: table.line,
    value: stopsignal.replace(/^SIG/, ""),
  });
  const tree = flagField(fields, "treekill");
  if (tree?.value === false) set(tree, "stop_tree", false);
  const message = flagField(fields, "shutdown_with_message");
  if (message?.value === true) set(message, "stop_message", "shutdown");
}

/** PM2 starts an app again whatever its exit code, but for those of stop_exit_codes. */
function putAutorestart(fields: Fields): void {
  const { draft, section, table } = fields;
  const again = flagField(fields, "autorestart");
  const line = again?.line ?? table.line;
  if (again?.value === false) {
    put(draft, section, { key: "autorestart", line, value: false });
    return;
  }
  const node = fieldNode(table, ["stop_exit_codes"]);
  const codes = node === null ? null : listField(fields, "stop_exit_codes");
  if (codes === null) {
    put(draft, section, { key: "autorestart", line, value: true });
    return;
  }
  const words = typeof codes.value === "string" ? codes.value.split(",") : codes.value;
  const numbers = words.map((word) => Number(word.trim()));
  if (numbers.some((code) => !Number.isInteger(code) || code < 0 || code > 255)) {
    complain(fields, codes, `Cannot read "${words.join(", ")}" as exit codes`);
    return;
  }
  put(draft, section, { key: "autorestart", line: codes.line, value: "unexpected" });
  put(draft, section, { key: "exitcodes", line: codes.line, value: numbers });
}

/** PM2's growing wait: half as much again each time, 15 s at most, forgotten after 30 s. */
const GROWTH = { factor: 1.5, jitter: 0, reset_after: "30s" } as const;
const LONGEST = 15_000;

function putWaits(fields: Fields): void {
  const { draft, section } = fields;
  const delay = millisField(fields, "restart_delay");
  const growing = millisField(fields, "exp_backoff_restart_delay");
  if (delay !== null && delay.value > 0) {
    put(draft, section, { key: "restart_delay", line: delay.line, value: time(delay.value) });
    if (growing === null) {
      const what = "The least wait: after repeated failures it grows, up to 30 s";
      remark(draft, { ...delay, section }, what);
    }
  }
  if (growing === null || growing.value <= 0) return;
  const value = {
    initial: time(growing.value),
    ...GROWTH,
    max: time(Math.max(LONGEST, growing.value)),
  };
  put(draft, section, { key: "backoff", line: growing.line, value });
}

function putMemory(fields: Fields): void {
  const { draft, section } = fields;
  const cap = textField(fields, "max_memory_restart");
  if (cap === null) return;
  const value = /^\d+$/.test(cap.value) ? Number(cap.value) : cap.value;
  put(draft, section, { key: "max_memory", line: cap.line, value });
  remark(draft, { ...cap, section }, "Counts the processes it has started, too");
}

/** PM2's times: milliseconds, or a text such as `30s`. */
export function millisField(fields: Fields, key: string): Field<number> | null {
  const field = textField(fields, key);
  if (field === null) return null;
  const text = field.value.trim();
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : parseDuration(text);
  if (value !== null && value >= 0) return { ...field, value: Math.round(value) };
  return complain(fields, field, `Cannot read "${text}" as a time in milliseconds`);
}

/** A whole number of seconds as such, anything else with its unit. */
export function seconds(millis: number): RawValue {
  return millis % 1000 === 0 ? millis / 1000 : `${millis}ms`;
}

/** As our own keys have it in the manual. */
export function time(millis: number): string {
  return millis % 1000 === 0 ? `${millis / 1000}s` : `${millis}ms`;
}
