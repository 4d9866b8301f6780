// What the three names of `runner exec` have in common: from the words to the init that takes our place.
import { EXIT, RunnerError } from "../base/errors.ts";
import { commandPlaces } from "../core/exec_path.ts";
import type { ExecLine, ExecWords } from "../core/exec_request.ts";
import { decodeBytes } from "../os/byte_text.ts";
import { errnoName } from "../os/errno.ts";
import { becomeInit, holdSignals, ignoredSignals, inheritedIgnored } from "../os/exec_become.ts";
import { readInheritance, variable } from "../os/exec_become.ts";
import type { InitPlan } from "../os/exec_config.ts";
import { printLine, sayLine } from "./output.ts";

/** Does not return when the command is started: this process has become its init by then. */
export async function runExec(
  args: readonly string[],
  read: (words: ExecWords) => ExecLine,
): Promise<number> {
  const held = holdSignals();
  const inheritance = readInheritance();
  const { argv, environment } = inheritance;
  const env = (name: string) => variable(environment, name);
  const line = read({ name: textOf(argv[0]), args, env, pid: Deno.pid });
  if (line.kind !== "run") return await answered(line);
  const { request } = line;
  // Options that stand behind the command's first word are put in front of it.
  const before = argv.length - args.length;
  const command = request.command.map((index) => before + index);
  const own = argv.filter((_, index) => !command.includes(index));
  const words = command.flatMap((index) => argv[index] ?? []);
  const ignored = ignoredSignals();
  const plan: InitPlan = {
    request,
    isInit: Deno.pid === 1,
    commandAt: own.length,
    command: textOf(words[0]),
    places: commandPlaces(textOf(words[0]), env("PATH")),
    ignored: { now: ignored, inChild: request.keepsSignalState ? inheritedIgnored(ignored) : [] },
    childMask: request.keepsSignalState ? held.mask : 0n,
    user: request.user === null ? null : await userOf(request.user),
  };
  request.notes.forEach(sayLine);
  const refused = becomeInit(plan, {
    functions: held.functions,
    inheritance: { argv: [...own, ...words], environment },
  });
  throw new RunnerError(
    `Cannot take over as the init of "${plan.command}": ${errnoName(refused)}`,
    {
      hint:
        "Neither memory nor the temporary folder may hold programs here: set TMPDIR to one that may",
    },
  );
}

/** Only what is asked for is loaded. */
async function answered(line: Exclude<ExecLine, { kind: "run" }>): Promise<number> {
  switch (line.kind) {
    case "help": {
      const { describe } = await import("./help.ts");
      printLine(describe((await import("./exec_spec.ts")).EXEC_SPEC));
      return EXIT.done;
    }
    case "license":
      printLine((await import("./exec_license.ts")).LICENSE.trimEnd());
      return EXIT.done;
    case "answer":
      (line.stream === "stdout" ? printLine : sayLine)(line.text);
      return line.exitStatus;
  }
}

/** `NAME`, `UID`, `NAME:GROUP`. */
async function userOf(text: string): Promise<NonNullable<InitPlan["user"]>> {
  const { lookupGroup, lookupUser } = await import("../os/accounts.ts");
  const [name = "", group] = text.split(":");
  const user = lookupUser(name);
  if (user === null) throw noSuch("user", name);
  if (group === undefined) return user;
  const gid = lookupGroup(group);
  if (gid === null) throw noSuch("group", group);
  return { ...user, gid, groups: [gid] };
}

function noSuch(what: string, name: string): RunnerError {
  const message = `Cannot run the command as ${what} "${name}": there is no such ${what}`;
  return new RunnerError(message, { exitStatus: EXIT.usage });
}

/** The text of bytes that end with a zero. */
function textOf(bytes: Uint8Array | undefined): string {
  return decodeBytes(bytes?.subarray(0, -1) ?? new Uint8Array());
}
