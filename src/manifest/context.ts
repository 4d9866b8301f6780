// What reading a manifest may ask of the machine. This floor does no I/O of its own: the caller hands these in.
import type { ForeignChoice } from "./foreign_choice.ts";
import type { Bytes, UserPlan } from "./plan.ts";
import type { UnitsBeside } from "./units_beside.ts";

/** The outcome of reading a file as UTF-8; bytes that are not become U+FFFD. */
export type TextReading =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "missing" }
  /** It is there and cannot be read: `permission denied`, `is a directory`, … */
  | { readonly kind: "fault"; readonly reason: string };

/** `executable`: a file that this user may execute. */
export type PathKind = "file" | "directory" | "executable" | "missing";

/** The machine and the moment a manifest is read for. */
export interface ManifestContext {
  /** The runner's own environment: `%(ENV_X)s`, PATH, HOME. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute. */
  readonly cwd: string;
  /** As `uname -n` says. */
  readonly hostName: string;
  readonly uid: number;
  /** What `max_memory = 25%` is a quarter of: the memory of the machine or, where smaller, of our cgroup. */
  readonly totalMemory: Bytes;
  /** Processors: what "max" instances are; 1 when nobody has counted. */
  readonly cpus?: number;
  /** What a module of JavaScript exports, as JSON; run in a process of its own. Missing: modules are not run. */
  readonly evaluate?: (path: string) => Promise<TextReading>;
  /** For files of other formats. */
  readonly choice?: ForeignChoice;
  /** Units of systemd that are imported together. */
  readonly beside?: UnitsBeside;
  readText(path: string): TextReading;
  /** Absolute paths that match, in any order; relative patterns start at `baseDir`; `*` matches no leading dot. */
  glob(pattern: string, baseDir: string): readonly string[];
  lookupUser(nameOrUid: string): UserPlan | null;
  /** The number of a group, or null when there is none. */
  lookupGroup(nameOrGid: string): number | null;
  /** Follows links. */
  exists(path: string): PathKind;
}
