// Turns the order for a child into one: finds the command, makes the environment, asks the host.
import { childEnvironment } from "../core/child_environment.ts";
import { findCommand, type PathKind } from "../core/find_command.ts";
import { absolutePath } from "../manifest/paths.ts";
import type { Bytes, ProcessPlan, RlimitPlan } from "../manifest/plan.ts";
import { OUR_NO_COLOR, scriptOf } from "../manifest/script_words.ts";
import type { Children, SpawnRequest, SpawnResult } from "../ports/host.ts";
import type { ChildChannel } from "../ports/message_channel.ts";

export interface StarterParts {
  readonly children: Children;
  /** The runner's own environment. */
  readonly inherited: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly serverUrl: string | null;
  /** Our own executable, which runs scripts; missing: they are run by whatever /proc/self/exe is. */
  readonly self?: string;
  /** Limits of children whose plan says nothing about them. */
  readonly defaultRlimits: readonly RlimitPlan[];
  kindOf(path: string): PathKind;
  /** Environment variables that mark a child as ours. */
  marks(id: string, run: number): Readonly<Record<string, string>>;
  /** A cgroup with this memory limit for a process; null: limits are set by rlimit. */
  cgroupFor(id: string, limit: Bytes): string | null;
  /** What else a child finds in its environment: where it may say how it is. Missing: nothing. */
  noticesFor?(plan: ProcessPlan, run: number): Readonly<Record<string, string>>;
  /** Its end of a channel of Node; null: it gets none. Asked for after `noticesFor`. */
  channelFor?(plan: ProcessPlan): ChildChannel | null;
}

/** As Node's child_process has it; the channel is the first descriptor after stderr. */
const CHANNEL_ENVIRONMENT = { NODE_CHANNEL_FD: "3", NODE_CHANNEL_SERIALIZATION_MODE: "json" };

/** What of a plan a command is started with. */
export type LaunchPlan = Pick<
  ProcessPlan,
  | "id"
  | "command"
  | "commandFault"
  | "directory"
  | "umask"
  | "user"
  | "nice"
  | "oomScoreAdj"
  | "rlimits"
  | "memory"
  | "stderr"
>;

/** Starts a child. Never throws: what goes wrong is the reason of a failed start. */
export function startChild(
  plan: ProcessPlan,
  { run, socket }: {
    readonly run: number;
    /** The socket of a FastCGI program, which it gets as its stdin. */
    readonly socket: number | null;
  },
  parts: StarterParts,
): SpawnResult {
  const notices = parts.noticesFor?.(plan, run);
  using channel = parts.channelFor?.(plan) ?? null;
  const channelNames = channel === null ? {} : CHANNEL_ENVIRONMENT;
  const marks = { ...parts.marks(plan.id, run), ...notices, ...channelNames };
  const env = childEnvironment(plan, { ...parts, marks });
  const stdin = socket === null ? { kind: plan.stdin } : { kind: "fd", fd: socket } as const;
  return startCommand(plan, { env, stdin, channel: channel?.fd ?? null }, parts);
}

/** Starts a command with an environment that is final. Never throws either. */
export function startCommand(
  plan: LaunchPlan,
  { env, stdin, channel = null }: Pick<SpawnRequest, "env" | "stdin" | "channel">,
  parts: StarterParts,
): SpawnResult {
  const word = plan.command[0];
  if (plan.commandFault !== null || word === undefined) {
    return { kind: "failed", reason: plan.commandFault ?? "the command is empty" };
  }
  const directory = absolutePath(plan.directory ?? ".", parts.workingDirectory);
  const path = env["PATH"] ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  const found = findCommand({ word, directory, path }, parts.kindOf);
  if (found.kind === "absent") return { kind: "failed", reason: found.reason };
  // The child is in its folder by then; and a script knows itself ($0) by the path it is run by.
  const executable = word.includes("/") ? word : found.path;
  const isScript = scriptOf(plan.command) !== null;
  const asked = isScript
    ? scriptRequest(request(plan, executable, env, parts), parts)
    : request(plan, executable, env, parts);
  return parts.children.spawn({ ...asked, stdin, channel });
}

/** A script is run by ourselves: by our path, since /proc/self is another program by then, and without colours. */
function scriptRequest<R extends Omit<SpawnRequest, "stdin" | "channel">>(
  asked: R,
  parts: StarterParts,
): R {
  const { path, argv, env } = asked;
  const colourless = (env["NO_COLOR"] ?? "") === "" ? { NO_COLOR: OUR_NO_COLOR } : {};
  return {
    ...asked,
    path: parts.self ?? path,
    argv: ["runner", ...argv.slice(1)],
    env: { ...env, ...colourless },
  };
}

function request(
  plan: LaunchPlan,
  path: string,
  env: Readonly<Record<string, string>>,
  parts: StarterParts,
): Omit<SpawnRequest, "stdin" | "channel"> {
  const limit = plan.memory.hardLimit;
  const cgroup = limit === null ? null : parts.cgroupFor(plan.id, limit);
  const enforced: readonly RlimitPlan[] = limit === null || cgroup !== null
    ? plan.rlimits
    : [...plan.rlimits, { resource: "as", soft: limit, hard: limit }];
  const named = enforced.map(({ resource }) => resource);
  const rlimits = [
    ...enforced,
    ...parts.defaultRlimits.filter(({ resource }) => !named.includes(resource)),
  ];
  return {
    path,
    argv: plan.command,
    env,
    directory: plan.directory,
    umask: plan.umask,
    user: plan.user,
    nice: plan.nice,
    oomScoreAdj: plan.oomScoreAdj,
    rlimits,
    cgroup,
    mergeStderr: plan.stderr === "stdout",
  };
}
