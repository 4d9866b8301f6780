// `runner hash-password`: a password from the terminal or a pipe, its hash for a manifest on stdout.
import { EXIT, RunnerError } from "../base/errors.ts";
import { hashPassword } from "../control/http/password.ts";
import type { CommandLine } from "./options.ts";
import { printLine } from "./output.ts";
import { readSecret } from "./read_secret.ts";

/** Asks twice at a terminal; otherwise takes what stdin has. Never an argument: others can see those. */
export async function hashPasswordCommand(line: CommandLine): Promise<number> {
  if (line.words.length > 0) {
    throw new RunnerError("Cannot take a password from the command line: others could see it", {
      hint: "Run it without a word and type the password, or pipe it in",
      exitStatus: EXIT.usage,
    });
  }
  const password = await readSecret("Password: ");
  if (password === "") {
    throw new RunnerError("Cannot make a hash of nothing: the password is empty", {
      exitStatus: EXIT.usage,
    });
  }
  if (Deno.stdin.isTerminal() && await readSecret("Once more: ") !== password) {
    throw new RunnerError("Cannot take the password: the two were not the same", {
      exitStatus: EXIT.usage,
    });
  }
  printLine(await hashPassword(password));
  return EXIT.done;
}
