// Values of an INI manifest as TOML would have them: the first form that reads as the same.
import type { ManifestContext } from "./context.ts";
import type { Entry, RawValue } from "./document.ts";
import { readEnvironment } from "./environment.ts";
import { literal } from "./foreign.ts";
import { absolutePath, expandHome } from "./paths.ts";
import { isEqual } from "./plan_diff.ts";
import type { Setting } from "./setting.ts";
import { SURROUNDINGS } from "./settings_policy.ts";

/** A value of INI in TOML's words: numbers, truth values, lists and tables where they mean the same. */
export function nativeValue(
  setting: Setting<unknown>,
  entry: Pick<Entry, "value" | "here">,
  machine: ManifestContext,
): RawValue {
  const { value, here } = entry;
  if (typeof value !== "string") return value;
  if (setting.key === SURROUNDINGS.envFile.key) return files(value, here, machine);
  const text = placed(setting, value, here);
  const read = (raw: RawValue, dialect: "ini" | "toml"): Read | null => {
    const reading = setting.type.read(raw, { dialect, machine, here, cut: null });
    return reading.ok ? { value: comparable(reading.value), isSure: reading.doubt === null } : null;
  };
  const wanted = read(text, "ini");
  if (wanted === null) return text;
  const same = candidates(text).filter((candidate) =>
    isEqual(read(candidate, "toml")?.value, wanted.value)
  );
  return same.find((candidate) => read(candidate, "toml")?.isSure === true) ?? same[0] ?? text;
}

interface Read {
  readonly value: unknown;
  /** Nobody wonders about it. */
  readonly isSure: boolean;
}

/** With `%(here)s` replaced: the new manifest may lie elsewhere. */
function placed(setting: Setting<unknown>, text: string, here: string): string {
  if (setting.expansions === 0) return text;
  const whole = text.replaceAll("%(here)s", literal(here));
  // supervisord expands these twice, TOML once.
  return setting.expansions === 2 ? whole.replaceAll("%%", "%") : whole;
}

/** Files of variables are relative to the manifest that names them. */
function files(text: string, here: string, machine: ManifestContext): RawValue {
  return text.split(/[,\n]/).map((item) => {
    const [, optional = "", bare = ""] = /^\s*(-?)\s*(.*?)\s*$/s.exec(item) ?? [];
    const path = bare.replaceAll("%(here)s", literal(here));
    const isOpen = path.startsWith("%(");
    return optional + (isOpen ? path : absolutePath(expandHome(path, machine), literal(here)));
  });
}

function candidates(text: string): readonly RawValue[] {
  const word = text.trim().toLowerCase();
  const found: RawValue[] = [];
  if (["true", "yes", "on"].includes(word)) found.push(true);
  if (["false", "no", "off"].includes(word)) found.push(false);
  if (/^(0|-?[1-9]\d{0,14})$/.test(word)) found.push(Number(word));
  const variables = text.includes("=") ? readEnvironment(text) : null;
  if (variables?.ok === true && variables.odd.length === 0) {
    found.push(Object.fromEntries(variables.variables));
  }
  const items = text.split(",").map((item) => item.trim());
  const isNumbers = items.every((item) => /^(0|[1-9]\d{0,14})$/.test(item));
  if (items.length > 1) found.push(isNumbers ? items.map(Number) : items);
  // A blank at the end or a line break is nothing anybody meant, where it changes nothing.
  found.push(text.trim().replaceAll(/\s*\n\s*/g, " "), text);
  const unit = /^\s*(\d+)\s*$/.exec(text.replaceAll("_", ""));
  if (unit !== null) found.push(Number(unit[1]));
  // What supervisord takes for 0.
  if (word.startsWith("-")) found.push(0);
  return found;
}

/** Maps as tables: they are compared by what is in them. */
function comparable(value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value;
}
