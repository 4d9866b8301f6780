// A restart of the runner goes on with the program that lies on disk now, when that has been replaced.
import { decodeBytes, inheritedEnvironment } from "../os/byte_text.ts";
import { become, runsAnother } from "../os/reexec.ts";
import { sayLine } from "./output.ts";
import { giveBackLimits } from "./own_settings.ts";

/** Everything has been stopped. Returns when there is nothing new to become, or when that is refused. */
export function renewProgram(program: string | null, isDetached: boolean): void {
  if (program === null || !runsAnother("self", program)) return;
  giveBackLimits();
  const argv = decodeBytes(Deno.readFileSync("/proc/self/cmdline")).split("\0").slice(0, -1);
  const fault = become(program, { argv, env: inheritedEnvironment(), isDetached });
  sayLine(`runner: Cannot become the new ${program}: ${fault}; going on with the old one`);
}
