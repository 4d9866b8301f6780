// A section of a manifest on its way out: keys and values as they would be written in TOML.
import type { RawValue } from "./document.ts";
import { isEqual } from "./plan_diff.ts";
import type { Setting } from "./setting.ts";
import type { TomlSection } from "./toml_writer.ts";

export interface ExportSection {
  /** As in a Document: `supervisord`, `program:web`. */
  readonly name: string;
  readonly entries: ReadonlyMap<string, RawValue>;
}

/** A section while it is put together. */
export interface SectionDraft {
  readonly entries: Map<string, RawValue>;
  /** Writes a key, unless it would say what is so in TOML anyway. */
  set<T>(setting: Setting<T>, value: NoInfer<T>, written: RawValue): void;
  /** Writes a key in any case. */
  put(setting: Setting<unknown>, written: RawValue): void;
}

export function createSection(): SectionDraft {
  const entries = new Map<string, RawValue>();
  return {
    entries,
    set: (setting, value, written) => {
      if (!isEqual(value, setting.defaults.toml)) entries.set(setting.key, written);
    },
    put: (setting, written) => void entries.set(setting.key, written),
  };
}

/** A section as the writer of TOML takes it. */
export function tomlSection({ name, entries }: ExportSection): TomlSection {
  const colon = name.indexOf(":");
  const path = colon >= 0
    ? [name.slice(0, colon), name.slice(colon + 1)]
    : [name === "supervisord" ? "runner" : name];
  return {
    path,
    comments: [],
    entries: [...entries].map(([key, value]) => ({ key, value })),
  };
}
