// The units that are read together with one: what a service can wait for, and the timers that start it.
import type { ManifestContext } from "./context.ts";
import { absolutePath } from "./paths.ts";
import { readWholeUnit } from "./systemd_drop_ins.ts";
import { unitName } from "./systemd_specifiers.ts";
import type { UnitEntry } from "./systemd_unit.ts";
import type { TimerBeside, UnitBeside, UnitsBeside } from "./units_beside.ts";

/** Reads those of the files that are units. */
export function unitsBeside(paths: readonly string[], machine: ManifestContext): UnitsBeside {
  const services = new Map<string, UnitBeside>();
  const timers = new Map<string, TimerBeside>();
  for (const path of paths.filter((one) => /\.(service|timer)$/i.test(one))) {
    const reading = machine.readText(absolutePath(path, machine.cwd));
    if (reading.kind !== "text") continue;
    const { text } = reading;
    const { full } = unitName(path);
    const { entries } = readWholeUnit(text, path, machine);
    if (/\.timer$/i.test(full)) timers.set(timedService(full, entries), { path, entries });
    else services.set(full, serviceBeside(full, entries));
  }
  return { services, timers };
}

/** The service that a timer starts. */
export function timedService(timer: string, entries: readonly UnitEntry[]): string {
  const named = entries.findLast(({ section, key }) => section === "Timer" && key === "Unit");
  return named?.value ?? timer.replace(/\.timer$/i, ".service");
}

function serviceBeside(full: string, entries: readonly UnitEntry[]): UnitBeside {
  const own = entries.find(({ section }) => /^X-Runner /.test(section))?.section;
  const partOf = entries.find(({ section, key }) => section === "X-Runner" && key === "part_of");
  const known = own?.slice("X-Runner ".length) ?? partOf?.value.replaceAll('"', "");
  const type = entries.findLast(({ section, key }) => section === "Service" && key === "Type");
  const namesIn = (wanted: string): readonly string[] =>
    entries.filter(({ section, key }) => section === "Unit" && key === wanted)
      .flatMap(({ value }) => value.split(/\s+/));
  return {
    program: known === undefined ? unitName(full).bare : known.slice(known.indexOf(":") + 1),
    isOneshot: type?.value === "oneshot",
    before: namesIn("Before"),
    after: namesIn("After"),
  };
}

/** The service of that name, or the template that it is an instance of. */
export function findBeside(
  { services }: UnitsBeside,
  name: string,
): UnitBeside | null {
  return services.get(name) ?? services.get(name.replace(/@[^@]*\.service$/, "@.service")) ?? null;
}
