// What is sent to programs by XML-RPC: text for a stdin, events for listeners.
import { pidOf } from "../../core/process_state.ts";
import type { RunnerFace } from "../runner_face.ts";
import type { XmlRpcValue } from "../xmlrpc/value.ts";
import { fault } from "./faults.ts";
import { textOf } from "./method.ts";
import { findProcess } from "./names.ts";

/** sendProcessStdin. What has been sent as base64 goes on as those bytes. */
export function sendStdin(runner: RunnerFace, [name, chars]: readonly XmlRpcValue[]): XmlRpcValue {
  const bytes = typeof chars === "string" ? new TextEncoder().encode(chars) : chars;
  if (!(bytes instanceof Uint8Array)) {
    throw fault("INCORRECT_PARAMETERS", typeof chars === "number" ? String(chars) : undefined);
  }
  const text = textOf(name);
  const process = findProcess(runner.pool, text);
  if (pidOf(process) === null || process.state.name === "STOPPING") {
    throw fault("NOT_RUNNING", text);
  }
  switch (runner.writeStdin(process.plan.id, bytes)) {
    case "sent":
      return true;
    case "not-running":
      throw fault("NOT_RUNNING", text);
    case "closed":
      throw fault("NO_FILE", text);
    case "full":
      throw fault("FAILED", `${text} does not read its stdin, which is full`);
  }
}

/** sendRemoteCommEvent. */
export function sendRemoteCommEvent(
  runner: RunnerFace,
  [type, content]: readonly XmlRpcValue[],
): XmlRpcValue {
  runner.announce(wordOf(type), wordOf(content));
  return true;
}

/** supervisord takes anything and prints it. */
function wordOf(value: XmlRpcValue | undefined): string {
  if (typeof value === "number") return String(value);
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return textOf(value);
}
