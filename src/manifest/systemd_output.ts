// Where the output of a systemd service goes.
import { differs, literal, remark } from "./foreign.ts";
import { last, type Service, set } from "./systemd_service.ts";
import type { UnitEntry } from "./systemd_unit.ts";

export function putOutput(service: Service): void {
  const { draft, section } = service;
  const out = last(service, "StandardOutput");
  const error = last(service, "StandardError");
  const input = last(service, "StandardInput");
  if (input !== null && input.value !== "null") {
    differs(draft, { ...input, section }, "Standard input is empty, whatever stands here");
  }
  const target = out === null ? null : putStream(service, "stdout", out);
  if (error === null || error.value === "inherit" || error.value === out?.value) {
    // In systemd stderr goes where stdout goes.
    if (target !== null) set(service, "redirect_stderr", true, error ?? out ?? undefined);
  } else putStream(service, "stderr", error);
  if (out !== null) return;
  const spot = { section, key: "StandardOutput", line: service.line };
  remark(
    draft,
    spot,
    "Not set: the log lies in the runner's own folder (runner logs), not in the journal",
  );
}

/** Gives what the stream was set to; null where it keeps a log of the runner's own. */
function putStream(service: Service, stream: "stdout" | "stderr", entry: UnitEntry): string | null {
  const { draft, section } = service;
  const [, kind = "", path = ""] = /^([a-z+]+)(?::(.*))?$/s.exec(entry.value) ?? [];
  switch (kind) {
    case "null":
      set(service, `${stream}_logfile`, "NONE", entry);
      return "NONE";
    case "file":
    case "append":
    case "truncate":
      if (kind !== "append") {
        differs(draft, { ...entry, section }, "The file is appended to, and rotated at 50MB");
      } else remark(draft, { ...entry, section }, "Rotated at 50MB, and ten old files are kept");
      set(service, `${stream}_logfile`, literal(path), entry);
      return path;
    case "syslog":
      set(service, `${stream}_logfile`, "NONE", entry);
      set(service, `${stream}_syslog`, true, entry);
      return "syslog";
    case "journal":
    case "inherit":
      remark(draft, { ...entry, section }, "The log lies in the runner's own folder (runner logs)");
      return null;
    default:
      differs(draft, { ...entry, section }, `There is no "${entry.value}" here: it goes to a log`);
      return null;
  }
}
