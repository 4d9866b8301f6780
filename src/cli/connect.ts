// From a command line to a client: which runner, with which password, and how long to wait.
import { EXIT, RunnerError } from "../base/errors.ts";
import { parseDuration } from "../base/units.ts";
import { type Client, clientOf } from "../control/client/client.ts";
import type { Credentials } from "../control/client/target.ts";
import { systemClock } from "../os/system_clock.ts";
import { findRunner, type FoundRunner } from "./find_runner.ts";
import type { CommandLine } from "./options.ts";

/** A client for the runner that the command line means. Nothing is sent yet. */
export function connect(line: CommandLine): Client {
  return clientFor(findRunner(line), line);
}

/** A client for a runner that has been found. */
export function clientFor({ address, instance }: FoundRunner, line: CommandLine): Client {
  const timeout = readTimeout(line);
  return clientOf({
    target: address.target,
    clock: systemClock(),
    // The own socket of an instance asks for none, and nobody is told a password that is not asked for it.
    credentials: address.credentials ?? (instance === null ? credentials(line) : null),
    ...(timeout === null ? {} : { patience: timeout }),
  });
}

/** Milliseconds of `--timeout`; null when it is not given. */
export function readTimeout(line: CommandLine): number | null {
  const text = line.value("timeout");
  if (text === undefined) return null;
  const millis = parseDuration(text);
  if (millis !== null && millis > 0) return millis;
  throw new RunnerError(`Cannot read --timeout "${text}": use seconds, or 500ms, 10s, 2m`, {
    exitStatus: EXIT.usage,
  });
}

/** What a request says of waiting. */
export function waitWish(
  line: CommandLine,
): { readonly wait?: boolean; readonly timeout?: number } {
  if (line.has("wait") && line.has("no-wait")) {
    throw new RunnerError("Cannot both wait and not wait: use one of --wait and --no-wait", {
      exitStatus: EXIT.usage,
    });
  }
  const timeout = readTimeout(line);
  return {
    ...(line.has("no-wait") ? { wait: false } : {}),
    ...(timeout === null ? {} : { timeout: timeout / 1000 }),
  };
}

/** Out of a file or the environment: on the command line everybody on the machine could read it. */
function credentials(line: CommandLine): Credentials | null {
  const file = line.value("password-file");
  const password = file === undefined ? Deno.env.get("RUNNER_PASSWORD") : firstLine(file);
  if (password === undefined) return null;
  return { user: line.value("user") ?? Deno.env.get("RUNNER_USER") ?? "", password };
}

function firstLine(path: string): string {
  try {
    return Deno.readTextFileSync(path).split(/\r?\n/, 1)[0] ?? "";
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied)) {
      throw error;
    }
    throw new RunnerError(`Cannot read the password file "${path}": ${error.name}`, {
      exitStatus: EXIT.usage,
      cause: error,
    });
  }
}
