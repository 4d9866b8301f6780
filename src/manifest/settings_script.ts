// The table of keys: scripts, what runs them, and what they may do.
import { splitWords } from "../base/words.ts";
import { isList } from "./document.ts";
import { BOOLEAN, parseBoolean, TEXT } from "./readers.ts";
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

const PERMISSION: ValueType<boolean> = {
  name: "boolean",
  allowed: "use true or false",
  schema: { type: "boolean" },
  read(raw) {
    const value = parseBoolean(raw);
    if (value !== null) return good(value);
    return bad(
      `Cannot limit a script to ${showRaw(raw)}`,
      "use true or false; the runtime in this binary can give up a permission only as a whole",
    );
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
  shell: ownSetting("shell", BOOLEAN, {
    ini: false,
    shown: "false",
    help: "The command is a line for /bin/sh: variables, pipes and && work.",
  }),
} as const;

const WHAT: Readonly<Record<ScriptPermission, string>> = {
  net: "use the network",
  read: "read files",
  write: "write files",
  env: "see its environment",
  run: "start other programs",
  ffi: "load native libraries",
};

/** What a script may do, one key for each permission. */
export const PERMISSIONS: readonly {
  readonly permission: ScriptPermission;
  readonly setting: Setting<boolean>;
}[] = SCRIPT_PERMISSIONS.map((permission) => ({
  permission,
  setting: ownSetting<boolean>(`allow_${permission}`, PERMISSION, {
    ini: true,
    shown: "true",
    help: `Whether a script of the runner may ${WHAT[permission]}.`,
  }),
}));
