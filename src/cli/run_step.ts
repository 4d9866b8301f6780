// Runs a command of the system for us, and says what could not be done in its own words.
import { RunnerError } from "../base/errors.ts";

/** Runs it to its end. Throws RunnerError when it fails. */
export function runStep(words: readonly string[]): void {
  const [program = "", ...args] = words;
  const said = `Cannot run \`${words.join(" ")}\``;
  const { success, stderr } = output(program, args, said);
  if (success) return;
  const text = new TextDecoder().decode(stderr).trim().split("\n").at(-1) ?? "";
  const hint = words.includes("--user") && /connect to .*bus/i.test(text)
    ? `Your own systemd is not found: log in as this user, or set XDG_RUNTIME_DIR=/run/user/${Deno.uid()}`
    : "";
  throw new RunnerError(`${said}: ${text === "" ? "it failed" : text}`, { hint });
}

function output(program: string, args: readonly string[], said: string): Deno.CommandOutput {
  try {
    return new Deno.Command(program, { args: [...args], stdin: "null", stdout: "null" })
      .outputSync();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new RunnerError(`${said}: there is no ${program} here`, { cause: error });
  }
}
