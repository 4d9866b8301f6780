// `runner upgrade`: puts another program in the place of this one, and has running runners go on with it.
import { EXIT, RunnerError } from "../base/errors.ts";
import { clientOf } from "../control/client/client.ts";
import { getRunner, restartRunner } from "../control/client/runner_api.ts";
import {
  isRunning,
  othersInstances,
  ownInstances,
  type RunningInstance,
} from "../os/instance_list.ts";
import { fileIdentity, ownProgram } from "../os/reexec.ts";
import { systemClock } from "../os/system_clock.ts";
import type { Clock } from "../ports/clock.ts";
import { readTimeout } from "./connect.ts";
import { addressOf } from "./find_runner.ts";
import type { CommandLine } from "./options.ts";
import { printLine, sayLine } from "./output.ts";
import { ask, type Candidate, candidateFor } from "./upgrade_program.ts";
import { usageError } from "./usage_error.ts";
import { VERSION } from "./version.ts";

/** Milliseconds that a runner gets to stop its programs and come back, unless `--timeout` says so. */
const PATIENCE = 120_000;
/** Milliseconds between two looks whether it is back. */
const LOOK_EVERY = 50;

/** Replaces the program, and restarts the runners that run from it, if that is wished. */
export async function upgrade(line: CommandLine): Promise<number> {
  const from = line.value("from");
  if (from === undefined || line.words.length > 0) {
    throw usageError("Cannot upgrade: name the new program", "runner upgrade --from FILE");
  }
  if (line.has("restart") && line.has("file-only")) {
    throw usageError("Cannot both restart and leave the runners alone", "Use one of them");
  }
  const target = ownProgram();
  if (target === null) throw new RunnerError("Cannot upgrade: this is no compiled runner");
  const limit = readTimeout(line) ?? PATIENCE;
  const running = runnersOf(target);
  if (running.length > 0 && !line.has("restart") && !line.has("file-only")) throw refusal(running);

  using candidate = await candidateFor(target, from);
  const restarted = line.has("restart") ? running : [];
  for (const instance of restarted) await checkManifest(candidate, instance, target);
  const old = candidate.putInPlace();
  printLine(`${target}: ${VERSION} replaced by ${candidate.version}; the old one is ${old}`);
  if (running.length > restarted.length) {
    sayLine(`runner: What runs goes on with ${VERSION} until its runner is restarted`);
  }
  // One after another: with a fault in the new one, the others still run.
  for (const instance of restarted) {
    await restart(instance, { target, old, limit });
    printLine(`runner ${instance.pid} (${instance.manifest}) runs ${candidate.version}`);
  }
  return EXIT.done;
}

/** The runners that this very file runs as; root's upgrade is everybody's. */
function runnersOf(target: string): readonly RunningInstance[] {
  const found = [...ownInstances(), ...(Deno.uid() === 0 ? othersInstances() : [])];
  const program = fileIdentity(target);
  return found.filter(({ pid }) => fileIdentity(`/proc/${pid}/exe`) === program);
}

function refusal(running: readonly RunningInstance[]): RunnerError {
  const many = running.length === 1 ? "a runner runs" : `${running.length} runners run`;
  return new RunnerError(
    `Cannot upgrade without stopping programs: ${many} from this file, and nothing has been done`,
    {
      hint: [
        "Stop and start all their programs with the new one: --restart",
        "Replace the file alone, and restart them later: --file-only",
        ...running.map(({ pid, manifest }) => `  ${pid} ${manifest}`),
      ].join("\n  "),
    },
  );
}

/** A manifest that the new one does not take would leave nothing running. */
async function checkManifest(
  candidate: Candidate,
  { pid, manifest }: RunningInstance,
  target: string,
): Promise<void> {
  const cwd = Deno.readLinkSync(`/proc/${pid}/cwd`);
  const wanted = await ask(candidate.path, ["check", manifest], cwd);
  if (wanted.code === 0) return;
  // What the old one does not take either is nothing new.
  if ((await ask(target, ["check", manifest], cwd)).code !== 0) return;
  const said = `${wanted.stdout}${wanted.stderr}`.trim().split("\n").map((one) => `  ${one}`);
  throw new RunnerError(
    `Cannot upgrade: ${candidate.version} does not take ${manifest}, and nothing has been done`,
    { hint: `It says:\n${said.join("\n")}` },
  );
}

interface RestartParts {
  readonly target: string;
  readonly old: string;
  readonly limit: number;
}

/** Returns when it has come back as the new program: in the same process, so that no service manager notices. */
async function restart(instance: RunningInstance, parts: RestartParts): Promise<void> {
  const { pid, manifest } = instance;
  const clock = systemClock();
  const client = clientOf({ target: addressOf(instance).target, clock, credentials: null });
  await restartRunner(client);
  const until = clock.now().mono + parts.limit;
  const program = fileIdentity(parts.target);
  const isBack = async () => {
    if (fileIdentity(`/proc/${pid}/exe`) !== program) return false;
    try {
      return (await getRunner(client)).pid === pid;
    } catch (error) {
      // Its socket is not there yet.
      if (error instanceof RunnerError) return false;
      throw error;
    }
  };
  while (!await isBack()) {
    const hint = `The old program is ${parts.old}`;
    if (!isRunning(instance)) {
      throw new RunnerError(`Cannot restart ${manifest}: runner ${pid} has ended`, { hint });
    }
    if (clock.now().mono > until) {
      throw new RunnerError(`Cannot wait any longer for runner ${pid} (${manifest})`, { hint });
    }
    await pause(clock, LOOK_EVERY);
  }
}

function pause(clock: Clock, time: number): Promise<void> {
  return new Promise((wake) => clock.wakeAt(clock.now().mono + time, wake));
}
