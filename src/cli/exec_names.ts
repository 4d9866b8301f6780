// This program under the names of tini and dumb-init.
import { readDumbInitLine } from "../core/exec_dumb_init.ts";
import { readTiniLine } from "../core/exec_tini.ts";
import { runExec } from "./exec_run.ts";

/** Takes the command line of tini. */
export function tiniMain(args: readonly string[]): Promise<number> {
  return runExec(
    args,
    (words) => readTiniLine({ ...words, name: named(words.name, "tini") }),
  );
}

/** Takes the command line of dumb-init. */
export function dumbInitMain(args: readonly string[]): Promise<number> {
  return runExec(
    args,
    (words) => readDumbInitLine({ ...words, name: named(words.name, "dumb-init") }),
  );
}

/** As we were called, unless it was by `runner tini`. */
function named(calledAs: string, name: string): string {
  return calledAs === name || calledAs.endsWith(`/${name}`) ? calledAs : name;
}
