// The table of supervisor.* methods: who they are, what they take and give, and what they do.
import type { RunnerFace } from "../runner_face.ts";
import { struct, type XmlRpcValue } from "../xmlrpc/value.ts";
import { allProcessInfo } from "./all_processes.ts";
import { allConfigInfo } from "./config_info.ts";
import { addGroup, reloadConfig, removeGroup, rereadFault } from "./group_methods.ts";
import { type RpcMethod, textOf, waitOf } from "./method.ts";
import { findProcess } from "./names.ts";
import { processInfo } from "./process_info.ts";
import * as process from "./process_methods.ts";
import { sendRemoteCommEvent, sendStdin } from "./stdin_methods.ts";

/** The version of the interface. */
const API_VERSION = "3.0";
/** The supervisor whose behaviour this is: clients look at it to know what they may call. */
const SUPERVISOR_VERSION = "4.2.5";

/** Methods about the runner itself. */
const OWN: Readonly<Record<string, RpcMethod>> = {
  getAPIVersion: {
    signature: ["string"],
    help: "Version of this interface.",
    call: () => API_VERSION,
  },
  getVersion: {
    signature: ["string"],
    help: "The same as getAPIVersion.",
    call: () => API_VERSION,
  },
  getSupervisorVersion: {
    signature: ["string"],
    help: "Version of the supervisor that this runner is compatible with.",
    call: () => SUPERVISOR_VERSION,
  },
  getIdentification: {
    signature: ["string"],
    help: "The identifier that the manifest gives the runner.",
    call: ({ pool }) => pool.plan.runner.identifier,
  },
  getState: {
    signature: ["struct"],
    help: "State of the runner: statecode and statename.",
    call: () => struct({ statecode: 1, statename: "RUNNING" }),
  },
  getPID: {
    signature: ["int"],
    help: "Process number of the runner.",
    call: ({ identity }) => identity.pid,
  },
  shutdown: {
    signature: ["boolean"],
    help: "Stops everything and ends.",
    call: (runner) => {
      runner.order({ kind: "shutdown", why: "supervisor.shutdown was called" });
      return true;
    },
  },
  restart: {
    signature: ["boolean"],
    help: "Stops everything and starts it again with the manifest as it is now.",
    call: async (runner) => {
      const { plan, problems } = await runner.restart();
      if (plan === null) throw rereadFault(problems);
      return true;
    },
  },
  reloadConfig: {
    signature: ["array"],
    help:
      "Reads the manifest again, changes nothing, and gives [[added, changed, removed]] groups.",
    call: reloadConfig,
  },
  addProcessGroup: {
    signature: ["boolean", "string"],
    help: "Takes a group of the manifest last read into the pool.",
    call: (runner, [name]) => addGroup(runner, textOf(name)),
  },
  removeProcessGroup: {
    signature: ["boolean", "string"],
    help: "Takes a group whose processes are all stopped out of the pool.",
    call: (runner, [name]) => removeGroup(runner, textOf(name)),
  },
  sendRemoteCommEvent: {
    signature: ["boolean", "string", "string"],
    help: "Sends a REMOTE_COMMUNICATION event of a type, with data, to event listeners.",
    alsoWhileEnding: true,
    call: sendRemoteCommEvent,
  },
};

/** Methods about processes. */
const PROCESSES: Readonly<Record<string, RpcMethod>> = {
  getAllConfigInfo: {
    signature: ["array"],
    help: "Every process of the manifest last read, with its settings.",
    call: allConfigInfo,
  },
  getProcessInfo: {
    signature: ["struct", "string"],
    help: "State of a process, named NAME or GROUP:NAME.",
    call: (runner, [name]) => processInfo(runner, findProcess(runner.pool, textOf(name))),
  },
  getAllProcessInfo: {
    signature: ["array"],
    help: "State of every process, by the names of groups and processes.",
    call: allProcessInfo,
  },
  sendProcessStdin: {
    signature: ["boolean", "string", "string"],
    help: "Writes text, as UTF-8, to the stdin of a process.",
    call: sendStdin,
  },
  startProcess: waiting(["boolean", "string"], "Starts a process.", process.startProcess),
  startProcessGroup: waiting(["array", "string"], "Starts a group.", process.startGroup),
  startAllProcesses: {
    signature: ["array", "boolean"],
    help: "Starts everything. Unless the parameter is false, answers when all of it runs.",
    optional: 1,
    call: (runner, [wait]) => process.startAll(runner, waitOf(wait)),
  },
  stopProcess: waiting(["boolean", "string"], "Stops a process.", process.stopProcess),
  stopProcessGroup: waiting(["array", "string"], "Stops a group.", process.stopGroup),
  stopAllProcesses: {
    signature: ["array", "boolean"],
    help: "Stops everything. Unless the parameter is false, answers when all of it is down.",
    optional: 1,
    call: (runner, [wait]) => process.stopAll(runner, waitOf(wait)),
  },
  signalProcess: signalling("boolean", "a process", process.signalProcess),
  signalProcessGroup: signalling("array", "each process of a group", process.signalGroup),
  signalAllProcesses: {
    signature: ["array", "string"],
    help: "Sends a signal, by name or number, to every process.",
    call: (runner, [signal]) => process.signalAll(runner, signalOf(signal)),
  },
};

/** All but those about logs, by their names without `supervisor.`. */
export const SUPERVISOR_METHODS: Readonly<Record<string, RpcMethod>> = {
  ...OWN,
  ...PROCESSES,
};

type WaitingDeed = (runner: RunnerFace, name: string, wait: boolean) => process.Answer;

function waiting(types: readonly string[], help: string, deed: WaitingDeed): RpcMethod {
  return {
    signature: [...types, "boolean"],
    help: `${help} Unless the second parameter is false, answers when that is done.`,
    optional: 1,
    call: (runner, [name, wait]) => deed(runner, textOf(name), waitOf(wait)),
  };
}

type SignalDeed = (runner: RunnerFace, name: string, signal: string) => process.Answer;

function signalling(result: string, whom: string, deed: SignalDeed): RpcMethod {
  return {
    signature: [result, "string", "string"],
    help: `Sends a signal, by name or number, to ${whom}.`,
    call: (runner, [name, signal]) => deed(runner, textOf(name), signalOf(signal)),
  };
}

/** `HUP`, `1` or 1. */
function signalOf(value: XmlRpcValue | undefined): string {
  return typeof value === "number" ? String(value) : textOf(value);
}
