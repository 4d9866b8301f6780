// The logs by XML-RPC. Never fails on what is in a log: colours are taken out, cut characters left out.
import { AnsiStripper } from "../../core/ansi.ts";
import { identityOf } from "../../os/log_reader.ts";
import type { StreamName } from "../../ports/logs.ts";
import { readRange, type ReadResult, tailRange, wholeCharacters } from "../logs/read_log.ts";
import type { RunnerFace } from "../runner_face.ts";
import type { XmlRpcValue } from "../xmlrpc/value.ts";
import { fault } from "./faults.ts";
import { findProcess } from "./names.ts";
import { shownPath } from "./process_info.ts";
import { doEach } from "./wait.ts";

export interface Window {
  readonly offset: number;
  readonly length: number;
}

/** readLog: the runner's own log. */
export function readOwnLog({ logs }: RunnerFace, window: Window): string {
  return readPath(logs.ownPath, window);
}

/** clearLog. */
export function clearOwnLog({ logs }: RunnerFace): true {
  if (logs.ownPath === null) throw fault("NO_FILE");
  if (!logs.clearOwn()) throw fault("FAILED");
  return true;
}

export function readProcessLog(
  runner: RunnerFace,
  { name, stream, window }: LogRequest,
): string {
  const path = pathOf(runner, name, stream);
  // Nothing can be read of a terminal or a pipe, and supervisord says so by an empty text.
  if (path.readable === null && path.shown !== null) return "";
  return readPath(path.readable, window);
}

export interface LogRequest {
  readonly name: string;
  readonly stream: StreamName;
  readonly window: Window;
}

/** tailProcess…Log: text, size of the log, and whether something was left out. */
export function tailProcessLog(
  runner: RunnerFace,
  { name, stream, window }: LogRequest,
): XmlRpcValue {
  const { readable } = pathOf(runner, name, stream);
  const { bytes, offset, overflow } = tailRange(readable, window.offset, window.length);
  return [readableText(bytes), offset, overflow];
}

/** clearProcessLogs. Having no log is no fault. */
export function clearProcessLogs(runner: RunnerFace, name: string): true {
  runner.logs.clear(findProcess(runner.pool, name).plan);
  return true;
}

export function clearAllLogs(runner: RunnerFace): Promise<XmlRpcValue> {
  const processes = [...runner.pool.processes.values()];
  return doEach(processes, (name) => clearProcessLogs(runner, name));
}

function pathOf(runner: RunnerFace, name: string, stream: StreamName) {
  const { plan } = findProcess(runner.pool, name);
  const shown = shownPath(runner.logs, plan, stream);
  // Of a program that has not run yet: to ask for its log would make the file.
  if (shown === null || identityOf(shown) === null) return { shown, readable: shown };
  // Where both streams go to one log, it is stdout's.
  return { shown, readable: runner.logs.path(plan, stream) };
}

function readPath(path: string | null, { offset, length }: Window): string {
  const result: ReadResult = readRange(path, offset, length);
  if (result.kind === "read") return readableText(result.bytes);
  throw result.fault === "NO_FILE" && path !== null
    ? fault(result.fault, path)
    : fault(result.fault);
}

/** XML 1.0 has no escape character, so that a colour would break the whole reply. */
function readableText(bytes: Uint8Array): string {
  const plain = new AnsiStripper().strip(wholeCharacters(bytes));
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(plain);
}
