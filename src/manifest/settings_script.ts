// The table of keys: scripts, what runs them, and what they may do.
import { didYouMean } from "../base/suggest.ts";
import { splitWords } from "../base/words.ts";
import { isList } from "./document.ts";
import { BOOLEAN, listItems, parseBoolean, TEXT } from "./readers.ts";
import { SIZE } from "./readers_units.ts";
import { SCRIPT_PERMISSIONS, type ScriptPermission } from "./script_words.ts";
import { ownSetting, type Setting } from "./setting.ts";
import { bad, cannotRead, good, showRaw, textOf, type ValueType } from "./value_type.ts";

const WORDS: ValueType<readonly string[]> = {
  name: "arguments",
  allowed: "use a list of texts, or one text that is split at blanks; quotes protect blanks",
  schema: { type: ["array", "string"], items: { type: ["string", "number"] } },
  read(raw) {
    if (isList(raw)) {
      const words = raw.map(textOf);
      const isClean = words.every((word) => word !== null);
      return isClean ? good(words) : bad(cannotRead(raw, "arguments"), this.allowed);
    }
    const text = textOf(raw);
    if (text === null) return bad(cannotRead(raw, "arguments"), this.allowed);
    const split = splitWords(text);
    return split.ok ? good(split.words) : bad(`${cannotRead(raw, "arguments")}`, split.fault);
  },
};

/** All of it, nothing of it, or only what is listed. */
export type Permission = boolean | readonly string[];

const PERMISSION: ValueType<Permission> = {
  name: "boolean or list",
  allowed: "use true or false, or a list of what it may use",
  schema: { type: ["boolean", "array", "string"], items: { type: "string" } },
  read(raw) {
    const value = parseBoolean(raw);
    if (value !== null) return good(value);
    const items = typeof raw === "number" ? null : listItems(raw);
    if (items === null || items.some((item) => item === "")) {
      return bad(`Cannot limit a script to ${showRaw(raw)}`, this.allowed);
    }
    const [only = "", ...more] = items;
    const meant = more.length === 0 && !isList(raw)
      ? didYouMean(only.toLowerCase(), ["true", "false"])
      : "";
    if (meant !== "") return bad(`Cannot limit a script to "${only}"${meant}`, this.allowed);
    return good(items.length === 0 ? false : items);
  },
};

/** The runtime itself needs some, and what a worker of it has at its start. */
const LEAST_HEAP = 32 * 1024 ** 2;

const HEAP: ValueType<number> = {
  ...SIZE,
  allowed: "use a size of 32MB or more",
  read(raw, at) {
    const reading = SIZE.read(raw, at);
    if (!reading.ok || reading.value >= LEAST_HEAP) return reading;
    return bad(`${showRaw(raw)} is too little for a script`, this.allowed);
  },
};

/** What is run when it is no command. */
export const SCRIPT = {
  script: ownSetting("script", TEXT, {
    ini: null,
    systems: ["pm2"],
    phase: "process",
    help:
      "A file of JavaScript or TypeScript that the runner itself runs, or one for interpreter; instead of command.",
  }),
  args: ownSetting("args", WORDS, {
    ini: [],
    systems: ["pm2"],
    phase: "process",
    help: "Arguments of script.",
  }),
  interpreter: ownSetting("interpreter", WORDS, {
    ini: [],
    systems: ["pm2"],
    phase: "process",
    help:
      "The program that runs script instead of the runner, with its own arguments: php, python3 -u.",
  }),
  maxHeap: ownSetting("max_heap", HEAP, {
    ini: null,
    help: "The heap of a script of the runner; one that needs more ends with status 1.",
  }),
  shell: ownSetting("shell", BOOLEAN, {
    ini: false,
    shown: "false",
    help: "The command is a line for /bin/sh: variables, pipes and && work.",
  }),
} as const;

const WHAT: Readonly<Record<ScriptPermission, string>> = {
  net: "use the network; a list: only these hosts (example.com:443)",
  read: "read files; a list: only these files and folders",
  write: "write files; a list: only these files and folders",
  env: "see its environment; a list: only these variables",
  run: "start other programs; a list: only these",
  ffi: "load native libraries; a list: only these files",
};

/** What a script may do, one key for each permission. */
export const PERMISSIONS: readonly {
  readonly permission: ScriptPermission;
  readonly setting: Setting<Permission>;
}[] = SCRIPT_PERMISSIONS.map((permission) => ({
  permission,
  setting: ownSetting<Permission>(`allow_${permission}`, PERMISSION, {
    ini: true,
    shown: "true",
    help: `Whether a script of the runner may ${WHAT[permission]}.`,
  }),
}));
