// Lays what one section says over what another says: key by key, tables member by member.
import { type Entry, isTable, type Part, type Section } from "./document.ts";
import { readEnvironment } from "./environment.ts";
import { PROGRAM } from "./settings_program.ts";
import { PERMISSIONS, SCRIPT } from "./settings_script.ts";

type Entries = ReadonlyMap<string, Entry>;

/** Other names of keys, by the name that counts. */
export type Aliases = ReadonlyMap<string, string>;

const SCRIPT_KEYS = [
  ...[SCRIPT.script, SCRIPT.args, SCRIPT.interpreter, SCRIPT.maxHeap].map(({ key }) => key),
  ...PERMISSIONS.map(({ setting }) => setting.key),
];

/** Keys after which others make no sense: what is said on top decides which of both it is. */
const RIVALS: ReadonlyMap<string, readonly string[]> = new Map([
  [PROGRAM.command.key, SCRIPT_KEYS],
  [SCRIPT.script.key, [PROGRAM.command.key, SCRIPT.shell.key]],
]);

/** The entries of both: those on top win, whatever alias they were written with. */
export function mergeEntries(base: Entries, top: Entries, aliases: Aliases): Entries {
  const merged = new Map(base);
  const names = new Map<string, string>();
  for (const key of base.keys()) names.set(aliases.get(key) ?? key, key);
  for (const entry of top.values()) {
    const name = aliases.get(entry.key) ?? entry.key;
    const below = names.get(name);
    const earlier = below === undefined ? undefined : base.get(below);
    if (below !== undefined && below !== entry.key) merged.delete(below);
    merged.set(entry.key, earlier === undefined ? entry : mergeTables(earlier, entry));
    for (const rival of RIVALS.get(name) ?? []) if (!top.has(rival)) merged.delete(rival);
  }
  return merged;
}

/** Tables member by member; anything else on top stands alone. */
function mergeTables(base: Entry, top: Entry): Entry {
  const below = isTable(top.value) ? asTable(base) : null;
  if (below === null || !isTable(top.value) || !isTable(below.value)) return top;
  return {
    ...top,
    value: { ...below.value, ...top.value },
    parts: new Map([...partsOf(below), ...partsOf(top)]),
  };
}

/** Variables of an INI file are a table, too, for an overlay that says more of them. */
function asTable(entry: Entry): Entry | null {
  if (isTable(entry.value)) return entry;
  if (typeof entry.value !== "string" || entry.key !== PROGRAM.environment.key) return null;
  const read = readEnvironment(entry.value);
  return read.ok ? { ...entry, value: Object.fromEntries(read.variables) } : null;
}

function partsOf(entry: Entry): ReadonlyMap<string, Part> {
  const { place, here, section } = entry;
  const own = section === undefined ? { place, here } : { place, here, section };
  const names = Object.keys(isTable(entry.value) ? entry.value : {});
  return new Map(names.map((name): [string, Part] => [name, entry.parts?.get(name) ?? own]));
}

/** The same entries, remembering which section they were written in. */
export function takenFrom(section: Section): Entries {
  const { name } = section;
  return new Map(
    Array.from(section.entries, ([key, entry]): [string, Entry] => {
      const parts = entry.parts === undefined ? {} : {
        parts: new Map(
          Array.from(entry.parts, ([part, it]): [string, Part] => [part, { section: name, ...it }]),
        ),
      };
      return [key, { section: name, ...entry, ...parts }];
    }),
  );
}
