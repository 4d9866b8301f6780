// One docker-compose service as a program.
import { splitWords } from "../base/words.ts";
import { putComposeEnvironment } from "./compose_environment.ts";
import { reportComposeKeys } from "./compose_keys.ts";
import { putComposeHealth } from "./compose_health.ts";
import { putComposeHooks } from "./compose_hooks.ts";
import { putComposeLimits } from "./compose_limits.ts";
import { putComposeWatch } from "./compose_order.ts";
import type { Field } from "./field.ts";
import { differs, literal, put, remark } from "./foreign.ts";
import {
  complain,
  fieldNode,
  type Fields,
  inner,
  listField,
  numberField,
  textField,
} from "./foreign_fields.ts";
import { seconds, time } from "./pm2_restart.ts";
import { timeSpan } from "./systemd_service.ts";

export function takeComposeService(fields: Fields): void {
  const { draft, section, table } = fields;
  const command = listField(fields, "command");
  const entry = listField(fields, "entrypoint");
  const words = [...wordsOf(fields, entry), ...wordsOf(fields, command)];
  const line = (entry ?? command)?.line ?? table.line;
  put(draft, section, { key: "command", line, value: words.map(literal) });
  const folder = textField(fields, "working_dir");
  if (folder === null) {
    put(draft, section, { key: "directory", line, value: literal(draft.source.here) });
  } else {
    put(draft, section, { ...folder, key: "directory", value: literal(folder.value) });
    differs(
      draft,
      { ...folder, section },
      "A folder of the image: it must be there on this machine",
    );
  }
  putComposeEnvironment(fields);
  putUser(fields);
  putCount(fields);
  putRestart(fields);
  putStop(fields);
  putComposeLimits(fields);
  putComposeHealth(fields);
  putComposeHooks(fields);
  putComposeWatch(fields);
  if (fieldNode(table, ["profiles"]) !== null) {
    const from = table.entries.get("profiles")?.line ?? line;
    put(draft, section, { key: "autostart", line: from, value: false });
    differs(draft, { section, key: "profiles", line: from }, "Not started by itself");
  }
  if (textField(fields, "stdin_open")?.value === "true") {
    put(draft, section, { key: "stdin", line, value: "pipe" });
  }
  reportComposeKeys(fields);
}

/** Compose splits texts as a shell does, and runs none. */
function wordsOf(
  fields: Fields,
  field: Field<readonly string[] | string> | null,
): readonly string[] {
  if (field === null) return [];
  if (typeof field.value !== "string") return field.value;
  const split = splitWords(field.value);
  if (split.ok) return split.words;
  complain(fields, field, `Cannot read "${field.value}" as a command: ${split.fault}`);
  return [];
}

function putUser(fields: Fields): void {
  const { draft, section } = fields;
  const field = textField(fields, "user");
  if (field === null) return;
  const [user = "", group] = field.value.split(":");
  if (user !== "") put(draft, section, { ...field, key: "user", value: user });
  if (group !== undefined) put(draft, section, { ...field, key: "group_name", value: group });
}

function putCount(fields: Fields): void {
  const { draft, section } = fields;
  const deploy = inner(fields, "deploy");
  const field = (deploy === null ? null : textField(deploy, "replicas")) ??
    textField(fields, "scale");
  if (field === null) return;
  const value = Number(field.value);
  if (!Number.isInteger(value) || value < 0) {
    complain(fields, field, `Cannot read "${field.value}" as a number of processes`);
    return;
  }
  put(draft, section, { ...field, key: "numprocs", value });
  if (value < 2) return;
  const name = "%(program_name)s_%(process_num)d";
  put(draft, section, { ...field, key: "process_name", value: name });
}

const POLICIES: Readonly<Record<string, boolean | "unexpected">> = {
  no: false,
  false: false,
  none: false,
  always: true,
  any: true,
  "unless-stopped": true,
  "on-failure": "unexpected",
};

function putRestart(fields: Fields): void {
  const { draft, section, table } = fields;
  const policy = inner(fields, "deploy", "restart_policy");
  const field = textField(fields, "restart") ??
    (policy === null ? null : textField(policy, "condition"));
  if (field === null) {
    const spot = { section, key: "restart", line: table.line };
    put(draft, section, { key: "autorestart", line: table.line, value: false });
    remark(draft, spot, "Not set: it is not started again when it ends");
    return;
  }
  const [name = "", tries] = field.value.split(":");
  const value = POLICIES[name];
  if (value === undefined) {
    complain(fields, field, `Cannot read "${field.value}" as a restart policy`);
    return;
  }
  put(draft, section, { ...field, key: "autorestart", value });
  // Said outright, of something that nobody looks at: it is there to end.
  if (value === false && field.key === "restart" && !table.entries.has("healthcheck")) {
    put(draft, section, { ...field, key: "type", value: "oneshot" });
    remark(draft, { ...field, section }, "Expected to end, and done when it has");
  }
  if (tries !== undefined && /^\d{1,9}$/.test(tries)) {
    put(draft, section, { ...field, key: "startretries", value: Number(tries) });
    remark(draft, { ...field, section }, "Counts the failed starts in a row");
  }
  const attempts = policy === null ? null : numberField(policy, "max_attempts");
  if (attempts !== null && value !== false) {
    put(draft, section, { ...attempts, key: "startretries" });
    remark(draft, { ...attempts, section }, "Counts the failed starts in a row");
  }
  const delay = policy === null ? null : textField(policy, "delay");
  const wait = delay === null ? null : timeSpan(delay.value);
  if (delay !== null && wait !== null && wait > 0) {
    put(draft, section, { ...delay, key: "restart_delay", value: time(wait) });
  }
}

function putStop(fields: Fields): void {
  const { draft, section } = fields;
  const signal = textField(fields, "stop_signal");
  if (signal !== null) {
    put(draft, section, { ...signal, key: "stopsignal", value: signal.value.replace(/^SIG/, "") });
  }
  const grace = textField(fields, "stop_grace_period");
  if (grace === null) return;
  const wait = timeSpan(grace.value);
  if (wait === null || wait === Infinity) {
    complain(fields, grace, `Cannot read "${grace.value}" as a time`);
  } else put(draft, section, { ...grace, key: "stopwaitsecs", value: seconds(wait) });
}
