// The table of keys: planned replacement of a program's processes, and restarts on change.
import { isList } from "./document.ts";
import { BOOLEAN, integer, parseBoolean } from "./readers.ts";
import { DURATION } from "./readers_units.ts";
import { strip } from "./python_text.ts";
import { ownSetting } from "./setting.ts";
import { bad, cannotRead, good, textOf, type ValueType } from "./value_type.ts";
import { expandAll, splitPatterns } from "./watch_words.ts";

/** Patterns as written, and the folder of the file that they stand in. */
export interface WatchWords {
  /** Null: everything in the program's folder. */
  readonly patterns: readonly string[] | null;
  readonly here: string;
}

const PATTERNS = 'use patterns such as ["src/**", "*.json"]';

const TOO_MANY = bad(
  "Its braces stand for too many patterns",
  "use 1000 of 4096 characters at most",
);

function patternsOf(raw: unknown): readonly string[] | null {
  if (typeof raw === "string") return splitPatterns(raw).map(strip);
  if (!Array.isArray(raw)) return null;
  const items = raw.map((item) => strip(textOf(item) ?? ""));
  return items;
}

const WATCH: ValueType<WatchWords | null> = {
  name: "patterns of files",
  allowed: `${PATTERNS}, or true for the program's folder`,
  schema: { type: ["array", "boolean", "string"], items: { type: "string" } },
  read(raw, { here }) {
    const flag = isList(raw) ? null : parseBoolean(raw);
    if (flag !== null) return good(flag ? { patterns: null, here } : null);
    const patterns = patternsOf(raw);
    if (patterns === null || patterns.length === 0 || patterns.includes("")) {
      return bad(cannotRead(raw, "patterns of files"), this.allowed);
    }
    const all = expandAll(patterns);
    return all === null ? TOO_MANY : good({ patterns: all, here });
  },
};

const IGNORED: ValueType<readonly string[]> = {
  name: "patterns of files",
  allowed: 'use names such as ["*.md", "fixtures"], or paths such as ["src/generated/**"]',
  schema: { type: ["array", "string"], items: { type: "string" } },
  read(raw) {
    const patterns = patternsOf(raw);
    if (patterns === null || patterns.includes("")) {
      return bad(cannotRead(raw, "patterns of files"), this.allowed);
    }
    const all = expandAll(patterns);
    return all === null ? TOO_MANY : good(all);
  },
};

/** Planned replacement, besides max_age and max_memory. */
export const RECYCLE = {
  maxJobs: ownSetting("max_jobs", integer({ min: 1 }), {
    ini: null,
    help: "Planned restart after so many jobs, each told by the program itself on NOTIFY_SOCKET.",
  }),
  spare: ownSetting("spare", integer({ min: 0, max: 1 }), {
    ini: 0,
    shown: "0",
    help:
      "With 1 one more process stands by, and is RUNNING before the one it replaces is stopped.",
  }),
} as const;

/** Restarts on change. */
export const WATCH_SETTINGS = {
  watch: ownSetting("watch", WATCH, {
    ini: null,
    phase: "process",
    systems: ["pm2"],
    shown: "false",
    help:
      "Files whose change restarts the program: patterns relative to its directory, else to the manifest; true: all there.",
  }),
  watchIgnore: ownSetting("watch_ignore", IGNORED, {
    ini: [],
    phase: "process",
    help:
      "What does not count: names anywhere, or paths; besides .git, node_modules, logs and the like.",
  }),
  watchDelay: ownSetting("watch_delay", DURATION, {
    ini: 200,
    shown: "200ms",
    help: "How long after the last change the program is restarted.",
  }),
} as const;

/** Of the runner itself. */
export const WATCH_MANIFEST = ownSetting("watch_manifest", BOOLEAN, {
  ini: false,
  shown: "false",
  help:
    "Apply changes of the manifest, of what it includes and of env_file by themselves, as update does.",
});
