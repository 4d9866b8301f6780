// Reads a systemd service as a program.
import type { Document } from "./document.ts";
import { addOwn, dropPart, type OwnPart, readOwnLine, takeOwn } from "./export_own.ts";
import {
  addSection,
  createDraft,
  differs,
  type Draft,
  fails,
  finishDraft,
  type ForeignRequest,
  remark,
} from "./foreign.ts";
import { absolutePath, directoryOf } from "./paths.ts";
import { timedService } from "./systemd_beside.ts";
import { putCommand, putReload } from "./systemd_command.ts";
import { readWholeUnit } from "./systemd_drop_ins.ts";
import { putEnvironment } from "./systemd_environment.ts";
import { putHooks } from "./systemd_hooks.ts";
import { isRead, reportServiceKeys, reportUnitKeys } from "./systemd_keys.ts";
import { putOrder, reportOrder } from "./systemd_order.ts";
import { putOutput } from "./systemd_output.ts";
import { putReadiness } from "./systemd_ready.ts";
import { putRestart } from "./systemd_restart.ts";
import type { Service } from "./systemd_service.ts";
import { specify, unitName } from "./systemd_specifiers.ts";
import { putStop } from "./systemd_stop.ts";
import { putSurroundings } from "./systemd_surroundings.ts";
import { putTimer } from "./systemd_timer.ts";
import type { UnitEntry } from "./systemd_unit.ts";
import { ALONE, type UnitsBeside } from "./units_beside.ts";

/** A service; of a timer the service that it starts, of a target what `runner export` has written there. */
export function readSystemd(request: ForeignRequest): Document {
  if (/\.timer$/i.test(request.source.file)) return readTimer(request);
  const draft = createDraft(request);
  const name = unitName(request.source.file);
  const { entries, faults } = readWholeUnit(request.text, request.source.file, request.machine);
  for (const { what, ...spot } of faults) {
    const allowed = spot.line === 0 ? "" : "write [Service] and KEY=VALUE below it";
    fails(draft, { section: null, key: "", ...spot }, what, allowed);
  }
  const own = ownParts(draft, entries);
  if (/\.target$/i.test(name.full)) {
    for (const part of own) addOwn(draft, part);
    return finishDraft(draft);
  }
  const first = entries.find((entry) => entry.section === "Service")?.line ?? 1;
  const section = addSection(draft, "program", {
    key: "",
    line: first,
    value: name.bare || "unit",
  });
  if (name.full.endsWith("@.service") && own.length === 0) {
    const what = "A template without an instance: %i is empty";
    differs(draft, { section, key: "", line: 0 }, what, {
      allowed: `name a link to it as ${name.prefix}@INSTANCE.service`,
    });
  }
  const path = absolutePath(request.source.file, request.machine.cwd);
  const place = { name, path, machine: request.machine };
  const service: Service = {
    draft,
    section,
    unit: specified(entries, "Unit", { draft, section, place }),
    entries: specified(entries, "Service", { draft, section, place }),
    line: first,
  };
  const beside = request.machine.beside ?? ALONE;
  const timer = beside.timers.get(name.full);
  takeService(service, timer !== undefined);
  putOrder(service, name.full, beside);
  if (timer !== undefined) putTimer(service, timer);
  const [ours] = own;
  if (ours === undefined) {
    reportUnitKeys(service);
    reportOrder(service, beside);
  } else if (ours.name === PART) dropPart(draft, section);
  else takeOwn(draft, section, ours);
  return finishDraft(draft);
}

/** A timer that comes without its service brings along the one that lies beside it. */
function readTimer(request: ForeignRequest): Document {
  const { source, machine, text } = request;
  const { full } = unitName(source.file);
  const { entries } = readWholeUnit(text, source.file, machine);
  const name = timedService(full, entries);
  const { services } = machine.beside ?? ALONE;
  const draft = createDraft(request);
  if (services.has(name)) return { ...finishDraft(draft), isPart: true };
  const file = source.file.slice(0, source.file.length - full.length) + name;
  const path = absolutePath(file, machine.cwd);
  const reading = machine.readText(path);
  if (reading.kind !== "text") {
    const what = `Cannot read "${file}", which it starts: there is no such file`;
    fails(draft, { section: null, key: "Unit", line: 1 }, what);
    return finishDraft(draft);
  }
  const timers = new Map([[name, { path: source.file, entries }]]);
  const beside: UnitsBeside = { services, timers };
  return readSystemd({
    ...request,
    text: reading.text,
    source: { file, here: directoryOf(path) },
    machine: { ...machine, beside },
  });
}

/** The section of one more process of a program that another unit tells of. */
const PART = "";

/** What `runner export` has written in sections that systemd skips. */
function ownParts(draft: Draft, entries: readonly UnitEntry[]): readonly OwnPart[] {
  const headers = new Set(entries.map(({ section }) => section));
  return [...headers].filter((header) => /^X-Runner($| )/.test(header)).map((header) => {
    const inside = entries.filter((entry) => entry.section === header);
    const name = header.slice("X-Runner".length).trim();
    const read = inside.flatMap((entry) => readOwnLine(draft, entry));
    return { name, line: inside[0]?.line ?? 1, entries: read };
  });
}

function takeService(service: Service, isJob: boolean): void {
  const { draft, section } = service;
  const description = service.unit.find(({ key }) => key === "Description");
  if (description !== undefined) remark(draft, { ...description, section }, description.value);
  const variables = putEnvironment(service);
  putCommand(service, variables);
  putSurroundings(service);
  putRestart(service);
  putStop(service);
  putReload(service);
  putOutput(service);
  putHooks(service, variables);
  putReadiness(service, isJob);
  reportServiceKeys(service);
}

function specified(
  entries: readonly UnitEntry[],
  wanted: string,
  { draft, section, place }: {
    readonly draft: Draft;
    readonly section: Service["section"];
    readonly place: Parameters<typeof specify>[1];
  },
): readonly UnitEntry[] {
  return entries.filter((entry) => entry.section === wanted).flatMap((entry) => {
    const { text, unknown } = specify(entry.value, place);
    if (!isRead(entry.key)) return [entry];
    for (const specifier of unknown) {
      const what = `Cannot expand "${specifier}"`;
      fails(draft, { ...entry, section }, what, "write %% for a percent sign");
    }
    return unknown.length === 0 ? [{ ...entry, value: text }] : [];
  });
}
