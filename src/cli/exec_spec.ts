// What the help says of `runner exec`; exec.ts runs it.
import { EXIT } from "../base/errors.ts";
import { EXEC_OPTIONS } from "../core/exec_option_table.ts";
import type { CommandSpec } from "./command_spec.ts";

export const EXEC_SPEC: CommandSpec = {
  name: "exec",
  chapter: "run",
  usage: "runner exec [OPTIONS] [--] COMMAND [ARGUMENT…]",
  summary: "Run one command as PID 1 should: forward signals, reap orphans, end as it ends",
  options: EXEC_OPTIONS.map(({ letter, name, value, help }) => ({
    name,
    help,
    ...(letter > " " ? { letter } : {}),
    ...(value === undefined ? {} : { value }),
  })),
  example: "runner exec --group --stop-timeout 10s -- nginx -g 'daemon off;'",
  takes: ["files"],
  // Never run: names.ts takes the word before options are read, since most of them are the command's.
  run: () => EXIT.usage,
};
