// `runner upgrade`: puts another program in the place of this one, and has running runners go on as it.
import { EXIT, RunnerError } from "../base/errors.ts";
import { SNAPSHOT_FORMAT } from "../core/snapshot_format.ts";
import { othersInstances, ownInstances, type RunningInstance } from "../os/instance_list.ts";
import { fileIdentity, ownProgram, programOf, runsAnother } from "../os/reexec.ts";
import { readTimeout } from "./connect.ts";
import type { CommandLine } from "./options.ts";
import { printLine, sayLine } from "./output.ts";
import { ask, type Candidate, candidateFor } from "./upgrade_program.ts";
import { replaceIn, restartAs } from "./upgrade_runner.ts";
import { usageError } from "./usage_error.ts";
import { VERSION } from "./version.ts";

/** Milliseconds that a runner gets to come back, unless `--timeout` says so. */
const PATIENCE = 120_000;

/** What becomes of the runners that run from the file. */
type Wish = "keep" | "restart" | "leave";

/** Replaces the program, and has the runners go on as the new one, unless they are to be left alone. */
export async function upgrade(line: CommandLine): Promise<number> {
  const from = line.value("from");
  const isAgain = line.has("reexec");
  if ((from === undefined) !== isAgain || line.words.length > 0) {
    throw usageError("Cannot upgrade: name the new program", "runner upgrade --from FILE");
  }
  if (line.has("restart") && line.has("file-only")) {
    throw usageError("Cannot both restart and leave the runners alone", "Use one of them");
  }
  if (isAgain && line.has("file-only")) {
    throw usageError(
      "Cannot leave the runners alone: there is no file to be replaced",
      "Use --from FILE",
    );
  }
  const target = ownProgram();
  if (target === null) throw new RunnerError("Cannot upgrade: this is no compiled runner");
  const limit = readTimeout(line) ?? PATIENCE;
  const wish: Wish = line.has("restart") ? "restart" : line.has("file-only") ? "leave" : "keep";
  if (from === undefined) return await becomeAgain(target, { wish, limit });
  return await replace(target, { from, wish, limit });
}

interface Order {
  readonly wish: Wish;
  readonly limit: number;
}

async function replace(
  target: string,
  { from, wish, limit }: Order & { readonly from: string },
): Promise<number> {
  const running = runnersOf(target).filter(({ pid }) => !runsAnother(pid, target));
  using candidate = await candidateFor(target, from);
  const renewed = wish === "leave" ? [] : running;
  if (wish === "keep" && running.length > 0) checkFormat(candidate, running);
  for (const instance of renewed) await checkManifest(candidate, instance, target);
  const old = candidate.putInPlace();
  printLine(`${target}: ${VERSION} replaced by ${candidate.version}; the old one is ${old}`);
  if (running.length > renewed.length) {
    sayLine(`runner: What runs goes on with ${VERSION} until its runner is restarted`);
  }
  // One after another: with a fault in the new one, the others still run.
  for (const instance of renewed) {
    await renew(instance, { target, old, limit, wish, version: candidate.version });
  }
  return EXIT.done;
}

/** The file has been replaced by somebody else, such as a package, or is the same. */
async function becomeAgain(target: string, { wish, limit }: Order): Promise<number> {
  const running = runnersOf(target);
  if (running.length === 0) sayLine(`runner: No runner runs from ${target}`);
  for (const instance of running) {
    await renew(instance, { target, old: null, limit, wish, version: VERSION });
  }
  return EXIT.done;
}

interface Renewal extends Order {
  readonly target: string;
  readonly old: string | null;
  readonly version: string;
}

async function renew(
  instance: RunningInstance,
  { wish, version, ...parts }: Renewal,
): Promise<void> {
  if (wish === "restart") await restartAs(instance, parts);
  else await replaceIn(instance, parts);
  const kept = wish === "restart" ? "" : "; its programs have been kept";
  printLine(`runner ${instance.pid} (${instance.manifest}) runs ${version}${kept}`);
}

/** The runners that have been started from this file, or from one that was in its place; root's upgrade is everybody's. */
function runnersOf(target: string): readonly RunningInstance[] {
  const found = [...ownInstances(), ...(Deno.uid() === 0 ? othersInstances() : [])];
  const program = fileIdentity(target);
  return found.filter(({ pid }) =>
    fileIdentity(`/proc/${pid}/exe`) === program || programOf(pid) === target
  );
}

/** What the new one cannot take over would have to be stopped, and that has to be said first. */
function checkFormat(candidate: Candidate, running: readonly RunningInstance[]): void {
  if (candidate.formats.includes(SNAPSHOT_FORMAT)) return;
  const many = running.length === 1 ? "a runner runs" : `${running.length} runners run`;
  throw new RunnerError(
    `Cannot upgrade without stopping programs: ${many} from this file, ${candidate.version} ` +
      "cannot take over what they run, and nothing has been done",
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
