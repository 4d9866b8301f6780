// What fcgi-program and eventlistener sections have beside the keys of a program.
import { didYouMean } from "../base/suggest.ts";
import { inetAddress } from "./plan_server.ts";
import type { FcgiPlan, ListenerPlan, UserPlan } from "./plan.ts";
import { absolutePath } from "./paths.ts";
import { isSet, reportError, reportMissing, reportWarning, type Scope, take } from "./scope.ts";
import { OUTPUT } from "./settings_output.ts";
import { FCGI, LISTENER, PROGRAM } from "./settings_program.ts";

const EVENTS = [
  "EVENT",
  "PROCESS_STATE",
  ...["STOPPED", "EXITED", "STARTING", "STOPPING", "BACKOFF", "FATAL", "RUNNING", "UNKNOWN"]
    .map((state) => `PROCESS_STATE_${state}`),
  ...["PROCESS_COMMUNICATION", "PROCESS_LOG"]
    .flatMap((name) => [name, `${name}_STDOUT`, `${name}_STDERR`]),
  "REMOTE_COMMUNICATION",
  "SUPERVISOR_STATE_CHANGE",
  "SUPERVISOR_STATE_CHANGE_RUNNING",
  "SUPERVISOR_STATE_CHANGE_STOPPING",
  "TICK",
  "TICK_5",
  "TICK_60",
  "TICK_3600",
  "PROCESS_GROUP",
  "PROCESS_GROUP_ADDED",
  "PROCESS_GROUP_REMOVED",
];

/** The socket of an fcgi-program; null when it cannot be made. */
export function buildFcgi(scope: Scope): FcgiPlan | null {
  const text = take(scope, FCGI.socket);
  const owner = take(scope, FCGI.owner);
  const mode = take(scope, FCGI.mode);
  const backlog = take(scope, FCGI.backlog);
  const user = take(scope, PROGRAM.user);
  if (text === null || text === "") {
    reportMissing(scope, FCGI.socket);
    return null;
  }
  if (text.startsWith("unix://")) {
    const path = text.slice("unix://".length);
    if (!path.startsWith("/")) return badSocket(scope, text);
    const socket = `unix://${absolutePath(path, "/")}`;
    return { socket, backlog, owner: owner ?? socketOwner(scope, user), mode: mode ?? 0o700 };
  }
  const address = /^tcp:\/\/[^\s:]+:\d+$/.test(text)
    ? inetAddress(text.slice("tcp://".length))
    : null;
  if (address === null) return badSocket(scope, text);
  for (const setting of [FCGI.owner, FCGI.mode]) {
    const complaint = { what: "Only for unix sockets", allowed: "remove it" };
    if (isSet(scope, setting)) reportError(scope, setting, complaint);
  }
  return { socket: `tcp://${address}`, backlog, owner: null, mode: null };
}

/** A program that runs as somebody else must be able to use its socket. */
function socketOwner(scope: Scope, user: UserPlan | null): FcgiPlan["owner"] {
  if (user === null || user.uid === scope.machine.uid) return null;
  return { uid: user.uid, gid: user.gid };
}

function badSocket(scope: Scope, text: string): null {
  const allowed = "use tcp://HOST:PORT or unix:///ABSOLUTE/PATH";
  reportError(scope, FCGI.socket, { what: `Cannot read "${text}" as a socket`, allowed });
  return null;
}

/** The events of a listener; null when they cannot be known. */
export function buildListener(scope: Scope): ListenerPlan | null {
  const events = take(scope, LISTENER.events)?.map((name) => name.toUpperCase()) ?? [];
  const bufferSize = take(scope, LISTENER.bufferSize);
  const handler = take(scope, LISTENER.resultHandler);
  if (handler !== LISTENER.resultHandler.defaults.ini) {
    const what = `Ignored: there is no "${handler}" here`;
    const allowed = `only ${LISTENER.resultHandler.shown.ini} exists`;
    reportWarning(scope, LISTENER.resultHandler, { what, allowed, errorIn: "check" });
  }
  if (take(scope, OUTPUT.redirectStderr)) {
    const what = "Cannot be true here: stdout speaks the protocol of events";
    reportError(scope, OUTPUT.redirectStderr, { what, allowed: "remove it" });
  }
  if (events.length === 0) {
    reportMissing(scope, LISTENER.events);
    return null;
  }
  for (const event of events.filter((name) => !EVENTS.includes(name))) {
    const what = `There is no event "${event}"${didYouMean(event, EVENTS)}`;
    reportError(scope, LISTENER.events, { what, allowed: `use ${EVENTS.join(", ")}` });
  }
  const lengthUnit = take(scope, LISTENER.eventLength);
  return { events: [...new Set(events)].toSorted(), bufferSize, lengthUnit };
}
