// A command line that was written for a shell: without the shell where it does not need one.
import { splitWords } from "../base/words.ts";

/** What only a shell gives a meaning to; quotes and backslashes protect, and splitWords knows them. */
const NEEDS_SHELL = /[$`|&;<>()*?[\]{}~#!\n]/;
const ASSIGNMENT = /^\s*[A-Za-z_]\w*=/;
/** Words that a shell knows itself: there is no such program, or it would do nothing. */
const BUILTINS =
  /^\s*(cd|if|for|while|until|case|exec|eval|source|export|set|ulimit|umask|trap|\.|:)\s/;
/** More than one command, or one that must not take the shell's place. */
const COMPOUND = /[|&;()\n]|^\s*[!{]/;

/** Words to run. A shell that is needed is replaced by the command where there is only one. */
export function shellCommand(text: string): readonly string[] {
  const isOwn = ASSIGNMENT.test(text) || BUILTINS.test(`${text} `);
  if (!isOwn && !NEEDS_SHELL.test(text)) {
    const split = splitWords(text);
    if (split.ok && split.words.length > 0) return split.words;
  }
  // The signals must reach the program, not a shell before it.
  const isSingle = !isOwn && !COMPOUND.test(text);
  return ["/bin/sh", "-c", isSingle ? `exec ${text}` : text];
}
