// Readers of values that name things of the machine: users, paths, log files, sockets, commands, variables.
import { splitWords } from "../base/words.ts";
import { type Cut, isList, isTable, type RawTable, type RawValue } from "./document.ts";
import { readEnvironment } from "./environment.ts";
import { absolutePath, expandHome, logDestination } from "./paths.ts";
import type { LogDestination, UserPlan } from "./plan.ts";
import { reprText, strip } from "./python_text.ts";
import {
  bad,
  cannotRead,
  good,
  type Reading,
  showRaw,
  textOf,
  type ValueType,
} from "./value_type.ts";

/** A command line, split; with a fault there are no words, and every try to start fails with it. */
export interface Command {
  readonly words: readonly string[];
  readonly fault: string | null;
}

export const COMMAND: ValueType<Command> = {
  name: "command",
  allowed: "use a program and its arguments; quotes protect blanks, no shell is involved",
  schema: { type: ["string", "array"], items: { type: "string" } },
  read(raw, { cut }) {
    if (isList(raw)) {
      const words = raw.map(textOf);
      if (!words.every((word) => word !== null)) {
        return bad(cannotRead(raw, "a command"), this.allowed);
      }
      return words.length > 0 ? good({ words, fault: null }) : faulty("command is empty");
    }
    if (typeof raw !== "string") return bad(cannotRead(raw, "a command"), this.allowed);
    const split = splitWords(raw);
    if (!split.ok) {
      return faulty(`can't parse command ${reprText(raw)}: ${split.fault}${cutHint(cut)}`);
    }
    return split.words.length > 0
      ? good({ words: split.words, fault: null })
      : faulty("command is empty");
  },
};

function faulty(fault: string): Reading<Command> {
  const what = `It will never start: ${fault}`;
  return good({ words: [], fault }, { what, allowed: "", errorIn: "check" });
}

/** Names the comment that may have taken the closing quotation mark. */
function cutHint(cut: Cut | null): string {
  return cut === null
    ? ""
    : ` (" ${cut.sign}" starts a comment, also within quotes: the rest of line ${cut.line} was cut off)`;
}

export const ENVIRONMENT: ValueType<ReadonlyMap<string, string>> = {
  name: "variables",
  allowed: 'use KEY="value",KEY2="value2"; quote what holds more than letters, digits and _/.+-():',
  schema: {
    type: ["object", "string"],
    additionalProperties: { type: ["string", "number", "boolean"] },
  },
  read(raw, { cut }) {
    if (isTable(raw)) return checkVariables(tableVariables(raw), []);
    if (typeof raw !== "string") return bad("Cannot read as variables", this.allowed);
    const result = readEnvironment(raw);
    if (!result.ok) return bad(result.fault + cutHint(cut), this.allowed);
    return checkVariables(result.variables, result.odd);
  },
};

function tableVariables(table: RawTable): ReadonlyMap<string, string | null> {
  return new Map(
    Object.entries(table).map(([key, value]) => [
      key,
      typeof value === "boolean" ? `${value}` : textOf(value),
    ]),
  );
}

/** Never shows a value: they are often secret. */
function checkVariables(
  variables: ReadonlyMap<string, string | null>,
  odd: readonly string[],
): Reading<ReadonlyMap<string, string>> {
  const checked = new Map<string, string>();
  for (const [key, value] of variables) {
    if (value === null) {
      return bad(`${key} has no plain value`, "use a text, a number, true or false");
    }
    // The kernel keeps variables as KEY=value up to a NUL.
    if (key === "" || /[=\0]/.test(key) || value.includes("\0")) {
      return bad(
        `${reprText(key)} cannot be a variable`,
        "use neither = in names nor NUL anywhere",
      );
    }
    checked.set(key, value);
  }
  if (odd.length === 0) return good(checked);
  const what = `The value of ${odd.join(", ")} may end too early`;
  return good(checked, { what, allowed: ENVIRONMENT.allowed });
}

/** A path that may start with `~`; made absolute. */
export const PATH: ValueType<string> = {
  name: "path",
  allowed: "use a path",
  schema: { type: "string" },
  read(raw, { machine }) {
    if (typeof raw !== "string" || raw === "") return bad(cannotRead(raw, "a path"), this.allowed);
    return good(absolutePath(expandHome(raw, machine), machine.cwd));
  },
};

