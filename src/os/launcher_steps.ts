// What a child does before it becomes its program: a SpawnRequest as system calls, in the order supervisord has.
import type { UserPlan } from "../manifest/plan.ts";
import type { SpawnRequest } from "../ports/host.ts";
import { encodeText } from "./byte_text.ts";
import type { Step } from "./launcher_image.ts";
import { rlimitBytes, rlimitNumber } from "./rlimits.ts";

/** Numbers of the system calls that are used. */
interface CallNumbers {
  readonly write: number;
  readonly fcntl: number;
  readonly chdir: number;
  readonly umask: number;
  readonly execve: number;
  readonly prlimit64: number;
  readonly setpriority: number;
  readonly setgroups: number;
  readonly setresgid: number;
  readonly setresuid: number;
  readonly closeRange: number;
}

const X64_CALLS: CallNumbers = {
  write: 1,
  fcntl: 72,
  chdir: 80,
  umask: 95,
  execve: 59,
  prlimit64: 302,
  setpriority: 141,
  setgroups: 116,
  setresgid: 119,
  setresuid: 117,
  closeRange: 436,
};

const ARM64_CALLS: CallNumbers = {
  write: 64,
  fcntl: 25,
  chdir: 49,
  umask: 166,
  execve: 221,
  prlimit64: 261,
  setpriority: 140,
  setgroups: 159,
  setresgid: 149,
  setresuid: 147,
  closeRange: 436,
};

/** What a child is made of, before descriptors have numbers. */
export interface LaunchSteps {
  /** Files to be open for writing in the child, before it gives up any right. */
  readonly files: readonly string[];
  /** The steps, once it is known which descriptors the files and the status pipe have. */
  readonly build: (fileFds: readonly number[], statusFd: number) => readonly Step[];
}

/** What of a request is done in the child. */
export type LaunchRequest = Omit<SpawnRequest, "stdin" | "channel" | "mergeStderr">;

/** The steps for a request on a processor (`Deno.build.arch`). */
export function launchSteps(
  request: LaunchRequest,
  options: {
    readonly arch: "x86_64" | "aarch64";
    /** Who the runner is. */
    readonly own: { readonly uid: number; readonly gid: number };
    /** How many descriptors the program has. */
    readonly kept: number;
  },
): LaunchSteps {
  const calls = options.arch === "x86_64" ? X64_CALLS : ARM64_CALLS;
  const writes = fileWrites(request);
  return {
    files: writes.map((write) => write.path),
    build: (fileFds, statusFd) => [
      ...writes.map(({ text, fault }, index) => ({
        call: calls.write,
        args: [fileFds[index] ?? -1, encodeText(text), text.length],
        fault,
      })),
      ...limitSteps(request, calls),
      ...closeSteps(calls, { statusFd, kept: options.kept }),
      ...userSteps(request.user, options.own, calls),
      ...placeSteps(request, calls),
      {
        call: calls.execve,
        args: [request.path, request.argv, environmentEntries(request.env)],
        fault: `couldn't exec ${request.path}`,
      },
    ],
  };
}

function fileWrites(request: LaunchRequest): { path: string; text: string; fault: string }[] {
  const writes = [];
  if (request.cgroup !== null) {
    const path = `${request.cgroup}/cgroup.procs`;
    writes.push({ path, text: "0", fault: `couldn't enter cgroup ${request.cgroup}` });
  }
  if (request.oomScoreAdj !== null) {
    const text = String(request.oomScoreAdj);
    const fault = `couldn't set oom_score_adj to ${text}`;
    writes.push({ path: "/proc/self/oom_score_adj", text, fault });
  }
  return writes;
}

function limitSteps(request: LaunchRequest, calls: CallNumbers): Step[] {
  const steps: Step[] = [];
  for (const plan of request.rlimits) {
    const number = rlimitNumber(plan.resource);
    if (number === null) throw new Error(`Unknown limit "${plan.resource}"`);
    const args = [0, number, rlimitBytes(plan, number), 0];
    steps.push({ call: calls.prlimit64, args, fault: `couldn't set rlimit ${plan.resource}` });
  }
  if (request.nice !== null) {
    const args = [0, 0, request.nice];
    steps.push({ call: calls.setpriority, args, fault: `couldn't set nice to ${request.nice}` });
  }
  return steps;
}

/** Only the first descriptors stay; the others go away with execve, so that one that fails can be told. */
function closeSteps(
  calls: CallNumbers,
  { statusFd, kept }: { readonly statusFd: number; readonly kept: number },
): Step[] {
  const CLOSE_RANGE_CLOEXEC = 4;
  const F_SETFD = 2;
  const FD_CLOEXEC = 1;
  return [
    { call: calls.fcntl, args: [statusFd, F_SETFD, FD_CLOEXEC], fault: null },
    { call: calls.closeRange, args: [kept, 0xffffffff, CLOSE_RANGE_CLOEXEC], fault: null },
  ];
}

/** As supervisord: nothing is done for the user the runner is already. */
function userSteps(
  user: UserPlan | null,
  own: { readonly uid: number; readonly gid: number },
  calls: CallNumbers,
): Step[] {
  if (user === null) return [];
  if (own.uid !== 0 && user.uid === own.uid && user.gid === own.gid) return [];
  const fault = `couldn't setuid to ${user.uid}`;
  const groups = new Uint8Array(Uint32Array.from(user.groups).buffer);
  return [
    { call: calls.setgroups, args: [user.groups.length, groups], fault },
    {
      call: calls.setresgid,
      args: [user.gid, user.gid, user.gid],
      fault: `couldn't setgid to ${user.gid}`,
    },
    { call: calls.setresuid, args: [user.uid, user.uid, user.uid], fault },
  ];
}

function placeSteps(request: LaunchRequest, calls: CallNumbers): Step[] {
  const steps: Step[] = [];
  const { directory, umask } = request;
  if (directory !== null) {
    steps.push({ call: calls.chdir, args: [directory], fault: `couldn't chdir to ${directory}` });
  }
  if (umask !== null) {
    steps.push({ call: calls.umask, args: [umask], fault: "couldn't set umask" });
  }
  return steps;
}

function environmentEntries(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env).map(([name, value]) => `${name}=${value}`);
}
