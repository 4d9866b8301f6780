// `runner exec`: one command with an init of its own.
import { readExecLine } from "../core/exec_line.ts";
import { runExec } from "./exec_run.ts";

/** Takes the words behind `exec`; its options end where the command begins. */
export function execMain(args: readonly string[]): Promise<number> {
  return runExec(args, readExecLine);
}
