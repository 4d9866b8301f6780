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
import { putCommand, putReload } from "./systemd_command.ts";
import { putEnvironment } from "./systemd_environment.ts";
import { reportServiceKeys, reportUnitKeys } from "./systemd_keys.ts";
import { putOutput } from "./systemd_output.ts";
import { putRestart } from "./systemd_restart.ts";
import { last, type Service } from "./systemd_service.ts";
import { specify, unitName } from "./systemd_specifiers.ts";
import { putStop } from "./systemd_stop.ts";
import { putSurroundings } from "./systemd_surroundings.ts";
import { readUnit, type UnitEntry } from "./systemd_unit.ts";
import { absolutePath } from "./paths.ts";

export function readSystemd(request: ForeignRequest): Document {
  const draft = createDraft(request);
  const name = unitName(request.source.file);
  const { entries, faults } = readUnit(request.text);
  for (const { line, what } of faults) {
    fails(draft, { section: null, key: "", line }, what, "write [Service] and KEY=VALUE below it");
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
  takeService(service);
  const [ours] = own;
  if (ours === undefined) reportUnitKeys(service);
  else if (ours.name === PART) dropPart(draft, section);
  else takeOwn(draft, section, ours);
  return finishDraft(draft);
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

function takeService(service: Service): void {
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
  reportType(service);
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
    for (const specifier of unknown) {
      const what = `Cannot expand "${specifier}"`;
      fails(draft, { ...entry, section }, what, "write %% for a percent sign");
    }
    return unknown.length === 0 ? [{ ...entry, value: text }] : [];
  });
}

function reportType(service: Service): void {
  const { draft, section } = service;
  const type = last(service, "Type");
  const say = (what: string, more: Parameters<typeof differs>[3] = {}): void => {
    if (type !== null) differs(draft, { ...type, section }, what, more);
  };
  switch (type?.value) {
    case undefined:
    case "simple":
    case "exec":
    case "idle":
      return;
    case "notify":
    case "notify-reload":
      return say("READY=1 is not waited for: it counts as up after startsecs");
    case "forking":
      return say("It leaves for the background, where nobody can supervise it", {
        allowed: "give its command the option that keeps it in the foreground, and Type=simple",
        errorIn: "check",
      });
    case "oneshot":
      return say("Runs once at each start of the runner");
    case "dbus":
      return say("Its name on the bus is not waited for: it counts as up after startsecs");
    default:
      return say(`There is no type "${type?.value}": runs as simple`);
  }
}
