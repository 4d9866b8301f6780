// What a systemd service waits for, among the units that are read together with it.
import { differs, remark } from "./foreign.ts";
import { findBeside } from "./systemd_beside.ts";
import { type Service, set } from "./systemd_service.ts";
import type { UnitEntry } from "./systemd_unit.ts";
import type { UnitBeside, UnitsBeside } from "./units_beside.ts";

/** Keys of [Unit] that are about others. */
export const ORDER_KEYS = [
  ...["After", "Before", "Requires", "Requisite", "Wants", "BindsTo", "PartOf", "Upholds"],
];
/** They come up before it, or it does not come up. */
const STRONG = ["Requires", "Requisite", "BindsTo"];
/** A new start of theirs is one of it, too. */
const BOUND = ["BindsTo", "PartOf"];

interface Bond {
  readonly unit: UnitBeside;
  readonly name: string;
  /** Why it is not waited for; null: it is. */
  readonly refusal: string | null;
  readonly keys: Set<string>;
  readonly entry: UnitEntry;
}

/** Sets `depends_on` and `restart_with`; `own` is the full name of the unit. */
export function putOrder(service: Service, own: string, beside: UnitsBeside): void {
  const { draft, section } = service;
  const bonds = bondsOf(service, own, beside);
  const waits = bonds.flatMap((bond): [Bond, string][] => {
    const text = waitText(bond);
    return text === null ? [] : [[bond, text]];
  });
  for (const { entry, refusal } of bonds) {
    if (refusal !== null) differs(draft, { ...entry, section }, refusal);
  }
  const [first] = bonds;
  if (first === undefined || waits.length === 0) return;
  set(service, "depends_on", waits.map(([, text]) => text), first.entry);
  const again = waits.filter(([{ keys }]) => BOUND.some((key) => keys.has(key)));
  if (again.length > 0) {
    set(service, "restart_with", again.map(([{ unit }]) => unit.program), first.entry);
  }
  for (const [{ keys, name, entry }] of waits) {
    if (STRONG.some((key) => keys.has(key))) continue;
    remark(draft, { ...entry, section }, `It goes on waiting while ${name} does not come up`);
  }
}

/** After alone is an order, and Requires alone none. */
function waitText({ unit, keys, refusal }: Bond): string | null {
  if (refusal !== null) return null;
  const isOrdered = keys.has("After");
  if (isOrdered) return unit.isOneshot ? `${unit.program}:done` : unit.program;
  return [...keys].some((key) => key !== "Upholds") ? `${unit.program}:started` : null;
}

function bondsOf(service: Service, own: string, beside: UnitsBeside): readonly Bond[] {
  const bonds = new Map<string, Bond>();
  const isOwn = (name: string): boolean =>
    name === own || (/@/.test(own) && findBeside(beside, name) === findBeside(beside, own));
  const before = service.unit.filter(({ key }) => key === "Before")
    .flatMap(({ value }) => value.split(/\s+/));
  const refusalOf = (name: string, unit: UnitBeside): string | null => {
    if (beside.timers.has(name)) return `Not waited for: ${name} is run when it is due`;
    const isLater = unit.after.some(isOwn) ||
      before.some((one) => findBeside(beside, one) === unit);
    return isLater ? `Not waited for: ${name} is started after it` : null;
  };
  const tie = (name: string, key: string, entry: UnitEntry): void => {
    const unit = findBeside(beside, name);
    if (unit === null || isOwn(name)) return;
    const bond = bonds.get(unit.program) ??
      { unit, name, refusal: refusalOf(name, unit), keys: new Set<string>(), entry };
    bond.keys.add(key);
    bonds.set(unit.program, bond);
  };
  for (const entry of service.unit) {
    if (!ORDER_KEYS.includes(entry.key) || entry.key === "Before") continue;
    for (const name of entry.value.split(/\s+/)) tie(name, entry.key, entry);
  }
  for (const [name, unit] of beside.services) {
    if (!unit.before.includes(own)) continue;
    const spot = { section: "Unit", key: "Before", line: service.line, value: own };
    tie(name, "After", spot);
  }
  return [...bonds.values()];
}

/** Says which others are not known here. */
export function reportOrder(service: Service, beside: UnitsBeside): void {
  const { draft, section } = service;
  for (const entry of service.unit.filter(({ key }) => ORDER_KEYS.includes(key))) {
    // Targets such as network.target are reached long before a runner is started.
    const others = entry.value.split(/\s+/).filter((name) =>
      name !== "" && !name.endsWith(".target") && findBeside(beside, name) === null
    );
    if (others.length === 0) continue;
    differs(draft, { ...entry, section }, `Not kept for ${others.join(", ")}`, {
      allowed: "import their units together with this one",
    });
  }
}
