// The structs a server replies with, as far as they are shown.
import { isArray, isStruct, type XmlRpcValue } from "../../control/xmlrpc/value.ts";

export interface ProcessInfo {
  readonly name: string;
  readonly group: string;
  readonly state: number;
  readonly stateName: string;
  readonly description: string;
  readonly pid: number;
}

/** What became of one process of several. */
export interface Outcome {
  readonly name: string | null;
  readonly group: string;
  /** A fault number, or SUCCESS. */
  readonly status: number;
  readonly description: string;
}

export interface ConfigInfo {
  readonly name: string;
  readonly group: string;
  readonly isInUse: boolean;
  readonly isAuto: boolean;
  readonly groupPriority: number;
  readonly priority: number;
}

/** Numbers of states, as far as they are looked at. */
export const STATE = { running: 20, down: [0, 100, 200, 1000] } as const;

export function readProcess(value: XmlRpcValue): ProcessInfo {
  return {
    name: textAt(value, "name"),
    group: textAt(value, "group"),
    state: numberAt(value, "state"),
    stateName: textAt(value, "statename"),
    description: textAt(value, "description"),
    pid: numberAt(value, "pid"),
  };
}

export function readOutcome(value: XmlRpcValue): Outcome {
  return {
    name: textAt(value, "name"),
    group: textAt(value, "group"),
    status: numberAt(value, "status"),
    description: textAt(value, "description"),
  };
}

export function readConfig(value: XmlRpcValue): ConfigInfo {
  return {
    name: textAt(value, "name"),
    group: textAt(value, "group"),
    isInUse: field(value, "inuse") === true,
    isAuto: field(value, "autostart") === true,
    groupPriority: numberAt(value, "group_prio"),
    priority: numberAt(value, "process_prio"),
  };
}

/** The items of an array; none where there is no array. */
export function itemsOf(value: XmlRpcValue | undefined): readonly XmlRpcValue[] {
  return value !== undefined && isArray(value) ? value : [];
}

/** The texts of an array. */
export function textsOf(value: XmlRpcValue | undefined): readonly string[] {
  return itemsOf(value).map(String);
}

function field(value: XmlRpcValue, name: string): XmlRpcValue | undefined {
  return isStruct(value) ? value.get(name) : undefined;
}

function textAt(value: XmlRpcValue, name: string): string {
  return String(field(value, name) ?? "");
}

function numberAt(value: XmlRpcValue, name: string): number {
  const found = field(value, name);
  return typeof found === "number" ? found : 0;
}
