// The table of keys: commands that are run beside a program.
import { splitWords } from "../base/words.ts";
import { isList } from "./document.ts";
import { choice } from "./readers.ts";
import { DURATION } from "./readers_units.ts";
import { ownSetting } from "./setting.ts";
import { bad, cannotRead, good, textOf, type ValueType } from "./value_type.ts";

/** A command as written: words, or a line that `shell` decides about. */
export type HookCommand =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "line"; readonly line: string; readonly words: readonly string[] };

const HOOK: ValueType<HookCommand> = {
  name: "command",
  allowed: "use a program and its arguments; quotes protect blanks, with shell a line for /bin/sh",
  schema: { type: ["string", "array"], items: { type: "string" } },
  read(raw) {
    if (isList(raw)) {
      const words = raw.map(textOf).filter((word) => word !== null);
      if (words.length === 0 || words.length < raw.length) {
        return bad(cannotRead(raw, "a command"), this.allowed);
      }
      return good({ kind: "words", words });
    }
    if (typeof raw !== "string" || raw.trim() === "") {
      return bad(cannotRead(raw, "a command"), this.allowed);
    }
    const split = splitWords(raw);
    if (!split.ok) return bad(`${cannotRead(raw, "a command")}: ${split.fault}`, this.allowed);
    return good({ kind: "line", line: raw, words: split.words });
  },
};

/** What is run when. */
export const HOOKS = {
  preStart: ownSetting("pre_start", HOOK, {
    ini: null,
    phase: "process",
    help: "A command that is run before each start; it fails the start when it fails.",
  }),
  postStart: ownSetting("post_start", HOOK, {
    ini: null,
    phase: "process",
    help: "A command that is run each time the process has become RUNNING.",
  }),
  preStop: ownSetting("pre_stop", HOOK, {
    ini: null,
    phase: "process",
    help: "A command that is run before a RUNNING process gets its first stop signal.",
  }),
  postExit: ownSetting("post_exit", HOOK, {
    ini: null,
    phase: "process",
    help: "A command that is run after each end of the process, and before the next start.",
  }),
} as const;

/** What is true of all of them. */
export const HOOK_POLICY = {
  timeout: ownSetting("hook_timeout", DURATION, {
    ini: 30_000,
    shown: "30s",
    help: "A hook that takes longer is killed with its descendants, and has failed.",
  }),
  failure: ownSetting("hook_failure", choice(["fail", "warn", "ignore"]), {
    ini: null,
    shown: "fail for pre_start, warn for the others",
    help:
      "What a failed hook means: fail lets the start fail, warn only says so, ignore says so at level debug.",
  }),
} as const;
