// A pool in which somebody waits, is not ready, is due, is done and stands by; what is next happens when a file is there.
import type { Sandbox } from "./runner_process.ts";

/** `more` is added to the manifest. */
export function workPool(box: Sandbox, more = ""): string {
  return `
[program.migrate]
command = ["sh", "-c", "while [ ! -e ${box.path("go")} ]; do sleep 0.05; done"]
type = "oneshot"
[program.web]
command = ["sh", "-c", "while [ ! -e ${
    box.path("up")
  } ]; do sleep 0.05; done; echo up; exec sleep 1000000"]
depends_on = ["migrate:done"]
ready = "log:^up"
startsecs = 0
[program.queue]
command = ["sleep", "1000000"]
process_name = "%(program_name)s_%(process_num)d"
spare = 1
startsecs = 0
[program.report]
command = ["sh", "-c", "echo reported; exit 3"]
schedule = "0 0 1 1 *"
time_zone = "UTC"
${more}`;
}
