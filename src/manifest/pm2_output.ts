// Where the output of a PM2 app goes.
import type { Field } from "./field.ts";
import { differs, literal, put, remark } from "./foreign.ts";
import { type Fields, flagField, textField } from "./foreign_fields.ts";
import { absolutePath, expandHome } from "./paths.ts";

const OUT = ["out_file", "output", "out", "out_log"] as const;
const ERROR = ["error_file", "error", "err", "err_file", "err_log"] as const;

/** Relative files are of the app's folder. */
export function putPm2Output(fields: Fields, folder: string): void {
  putFormat(fields);
  const off = flagField(fields, "disable_logs");
  if (off?.value === true) {
    putFile(fields, "stdout", { ...off, value: "NONE" });
    putFile(fields, "stderr", { ...off, value: "NONE" });
    return;
  }
  const both = textField(fields, "log_file", "log");
  const out = file(fields, folder, OUT) ??
    (both === null ? null : file(fields, folder, [both.key]));
  const error = file(fields, folder, ERROR);
  if (both !== null && textField(fields, ...OUT) !== null) {
    const what = "Ignored: a stream is written to one file, here that of out_file";
    differs(fields.draft, { ...both, section: fields.section }, what);
  }
  if (out === null && error === null) {
    const spot = { section: fields.section, key: "out_file", line: fields.table.line };
    remark(fields.draft, spot, "Not set: the log lies in the runner's own folder (runner logs)");
    return;
  }
  if (out !== null) putFile(fields, "stdout", out);
  const isShared = out !== null &&
    (error?.value === out.value || (error === null && both !== null));
  if (isShared) {
    const { draft, section } = fields;
    put(draft, section, { key: "redirect_stderr", line: out.line, value: true });
  } else if (error !== null) putFile(fields, "stderr", error);
  const rotated = [out, error].find((one) => one !== null && one.value !== "NONE") ?? null;
  if (rotated === null) return;
  const spot = { ...rotated, section: fields.section };
  remark(fields.draft, spot, "Rotated at 50MB, and ten old files are kept");
}

function putFile(fields: Fields, stream: "stdout" | "stderr", field: Field<string>): void {
  put(fields.draft, fields.section, { ...field, key: `${stream}_logfile` });
}

/** The path of a log; one for each process unless merge_logs says otherwise. */
function file(fields: Fields, folder: string, names: readonly string[]): Field<string> | null {
  const { draft, section } = fields;
  const field = textField(fields, ...names);
  if (field === null) return null;
  if (/^(NULL|\/dev\/null)$/.test(field.value)) return { ...field, value: "NONE" };
  const path = literal(absolutePath(expandHome(field.value, draft.machine), folder));
  const count = section.entries.get("numprocs")?.value ?? 1;
  const isMerged = flagField(fields, "merge_logs", "combine_logs")?.value === true;
  if (count === 1 || isMerged || path.startsWith("/dev/")) return { ...field, value: path };
  return { ...field, value: path.replace(/(\.[^./]*)?$/, "-%(process_num)d$1") };
}

function putFormat(fields: Fields): void {
  const { draft, section } = fields;
  const json = textField(fields, "log_type");
  if (json?.value === "json") {
    put(draft, section, { ...json, key: "log_format", value: "json" });
    return;
  }
  const format = textField(fields, "log_date_format");
  const time = flagField(fields, "time");
  const field = format ?? (time?.value === true ? time : null);
  if (field === null || field.value === "") return;
  put(draft, section, { key: "log_format", line: field.line, value: "text" });
  if (format === null) return;
  const what =
    `Lines begin with 2026-01-31 12:00:00,000, the name and the stream, not with "${format.value}"`;
  differs(draft, { ...format, section }, what);
}