/** Where output goes, with supervisord's words for it. */
export type LogTarget = LogDestination | { readonly kind: "syslog" };

export const LOG_TARGET: ValueType<LogTarget> = {
  name: "log file",
  allowed: "use a path, AUTO, NONE, /dev/stdout or /dev/stderr",
  schema: { type: "string" },
  read(raw, { machine }) {
    if (typeof raw !== "string") return bad(cannotRead(raw, "a log file"), this.allowed);
    switch (raw.toLowerCase()) {
      case "":
      case "none":
      case "off":
        return good({ kind: "none" });
      case "auto":
        return good({ kind: "auto" });
      case "syslog":
        return good({ kind: "syslog" });
    }
    if (machine.exists(absolutePath(expandHome(raw, machine), machine.cwd)) === "directory") {
      return bad(`${showRaw(raw)} is a directory`, this.allowed);
    }
    return good(logDestination(raw, machine));
  },
};

export const USER: ValueType<UserPlan> = {
  name: "user",
  allowed: "use the name or number of a user of this machine",
  schema: { type: ["string", "integer"] },
  read(raw, { machine }) {
    const text = strip(textOf(raw) ?? "");
    const user = text === "" ? null : machine.lookupUser(text);
    return user === null ? bad(`There is no user ${showRaw(raw)}`, this.allowed) : good(user);
  },
};

export const GROUP: ValueType<number> = {
  name: "group of users",
  allowed: "use the name or number of a group of users of this machine",
  schema: { type: ["string", "integer"] },
  read(raw, { machine }) {
    const text = strip(textOf(raw) ?? "");
    const gid = text === "" ? null : machine.lookupGroup(text);
    return gid === null
      ? bad(`There is no group of users ${showRaw(raw)}`, this.allowed)
      : good(gid);
  },
};

/** The owner of a socket; gid -1 leaves the group as it is. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export const OWNER: ValueType<Owner> = {
  name: "owner",
  allowed: "use USER or USER:GROUP of this machine",
  schema: { type: ["string", "integer"] },
  read(raw, at) {
    const [user = "", ...group] = (textOf(raw) ?? "").split(":");
    const found = USER.read(user, at);
    if (!found.ok) return found;
    if (group.length === 0) return good({ uid: found.value.uid, gid: -1 });
    const gid = GROUP.read(group.join(":"), at);
    return gid.ok ? good({ uid: found.value.uid, gid: gid.value }) : gid;
  },
};

/** Names of programs, groups and processes. */
export const NAME: ValueType<string> = {
  name: "name",
  allowed: "use a name without blanks, colons and slashes",
  schema: { type: "string", pattern: "^[^ :/]+$" },
  read(raw) {
    const name = strip(textOf(raw) ?? "");
    return nameFault(name) === null ? good(name) : bad(`${nameFault(name)}`, this.allowed);
  },
};

/** Why a name is none, or null. */
export function nameFault(name: string): string | null {
  if (name === "") return "The name is empty";
  const char = /[ :/]/.exec(name)?.[0];
  return char === undefined
    ? null
    : `The name "${name}" holds ${char === " " ? "a blank" : `"${char}"`}`;
}

/** Files relative to the manifest; a leading `-` lets one be missing. */
export const FILE_LIST: ValueType<readonly string[]> = {
  name: "list of files",
  allowed: "use paths separated by commas",
  schema: { type: ["string", "array"], items: { type: "string" } },
  read(raw: RawValue, { here, machine }) {
    const items = isList(raw) ? raw : typeof raw === "string" ? raw.split(/[,\n]/) : [];
    const paths = items.map((item) => strip(textOf(item) ?? ""));
    if (paths.length === 0 || paths.includes("")) {
      return bad(cannotRead(raw, "files"), this.allowed);
    }
    return good(paths.map((path) => {
      const [, optional = "", bare = ""] = /^(-?)\s*(.*)$/s.exec(path) ?? [];
      return optional + absolutePath(expandHome(bare, machine), here);
    }));
  },
};
