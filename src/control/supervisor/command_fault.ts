// Whether the command of a process can be run at all: supervisord looks before it starts anything.
import { findCommand } from "../../core/find_command.ts";
import { absolutePath } from "../../manifest/paths.ts";
import type { ProcessPlan } from "../../manifest/plan.ts";
import { kindOf } from "../../os/manifest_context.ts";
import type { XmlRpcFault } from "../xmlrpc/value.ts";
import { fault } from "./faults.ts";

const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** NO_FILE or NOT_EXECUTABLE with the reason; null: it can be run. */
export function commandFault(plan: ProcessPlan): XmlRpcFault | null {
  const word = plan.command[0];
  if (plan.commandFault !== null || word === undefined) {
    return fault("NOT_EXECUTABLE", plan.commandFault ?? "command is empty");
  }
  const directory = absolutePath(plan.directory ?? ".", Deno.cwd());
  const path = plan.environment["PATH"] ?? Deno.env.get("PATH") ?? DEFAULT_PATH;
  const found = findCommand({ word, directory, path }, kindOf);
  if (found.kind === "found") return null;
  const isMissing = found.reason.startsWith("can't find");
  return fault(isMissing ? "NO_FILE" : "NOT_EXECUTABLE", found.reason);
}
