// The table of supervisor.* methods that are about logs.
import type { StreamName } from "../../ports/logs.ts";
import type { XmlRpcValue } from "../xmlrpc/value.ts";
import * as logs from "./log_methods.ts";
import { integerOf, type RpcMethod, textOf } from "./method.ts";

const READ_OWN: RpcMethod = {
  signature: ["string", "int", "int"],
  help:
    "Part of the runner's own log: offset and length in bytes; a negative offset with length 0 " +
    "is that many bytes from the end.",
  call: (runner, [offset, length]) => logs.readOwnLog(runner, windowOf(offset, length)),
};

const CLEAR: RpcMethod = {
  signature: ["boolean", "string"],
  help: "Empties the logs of a process.",
  call: (runner, [name]) => logs.clearProcessLogs(runner, textOf(name)),
};

function read(stream: StreamName): RpcMethod {
  return {
    signature: ["string", "string", "int", "int"],
    help: `Part of the ${stream} log of a process: offset and length in bytes; a negative offset ` +
      "with length 0 is that many bytes from the end.",
    call: (runner, [name, offset, length]) =>
      logs.readProcessLog(runner, {
        name: textOf(name),
        stream,
        window: windowOf(offset, length),
      }),
  };
}

function tail(stream: StreamName): RpcMethod {
  return {
    signature: ["array", "string", "int", "int"],
    help:
      `What the ${stream} log of a process has from an offset on, at most length bytes of it, ` +
      "the size of the log, and whether something was left out.",
    call: (runner, [name, offset, length]) =>
      logs.tailProcessLog(runner, {
        name: textOf(name),
        stream,
        window: windowOf(offset, length),
      }),
  };
}

export const LOG_METHODS: Readonly<Record<string, RpcMethod>> = {
  readLog: READ_OWN,
  readMainLog: READ_OWN,
  clearLog: {
    signature: ["boolean"],
    help: "Empties the runner's own log.",
    call: logs.clearOwnLog,
  },
  readProcessLog: read("stdout"),
  readProcessStdoutLog: read("stdout"),
  readProcessStderrLog: read("stderr"),
  tailProcessLog: tail("stdout"),
  tailProcessStdoutLog: tail("stdout"),
  tailProcessStderrLog: tail("stderr"),
  clearProcessLog: CLEAR,
  clearProcessLogs: CLEAR,
  clearAllProcessLogs: {
    signature: ["array"],
    help: "Empties the logs of every process.",
    call: logs.clearAllLogs,
  },
};

function windowOf(offset?: XmlRpcValue, length?: XmlRpcValue): logs.Window {
  return { offset: integerOf(offset), length: integerOf(length) };
}
