// What `runner exec` has been asked to do, whichever of its three command lines said it.
import { SIGNAL } from "../base/signals.ts";

/** Whose words and habits: ours, or those of the programs we stand in for. */
export type ExecVoice = "runner" | "tini" | "dumb-init";

export interface ExecRequest {
  readonly voice: ExecVoice;
  /** Which of the arguments are the command. */
  readonly command: readonly number[];
  /** What the child gets of its own: a process group with our terminal, a session, or nothing. */
  readonly company: "group" | "session" | "none";
  /** Signals go to the child alone, or to its group. */
  readonly signalsGoTo: "child" | "group";
  /** What a signal is forwarded as, by its number; 0 is not forwarded. */
  readonly forwardedAs: readonly number[];
  /** Signals after which we stop, too. */
  readonly suspendedBy: readonly number[];
  /** We stop when a child with our terminal stops, so that a shell gets the terminal back. */
  readonly followsStops: boolean;
  /** What is left of the group gets SIGTERM when the child has ended. */
  readonly saysFarewell: boolean;
  readonly subreaper: boolean;
  readonly parentDeathSignal: number | null;
  /** Exit codes of the child that are success. */
  readonly expected: readonly number[];
  /** Whether the child ignores and blocks what we were started with ignored and blocked. */
  readonly keepsSignalState: boolean;
  /** 0 is silent but for failures, 1 warns, 2 tells of the child, 3 of every signal. */
  readonly verbosity: number;
  readonly warnsOfOrphans: boolean;
  /** Milliseconds after TERM, INT or QUIT at which everything is killed; null: never. */
  readonly stopTimeout: number | null;
  /** We go to / ourselves, so that no file system stays busy because of us. */
  readonly leavesFolder: boolean;
  readonly directory: string | null;
  readonly user: string | null;
  /** Said before anything is done. */
  readonly notes: readonly string[];
}

/** A command line, read: something to run, or something to say; our own help and license are kept elsewhere. */
export type ExecLine =
  | { readonly kind: "run"; readonly request: ExecRequest }
  | { readonly kind: "help" }
  | { readonly kind: "license" }
  | {
    readonly kind: "answer";
    readonly stream: "stdout" | "stderr";
    readonly text: string;
    readonly exitStatus: number;
  };

/** What a command line is read from. */
export interface ExecWords {
  /** The name we were called by. */
  readonly name: string;
  readonly args: readonly string[];
  readonly env: (name: string) => string | undefined;
  readonly pid: number;
}

export const LAST_SIGNAL = 64;
const TTY_STOPS: readonly number[] = [20, 21, 22]; // TSTP, TTIN, TTOU

/** Every signal as itself, but for those that cannot be caught, and CHLD, which is about our own children. */
function forwardAll(): number[] {
  const own: readonly number[] = [0, SIGNAL.KILL, SIGNAL.STOP, SIGNAL.CHLD];
  return Array.from({ length: LAST_SIGNAL + 1 }, (_, signal) => own.includes(signal) ? 0 : signal);
}

/** What we do unless asked otherwise. */
export const PLAIN_REQUEST: ExecRequest = {
  voice: "runner",
  command: [],
  company: "group",
  signalsGoTo: "child",
  forwardedAs: forwardAll(),
  suspendedBy: [],
  followsStops: true,
  saysFarewell: false,
  subreaper: true,
  parentDeathSignal: null,
  expected: [],
  keepsSignalState: true,
  verbosity: 1,
  warnsOfOrphans: false,
  stopTimeout: null,
  leavesFolder: false,
  directory: null,
  user: null,
  notes: [],
};

/**
 * A session of its own has no shell that could continue what a terminal has stopped, and the kernel drops TSTP, TTIN
 * and TTOU there: SIGSTOP stands in for them, unless something else was asked for.
 */
export function inSession(
  request: ExecRequest,
  rewrites: ReadonlyMap<number, number>,
): ExecRequest {
  const forwardedAs = request.forwardedAs.map((as, signal) =>
    TTY_STOPS.includes(signal) && !rewrites.has(signal) ? SIGNAL.STOP : as
  );
  return { ...request, company: "session", signalsGoTo: "group", forwardedAs, followsStops: false };
}

/** With signals sent on as others. */
export function rewritten(
  request: ExecRequest,
  rewrites: ReadonlyMap<number, number>,
): ExecRequest {
  const forwardedAs = request.forwardedAs.map((as, signal) => rewrites.get(signal) ?? as);
  return { ...request, forwardedAs };
}

/** As dumb-init: whoever stops the child stops its init. */
export function suspending(request: ExecRequest): ExecRequest {
  return { ...request, suspendedBy: TTY_STOPS };
}
