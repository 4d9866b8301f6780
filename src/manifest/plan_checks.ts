// What may be missing on the machine: commands and directories. A problem for `check`, a warning at start.
import { commandFault, type CommandGround } from "./command_check.ts";
import type { ManifestContext } from "./context.ts";
import type { Manifest } from "./manifest.ts";
import { absolutePath } from "./paths.ts";
import type { GroupPlan, ProcessPlan } from "./plan.ts";
import { addWarning, type ProblemLog, type Spot } from "./problems.ts";

export interface CheckRequest {
  readonly manifest: Manifest;
  readonly machine: ManifestContext;
  readonly problems: ProblemLog;
}

export function checkProcesses(groups: readonly GroupPlan[], request: CheckRequest): void {
  const machine = remembering(request.machine);
  const sections = new Map(request.manifest.sections.map(({ section }) => [section.name, section]));
  for (const process of groups.flatMap((group) => group.processes)) {
    const section = sections.get(`${process.kind}:${process.program}`);
    if (section === undefined) continue;
    const warn = (key: string, what: string): void => {
      const place = section.entries.get(key)?.place ?? section.place;
      const spot: Spot = { place, section: section.name, key };
      addWarning(request.problems, spot, { what, allowed: "", errorIn: "check" });
    };
    checkProcess(process, machine, warn);
  }
}

function checkProcess(
  process: ProcessPlan,
  machine: CommandGround,
  warn: (key: string, what: string) => void,
): void {
  const { directory, command: [word] } = process;
  const kind = directory === null
    ? "directory"
    : machine.exists(absolutePath(directory, machine.cwd));
  if (kind !== "directory") {
    warn(
      "directory",
      `It will not start: "${directory}" is ${kind === "missing" ? "not there" : "no directory"}`,
    );
  }
  if (word === undefined || (kind !== "directory" && word.includes("/") && !word.startsWith("/"))) {
    return;
  }
  const fault = commandFault(word, process, machine);
  if (fault !== null) warn("command", `It will not start: ${fault}`);
}

/** Two hundred programs look for the same few commands. */
function remembering(machine: CommandGround): CommandGround {
  const known = new Map<string, ReturnType<ManifestContext["exists"]>>();
  const { cwd, env } = machine;
  return {
    cwd,
    env,
    exists(path) {
      const kind = known.get(path) ?? machine.exists(path);
      known.set(path, kind);
      return kind;
    },
  };
}
