// A systemd service on its way to a program, and how its keys are asked for.
import type { RawValue } from "./document.ts";
import type { Field } from "./field.ts";
import { type Draft, type DraftSection, fails, put } from "./foreign.ts";
import type { UnitEntry } from "./systemd_unit.ts";

export interface Service {
  readonly draft: Draft;
  readonly section: DraftSection;
  /** Of [Unit]. */
  readonly unit: readonly UnitEntry[];
  /** Of [Service], specifiers replaced. */
  readonly entries: readonly UnitEntry[];
  /** Of the first key of [Service]. */
  readonly line: number;
}

/** All values of a key; an empty one forgets those before it. */
export function every(service: Service, ...keys: readonly string[]): readonly UnitEntry[] {
  const found = service.entries.filter(({ key }) => keys.includes(key));
  return found.slice(found.findLastIndex(({ value }) => value === "") + 1);
}

/** The value of a key that counts; null when it is not set. */
export function last(service: Service, ...keys: readonly string[]): UnitEntry | null {
  return every(service, ...keys).at(-1) ?? null;
}

/** Sets a key of ours at the line of a key of theirs. */
export function set(service: Service, key: string, value: RawValue, from?: Field<unknown>): void {
  const place = from === undefined ? { line: service.line } : { ...from };
  put(service.draft, service.section, { ...place, key, value });
}

/** Says that a value cannot be read. */
export function cannot(service: Service, entry: UnitEntry, asWhat: string): null {
  const what = `Cannot read "${entry.value}" as ${asWhat}`;
  fails(service.draft, { ...entry, section: service.section }, what);
  return null;
}

const SPANS: readonly (readonly [RegExp, number])[] = [
  [/^(us|usec|µs)$/, 0.001],
  [/^(ms|msec)$/, 1],
  [/^(|s|sec|seconds?)$/, 1000],
  [/^(m|min|minutes?)$/, 60_000],
  [/^(h|hr|hours?)$/, 3_600_000],
  [/^(d|days?)$/, 86_400_000],
  [/^(w|weeks?)$/, 604_800_000],
];

/** Milliseconds of `5min 20s`, `90`, `infinity`; null when it is no time span. */
export function timeSpan(text: string): number | null {
  if (text === "infinity") return Infinity;
  if (!/^(\s*\d+(\.\d+)?\s*[a-zµ]*)+\s*$/i.test(text)) return null;
  let total = 0;
  for (const [, amount, unit = ""] of text.matchAll(/(\d+(?:\.\d+)?)\s*([a-zµ]*)/gi)) {
    const size = SPANS.find(([names]) => names.test(unit))?.[1];
    if (size === undefined) return null;
    total += Number(amount) * size;
  }
  return Math.round(total);
}
