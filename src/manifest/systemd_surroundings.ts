// As whom, where and within which limits a systemd service runs.
import { parseSize } from "../base/units.ts";
import { differs, literal } from "./foreign.ts";
import { cannot, last, type Service, set, timeSpan } from "./systemd_service.ts";

/** Keys that go over word for word. */
const SAME: Readonly<Record<string, string>> = {
  User: "user",
  Group: "group_name",
  UMask: "umask",
};

export function putSurroundings(service: Service): void {
  for (const [theirs, ours] of Object.entries(SAME)) {
    const entry = last(service, theirs);
    if (entry !== null) set(service, ours, literal(entry.value), entry);
  }
  for (const [theirs, ours] of [["Nice", "nice"], ["OOMScoreAdjust", "oom_score_adj"]] as const) {
    const entry = last(service, theirs);
    if (entry === null) continue;
    if (/^[-+]?\d+$/.test(entry.value)) set(service, ours, Number(entry.value), entry);
    else cannot(service, entry, "a whole number");
  }
  putDirectory(service);
  putMemory(service);
  for (const [theirs, resource, unit] of LIMITS) putLimit(service, theirs, { resource, unit });
}

/** Without one a service of the system runs in `/`, one of a user at home. */
function putDirectory(service: Service): void {
  const { machine } = service.draft;
  const entry = last(service, "WorkingDirectory");
  const user = last(service, "User");
  const home = (user === null ? null : machine.lookupUser(user.value)?.home) ??
    machine.env["HOME"] ?? "/";
  const path = entry?.value.replace(/^-/, "") ?? (machine.uid === 0 ? "/" : home);
  set(service, "directory", literal(path === "~" ? home : path), entry ?? undefined);
}

function putMemory(service: Service): void {
  const { draft, section } = service;
  const max = last(service, "MemoryMax", "MemoryLimit");
  if (max !== null && max.value !== "infinity") {
    if (/^\d+(\.\d+)?%$/.test(max.value) || parseSize(max.value) !== null) {
      set(service, "memory_hard_limit", max.value, max);
    } else cannot(service, max, "a size");
  }
  const high = last(service, "MemoryHigh");
  if (high === null || high.value === "infinity") return;
  differs(draft, { ...high, section }, "Ignored: memory is not throttled", {
    allowed: "max_memory starts it anew at a size",
  });
}

type Unit = "count" | "bytes" | "seconds" | "microseconds" | "nice";

const LIMITS: readonly (readonly [string, string, Unit])[] = [
  ["LimitCPU", "cpu", "seconds"],
  ["LimitFSIZE", "fsize", "bytes"],
  ["LimitDATA", "data", "bytes"],
  ["LimitSTACK", "stack", "bytes"],
  ["LimitCORE", "core", "bytes"],
  ["LimitRSS", "rss", "bytes"],
  ["LimitNOFILE", "nofile", "count"],
  ["LimitAS", "as", "bytes"],
  ["LimitNPROC", "nproc", "count"],
  ["LimitMEMLOCK", "memlock", "bytes"],
  ["LimitLOCKS", "locks", "count"],
  ["LimitSIGPENDING", "sigpending", "count"],
  ["LimitMSGQUEUE", "msgqueue", "bytes"],
  ["LimitNICE", "nice", "nice"],
  ["LimitRTPRIO", "rtprio", "count"],
  ["LimitRTTIME", "rttime", "microseconds"],
];

/** The keys of all limits. */
export const LIMIT_KEYS: readonly string[] = LIMITS.map(([key]) => key);

interface LimitKind {
  readonly resource: string;
  readonly unit: Unit;
}

function putLimit(service: Service, key: string, { resource, unit }: LimitKind): void {
  const entry = last(service, key);
  if (entry === null) return;
  const halves = entry.value.split(":").map((half) => limitText(half.trim(), unit));
  if (halves.length > 2 || halves.includes(null)) {
    cannot(service, entry, "a limit");
    return;
  }
  const [only = ""] = halves;
  const isPlain = halves.length === 1 && only !== null && /^\d{1,15}$/.test(only);
  set(service, `rlimit_${resource}`, isPlain ? Number(only) : halves.join(":"), entry);
}

function limitText(text: string, unit: Unit): string | null {
  if (text === "infinity") return "unlimited";
  switch (unit) {
    case "count":
      return sizeText(text);
    case "bytes":
      return sizeText(text);
    case "nice":
      // A nice value has a sign; the limit itself is 20 minus it.
      return /^[-+]\d+$/.test(text) ? `${20 - Number(text)}` : /^\d+$/.test(text) ? text : null;
    case "seconds": {
      const span = timeSpan(text);
      return span === null ? null : `${Math.ceil(span / 1000)}`;
    }
    case "microseconds": {
      const span = /^\d+$/.test(text) ? Number(text) / 1000 : timeSpan(text);
      return span === null ? null : `${Math.round(span * 1000)}`;
    }
  }
}

function sizeText(text: string): string | null {
  const size = parseSize(text);
  return size === null ? null : `${size}`;
}
