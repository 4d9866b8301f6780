// Which running runner a client command is about.
import { EXIT, RunnerError } from "../base/errors.ts";
import { type Address, parseAddress } from "../control/client/target.ts";
import { ownInstances, type RunningInstance } from "../os/instance_list.ts";
import { fileFault, usualManifests } from "./find_manifest.ts";
import type { CommandLine } from "./options.ts";

/** What there is to choose by. */
export interface Wish {
  /** Real path of what `-c` names. */
  readonly manifest: string | null;
  /** Real paths of the manifests that lie where manifests lie, best first. */
  readonly usual: readonly string[];
}

/** A runner to talk to. */
export interface FoundRunner {
  readonly address: Address;
  /** Null when only its address is known. */
  readonly instance: RunningInstance | null;
}

/** The runner that a command line means. Throws RunnerError: status 3 when none runs, 2 when it cannot be told. */
export function findRunner(line: CommandLine): FoundRunner {
  const configuration = line.value("configuration");
  const socket = line.value("socket") ??
    (configuration === undefined ? Deno.env.get("RUNNER_SOCKET") ?? "" : "");
  // An address says it all: nothing else needs to be read.
  if (socket !== "") return { address: parseAddress(socket), instance: null };
  const instances = ownInstances();
  const manifest = configuration === undefined ? null : realPath(configuration, instances);
  const instance = chooseInstance(instances, {
    manifest,
    usual: manifest === null && instances.length > 1 ? usualManifests().map(Deno.realPathSync) : [],
  });
  return { address: addressOf(instance), instance };
}

/** The one that is meant. */
export function chooseInstance(
  instances: readonly RunningInstance[],
  { manifest, usual }: Wish,
): RunningInstance {
  if (manifest !== null) {
    const found = instances.find((instance) => instance.manifest === manifest);
    if (found !== undefined) return found;
    throw notRunning(`no runner has ${manifest}`, `Start it: runner start ${manifest} -d`);
  }
  const [first, ...more] = instances;
  if (first === undefined) {
    throw notRunning("none of yours is there", "Start one: runner start MANIFEST -d");
  }
  if (more.length === 0) return first;
  for (const path of usual) {
    const found = instances.find((instance) => instance.manifest === path);
    if (found !== undefined) return found;
  }
  throw new RunnerError("Cannot tell which runner is meant: several are running", {
    hint: ["Name one of them:", ...instances.map(({ manifest }) => `  -c ${manifest}`)]
      .join("\n  "),
    exitStatus: EXIT.usage,
  });
}

/** Where an instance listens. */
export function addressOf({ socket, manifest, pid }: RunningInstance): Address {
  if (socket !== "") return { target: { kind: "unix", path: socket }, credentials: null };
  throw notRunning(
    `process ${pid}, which has ${manifest}, does not listen`,
    "It may be starting still: try again",
  );
}

function realPath(path: string, instances: readonly RunningInstance[]): string {
  const fault = fileFault(path);
  if (fault === null) return Deno.realPathSync(path);
  // A manifest may be gone while it runs.
  const absolute = path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
  if (instances.some(({ manifest }) => manifest === absolute)) return absolute;
  throw new RunnerError(`Cannot read the manifest "${path}": ${fault}`, {
    exitStatus: EXIT.usage,
  });
}

function notRunning(why: string, hint: string): RunnerError {
  return new RunnerError(`Cannot find a running runner: ${why}`, {
    hint: `${hint}; runner list shows those that run`,
    exitStatus: EXIT.notRunning,
  });
}
