// Puts what all imported programs say alike into [defaults], where that makes the manifest shorter.
import { isEqual } from "./plan_diff.ts";
import { DEFAULTS } from "./reuse.ts";
import { PROGRAM } from "./settings_program.ts";
import { SCRIPT } from "./settings_script.ts";
import type { TomlEntry, TomlSection } from "./toml_writer.ts";

/** What a program is, and not how it is kept: that stays with it, even where others are the same. */
const OWN: readonly string[] = [
  PROGRAM.command,
  PROGRAM.processName,
  PROGRAM.numprocs,
  PROGRAM.environment,
  SCRIPT.script,
  SCRIPT.args,
  SCRIPT.interpreter,
].map(({ key }) => key);

/** Fewer programs than this are read more easily as they are. */
const LEAST = 3;

/** The same manifest: every key that moves is one that each program had. */
export function withSharedDefaults(sections: readonly TomlSection[]): readonly TomlSection[] {
  const programs = sections.filter(takesDefaults);
  const [first, ...others] = programs;
  if (first === undefined || programs.length < LEAST) return sections;
  const shared = first.entries.filter((entry) =>
    !OWN.includes(entry.key) && others.every(({ entries }) => entries.some(sameAs(entry)))
  );
  if (shared.length === 0) return sections;
  const comments = ["What all programs have; a program's own keys go over it"];
  const defaults: TomlSection = { path: [DEFAULTS], comments, entries: shared };
  const rest = sections.map((section) => {
    if (!takesDefaults(section)) return section;
    const entries = section.entries.filter(({ key }) => !shared.some((one) => one.key === key));
    return { ...section, entries };
  });
  const at = rest.findIndex(takesDefaults);
  return [...rest.slice(0, at), defaults, ...rest.slice(at)];
}

function takesDefaults({ path: [kind = ""] }: TomlSection): boolean {
  return kind === "program" || kind === "fcgi-program";
}

function sameAs(wanted: TomlEntry): (entry: TomlEntry) => boolean {
  return ({ key, value }) => key === wanted.key && isEqual(value, wanted.value);
}
