// Where the values of a manifest were written, for whoever wonders which of several files or sections it was.
import type { Part } from "./document.ts";
import type { Manifest } from "./manifest.ts";

/** `file:line` and the section where it is another, by section and key; members of tables by `key.member`. */
export type Sources = Readonly<Record<string, Readonly<Record<string, string>>>>;

export function sourcesOf({ sections }: Manifest): Sources {
  return Object.fromEntries(sections.map(({ section }) => {
    const places = [...section.entries].flatMap(([key, entry]): [string, string][] => {
      const parts = [...entry.parts ?? []].map(([name, part]): [string, string] => {
        return [`${key}.${name}`, placeText(part)];
      });
      return parts.length > 0 ? parts : [[key, placeText(entry)]];
    });
    return [section.name, Object.fromEntries(places)];
  }));
}

function placeText({ place, section }: Part): string {
  const where = place.line > 0 ? `${place.file}:${place.line}` : place.file;
  return section === undefined ? where : `${where} [${section}]`;
}
