// The program: runs what it was called for, says what could not be done, exits with its status.
import { RunnerError } from "./base/errors.ts";
import { calledAs, namedCall } from "./cli/names.ts";
import { sayLine } from "./cli/output.ts";

/** Runs one command line and gives its exit status; null: the process ends by itself, when all is done. */
export async function main(args: readonly string[]): Promise<number | null> {
  try {
    const handed = Deno.env.get("RUNNER_HANDOVER");
    const status = handed === undefined ? null : await goOn(handed);
    if (status !== null) return status;
    // The table of commands is loaded only for them: `runner exec` and the other names do without it.
    const named = namedCall(calledAs(), args);
    if (named !== null) return await (await named.load())(named.args);
    return await (await import("./cli/command_line.ts")).commandLine(args);
  } catch (error) {
    if (!(error instanceof RunnerError)) throw error;
    sayLine(`runner: ${error.message}`);
    if (error.hint !== "") sayLine(`  ${error.hint}`);
    return error.exitStatus;
  }
}

/** Another program has left its pool to us, or asks whether we could take it; null: neither. */
async function goOn(handed: string): Promise<number | null> {
  if (handed === "try") return await (await import("./cli/handover_trial.ts")).tryHandover();
  return await (await import("./cli/adopt_pool.ts")).adoptPool();
}

if (import.meta.main) {
  const status = await main(Deno.args);
  if (status !== null) Deno.exit(status);
}
