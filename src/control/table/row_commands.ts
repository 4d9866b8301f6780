// What can be done to a row of a table: its buttons or keys, what they ask of the runner, how the answer reads.
import type { RunBegun, RunRequest } from "../api/job_types.ts";
import type { ScaleReply, ScaleRequest } from "../api/scale_types.ts";
import { PATHS } from "../api/paths.ts";
import {
  type ActionName,
  type ActionReply,
  type ActionRequest,
  API,
  type ProcessView,
} from "../api/types.ts";
import { counted } from "./figures.ts";
import { processesOf, type Row } from "./rows.ts";
import { type Standing, standingOf } from "./standing.ts";

export const COMMANDS = ["start", "run", "stop", "restart", "reload", "scale"] as const;
export type CommandName = typeof COMMANDS[number];
/** Those that are actions of the API. */
export type ActionCommand = Exclude<CommandName, "run" | "scale">;

/** What a button says when one rests on it. */
export const HINTS: Readonly<Record<CommandName, string>> = {
  start: "Start",
  run: "Run now:",
  stop: "Stop",
  restart: "Restart",
  reload: "Reload, one process after the other",
  scale: "Change the number of processes of",
};

/** The commands of a row, in order; those that make no sense now cannot be pressed. */
export function commandsOf(row: Row): readonly { name: CommandName; isPossible: boolean }[] {
  const isMember = row.kind === "process" && row.isMember;
  const processes = processesOf(row);
  // To start a job is to run it.
  const other = processes.some(isJob) ? "start" : "run";
  return COMMANDS
    .filter((name) => name !== other && !(isMember && (name === "reload" || name === "scale")))
    .map((name) => ({ name, isPossible: isPossible(name, processes) }));
}

/** They are started when it is time; nobody can hasten it. */
const HELD: ReadonlySet<Standing> = new Set(["waiting", "spare"]);

/** Whether a command can do anything to these processes now. */
export function isPossible(name: CommandName, processes: readonly ProcessView[]): boolean {
  switch (name) {
    case "start":
      return processes.some((process) =>
        process.state === "BACKOFF" || (isFree(process) && !HELD.has(standingOf(process)))
      );
    case "run":
      return processes.some((process) => isJob(process) && isFree(process));
    case "stop":
      // Who waits for others gives up waiting.
      return processes.some((process) =>
        standingOf(process) === "waiting" || (process.up && process.state !== "STOPPING")
      );
    case "reload":
      return processes.some(({ up }) => up);
    case "restart":
      return processes.some((process) => standingOf(process) !== "spare");
    case "scale":
      return processes.length > 0;
  }
}

/** A runner of an older version says nothing of jobs. */
function isJob({ job }: Partial<ProcessView>): boolean {
  return job !== undefined && job !== null;
}

function isFree({ state }: ProcessView): boolean {
  return state === "STOPPED" || state === "EXITED" || state === "FATAL";
}

/** A request to the API: where to, and what. The address is relative: the page may live below any path. */
export interface Order<Body> {
  readonly path: string;
  readonly body: Body;
}

/** Asks for an action on processes by their ids, or on `all`. */
export function actionOrder(action: ActionName, names: readonly string[]): Order<ActionRequest> {
  return { path: relative(PATHS.actions), body: { action, names } };
}

/** Asks for another number of processes: `5`, `+2`, `-1`. */
export function scaleOrder(program: string, count: string): Order<ScaleRequest> {
  return { path: relative(PATHS.scale), body: { program, count } };
}

/** Asks for a run of a job now: in one of its processes that is free, if any is. */
export function runOrder(processes: readonly ProcessView[]): Order<RunRequest> {
  const chosen = processes.find(isFree) ?? processes[0];
  return { path: relative(PATHS.run), body: { name: chosen?.id ?? "", follow: false } };
}

/** Is this something `scale` understands? */
export function isCount(text: string): boolean {
  return /^[+-]?\d{1,4}$/.test(text);
}

/** A path of the API, as seen from the page. */
export function relative(path: string): string {
  return `${API}${path}`.slice(1);
}

/** How something ended, in words for people. */
export interface Notice {
  readonly isGood: boolean;
  readonly text: string;
}

/** Most names in one notice. */
const NAMED = 3;

const LATE = "it takes longer, the table shows how it goes on";

/** What became of an action. */
export function actionNotice(action: string, reply: ActionReply): Notice {
  const bad = reply.results.filter(({ ok }) => !ok);
  const unknown = reply.unknown.map(({ name }) => `${name}: no such process`);
  const faults = bad.map(({ shown, outcome, detail }) =>
    `${shown}: ${outcome}${detail === "" ? "" : ` (${detail})`}`
  );
  const late = reply.timedOut ? [LATE] : [];
  const wrong = [...shortened([...faults, ...unknown]), ...late];
  if (wrong.length > 0) return { isGood: false, text: `${action}: ${wrong.join("; ")}` };
  const [first, second] = reply.results;
  if (first === undefined) return { isGood: true, text: `${action}: there was nothing to do` };
  if (second === undefined) return { isGood: true, text: `${first.shown}: ${first.outcome}` };
  return { isGood: true, text: `${action}: ${counted(reply.results.length, "process")} done` };
}

/** What became of a run by hand; how it goes on is in the table. */
export function runNotice({ shown }: RunBegun): Notice {
  return { isGood: true, text: `${shown}: begun` };
}

/** What became of a scaling. */
export function scaleNotice(reply: ScaleReply): Notice {
  const { program, from, to, manifest, results, timedOut } = reply;
  const drift = to === manifest ? "" : ` (the manifest says ${manifest})`;
  const faults = shortened(
    results.filter(({ ok }) => !ok).map(({ shown, outcome }) => `${shown}: ${outcome}`),
  );
  const text = `${program}: ${from} → ${counted(to, "process")}${drift}`;
  const wrong = timedOut ? [...faults, LATE] : faults;
  return { isGood: wrong.length === 0, text: [text, ...wrong].join("; ") };
}

function shortened(texts: readonly string[]): readonly string[] {
  if (texts.length <= NAMED) return texts;
  return [...texts.slice(0, NAMED), `and ${texts.length - NAMED} more`];
}
