// The drop-ins of a systemd unit: `web.service.d/*.conf`, each of which overrides what comes before it.
import type { ManifestContext } from "./context.ts";
import { absolutePath } from "./paths.ts";
import { readUnit, type UnitText } from "./systemd_unit.ts";

/** A unit and its drop-ins as one. */
export function readWholeUnit(text: string, path: string, machine: ManifestContext): UnitText {
  const parts = dropIns(path, machine).map((file) => readDropIn(file, machine));
  const whole = [readUnit(text), ...parts];
  return {
    entries: whole.flatMap(({ entries }) => entries),
    faults: whole.flatMap(({ faults }) => faults),
  };
}

function readDropIn(file: string, machine: ManifestContext): UnitText {
  const reading = machine.readText(absolutePath(file, machine.cwd));
  if (reading.kind === "missing") return { entries: [], faults: [] };
  if (reading.kind === "fault") {
    return { entries: [], faults: [{ line: 0, what: `Cannot read it: ${reading.reason}`, file }] };
  }
  const { entries, faults } = readUnit(reading.text);
  return {
    entries: entries.map((entry) => ({ ...entry, file })),
    faults: faults.map((fault) => ({ ...fault, file })),
  };
}

/** Paths in the order in which they are read; of several with one name, the first place has it. */
function dropIns(path: string, machine: ManifestContext): readonly string[] {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const template = name.replace(/@[^@]*(?=\.[^.]*$)/, "@");
  const found = new Map<string, string>();
  for (const place of placesOf(path.slice(0, path.length - name.length), machine)) {
    for (const folder of new Set([`${place}${name}.d`, `${place}${template}.d`])) {
      for (const file of machine.glob(absolutePath(`${folder}/*.conf`, machine.cwd), machine.cwd)) {
        const base = file.slice(file.lastIndexOf("/") + 1);
        if (!found.has(base)) found.set(base, `${folder}/${base}`);
      }
    }
  }
  return [...found].toSorted(([one], [other]) => one < other ? -1 : 1).map(([, file]) => file);
}

/** Beside the unit; for one that came with a package also where administrators write. */
function placesOf(folder: string, machine: ManifestContext): readonly string[] {
  const packaged = /^(?:\/usr)?\/lib\/systemd\/(system|user)\/$/;
  const kind = packaged.exec(`${absolutePath(folder, machine.cwd)}/`.replace(/\/+$/, "/"))?.[1];
  return kind === undefined ? [folder] : [`/etc/systemd/${kind}/`, `/run/systemd/${kind}/`, folder];
}
