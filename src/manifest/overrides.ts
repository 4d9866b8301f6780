// Settings of the runner given on a command line: they stand over what the manifest says, also when it is read again.
import type { Dialect, Document, Entry, RawValue } from "./document.ts";

/** Keys of `[supervisord]` with their values as text; `true` for a switch. */
export type Overrides = ReadonlyMap<string, string | true>;

export const NO_OVERRIDES: Overrides = new Map();

const PLACE = { file: "command line", line: 0 } as const;

/** The overrides as one more document, after all others; null: there are none. */
export function overrideDocument(
  overrides: Overrides,
  source: { readonly dialect: Dialect; readonly here: string },
): Document | null {
  if (overrides.size === 0) return null;
  const { dialect, here } = source;
  const entries = new Map<string, Entry>();
  for (const [key, text] of overrides) {
    const value = dialect === "toml" ? nativeValue(text) : iniText(text);
    entries.set(key, { key, value, place: PLACE, here, cut: null });
  }
  return {
    sections: [{ name: "supervisord", dialect, place: PLACE, entries }],
    defaults: new Map(),
    problems: [],
  };
}

/** A command line knows no `%(name)s`: a percent sign is one. */
function iniText(text: string | true): string {
  return text === true ? "true" : text.replaceAll("%", "%%");
}

function nativeValue(text: string | true): RawValue {
  if (text === true) return true;
  return /^(?:0|[1-9]\d*)$/.test(text) ? Number(text) : text.replaceAll("%", "%%");
}
