// What the init of `runner exec` says while it runs, in the voice of whoever it stands for.
import type { ExecRequest } from "./exec_request.ts";

/** In the order in which the program knows them. */
export const EXEC_EVENTS = [
  "spawned",
  "cannot fork",
  "cannot execute",
  "cannot change folder",
  "cannot change user",
  "forwarded",
  "not forwarded",
  "suspended",
  "orphan",
  "exited",
  "ended by signal",
  "killing",
] as const;

export type ExecEvent = typeof EXEC_EVENTS[number];

/** Placeholders: {self} {child} {pid} {signal} {name} {code} {error} {command} {folder} {user}. */
export interface ExecMessage {
  readonly fd: 1 | 2;
  readonly text: string;
}

export type ExecMessages = Partial<Record<ExecEvent, ExecMessage>>;

/** From which verbosity on each is said; "orphan" has a switch of its own besides. */
const LEVELS: Readonly<Record<ExecEvent, number>> = {
  "spawned": 2,
  "cannot fork": -Infinity,
  "cannot execute": -Infinity,
  "cannot change folder": -Infinity,
  "cannot change user": -Infinity,
  "forwarded": 3,
  "not forwarded": 3,
  "suspended": 3,
  "orphan": 3,
  "exited": 2,
  "ended by signal": 2,
  "killing": 1,
};

/** A word that stands for what is said in front of a message. */
const TEXTS: Readonly<Record<ExecEvent, string>> = {
  "spawned": "Started {command} with pid {child}",
  "cannot fork": "Cannot start {command}: {error}",
  "cannot execute": "Cannot execute {command}: {error}",
  "cannot change folder": "Cannot change to folder {folder}: {error}",
  "cannot change user": "Cannot become user {user}: {error}",
  "forwarded": "Forwarded {name} ({signal})",
  "not forwarded": "Did not forward {name} ({signal})",
  "suspended": "Stopping, as the terminal asks",
  "orphan": "Reaped orphan {pid}",
  "exited": "{command} has exited with status {code}",
  "ended by signal": "{command} was ended by a signal, status {code}",
  "killing": "The time to stop is over: killing everything",
};

/** What scripts look for in the output of the two we stand in for. */
const TINI_TEXTS: ExecTexts = {
  "spawned": "Spawned child process '{command}' with pid '{child}'",
  "cannot execute": "exec {command} failed: {error}",
  "cannot fork": "fork failed: {error}",
  "forwarded": "Passing signal: '{name}'",
  "orphan": "Reaped zombie process with pid={pid}",
  "exited": "Main child exited normally (with status '{code}')",
  "ended by signal": "Main child exited with signal (status '{code}')",
};
const DUMB_INIT_TEXTS: ExecTexts = {
  "spawned": "Child spawned with PID {child}.",
  "cannot execute": "{command}: {error}",
  "forwarded": "Forwarded signal {signal} to children.",
  "not forwarded": "Not forwarding signal {signal} to children (ignored).",
  "exited": "Child exited with status {code}. Goodbye.",
  "ended by signal": "Child exited with status {code}. Goodbye.",
};

type ExecTexts = Partial<Record<ExecEvent, string>>;

/** What is said at all, by event. */
export function execMessages(request: ExecRequest): ExecMessages {
  const messages: ExecMessages = {};
  for (const event of EXEC_EVENTS) {
    const level = LEVELS[event];
    const isWarning = event === "orphan" && request.warnsOfOrphans;
    if (level > request.verbosity && !(isWarning && request.verbosity > 0)) continue;
    messages[event] = messageOf(request, event, isWarning ? 1 : level);
  }
  return messages;
}

function messageOf({ voice }: ExecRequest, event: ExecEvent, level: number): ExecMessage {
  switch (voice) {
    case "runner":
      return { fd: 2, text: `runner: ${TEXTS[event]}` };
    case "dumb-init":
      return { fd: 2, text: `[dumb-init] ${DUMB_INIT_TEXTS[event] ?? TEXTS[event]}` };
    case "tini": {
      const kind = level < 0 ? "FATAL" : level < 2 ? "WARN " : level < 3 ? "INFO " : "DEBUG";
      const text = `[${kind} tini ({self})] ${TINI_TEXTS[event] ?? TEXTS[event]}`;
      return { fd: level < 2 ? 2 : 1, text };
    }
  }
}

/** Exit statuses of a child that could not become the command: by error number, and otherwise. */
export function execFailureStatuses(
  { voice }: ExecRequest,
): { readonly missing: number; readonly denied: number; readonly other: number } {
  switch (voice) {
    case "runner":
      return { missing: 127, denied: 126, other: 126 };
    case "tini":
      return { missing: 127, denied: 126, other: 1 };
    case "dumb-init":
      return { missing: 2, denied: 2, other: 2 };
  }
}
