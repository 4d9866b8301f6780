// The calls of the JSON API as OpenAPI lists them: which path takes what and answers with which type.
import { PATHS } from "../src/control/api/paths.ts";

/** A parameter in the path or the query. */
export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly about: string;
  readonly type?: "string" | "integer" | "boolean";
  /** May come any number of times. */
  readonly repeats?: boolean;
  readonly words?: readonly string[];
}

/** What a reply holds: a type of the API as JSON, or something else by its media type. */
export type Content =
  | { readonly kind: "json"; readonly type: string | null }
  | { readonly kind: "lines"; readonly type: string }
  | { readonly kind: "events"; readonly type: string; readonly event: string | null }
  | { readonly kind: "bytes" }
  | { readonly kind: "text" };

export interface Operation {
  readonly method: "get" | "post";
  /** Below the root of the server. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly parameters?: readonly Parameter[];
  /** Type of the body. */
  readonly body?: string;
  readonly replies: Readonly<Record<number, Content>>;
  /** Statuses with an ErrorReply besides 400. */
  readonly errors?: readonly number[];
}

const ID: Parameter = {
  name: "id",
  in: "path",
  about: "`group:name`, percent-encoded, or any name that means one process.",
};
const NAMES: Parameter = {
  name: "name",
  in: "query",
  about: "Names, groups, `group:*` or globs; none: all processes.",
  repeats: true,
};
const FOLLOW: Parameter = {
  name: "follow",
  in: "query",
  type: "boolean",
  about: "Keeps the reply open and sends what is written from now on.",
};
const RANGE: readonly Parameter[] = [
  {
    name: "offset",
    in: "query",
    type: "integer",
    about: "Where to begin; negative: that far from the end.",
  },
  { name: "length", in: "query", type: "integer", about: "How many bytes; 0: to the end." },
];
const LINES: Parameter = {
  name: "lines",
  in: "query",
  about: "How many of the latest lines, or `all`.",
};

function json(type: string | null): Content {
  return { kind: "json", type };
}

const API_OPERATIONS: readonly Operation[] = [
  {
    method: "get",
    path: PATHS.runner,
    id: "getRunner",
    summary: "The runner itself",
    replies: { 200: json("RunnerView") },
  },
  {
    method: "get",
    path: PATHS.processes,
    id: "listProcesses",
    summary:
      "All processes, or those that names mean; names that mean nothing are listed beside them",
    parameters: [NAMES],
    replies: { 200: json("ProcessList") },
  },
  {
    method: "get",
    path: "/processes/{id}",
    id: "getProcess",
    summary: "Everything about one process",
    parameters: [ID],
    replies: { 200: json("ProcessDetail") },
    errors: [404],
  },
  {
    method: "get",
    path: "/environment/{id}",
    id: "getEnvironment",
    summary: "The environment that a new child of this process gets",
    parameters: [ID, {
      name: "secrets",
      in: "query",
      type: "boolean",
      about: "Shows the values that look like secrets, too.",
    }],
    replies: { 200: json("EnvironmentView") },
    errors: [404],
  },
  {
    method: "post",
    path: PATHS.actions,
    id: "act",
    summary: "Starts, stops, restarts, reloads, signals, kills, clears or deletes processes",
    body: "ActionRequest",
    replies: { 200: json("ActionReply") },
    errors: [404, 409],
  },
  {
    method: "post",
    path: PATHS.run,
    id: "run",
    summary: "Runs a job or a program that is down now, and follows it to its end",
    body: "RunRequest",
    replies: { 200: { kind: "lines", type: "RunLine" }, 202: json("RunBegun") },
    errors: [404, 409],
  },
  {
    method: "post",
    path: PATHS.scale,
    id: "scale",
    summary: "Gives a program another number of processes",
    body: "ScaleRequest",
    replies: { 200: json("ScaleReply") },
    errors: [404, 409, 422],
  },
  {
    method: "post",
    path: PATHS.update,
    id: "update",
    summary: "Reads the manifest again and applies what differs, or only shows it",
    body: "UpdateRequest",
    replies: { 200: json("UpdateReply"), 422: json("UpdateRefusal") },
    errors: [409],
  },
  {
    method: "post",
    path: PATHS.reopen,
    id: "reopenLogs",
    summary: "Opens all logs again by their names",
    replies: { 200: json("DoneReply") },
  },
  {
    method: "post",
    path: PATHS.shutdown,
    id: "shutdown",
    summary: "Stops everything and ends the runner; the reply comes when that has begun",
    body: "ShutdownRequest",
    replies: { 202: json("RunnerView") },
  },
  {
    method: "post",
    path: PATHS.restart,
    id: "restartRunner",
    summary: "Stops everything and starts again with the manifest as it is",
    replies: { 202: json("RunnerView"), 422: json("UpdateRefusal") },
    errors: [409],
  },
  {
    method: "post",
    path: PATHS.upgrade,
    id: "upgradeRunner",
    summary: "Goes on as the program that lies on disk now, and keeps all children",
    replies: { 202: json("RunnerView") },
    errors: [409],
  },
  {
    method: "post",
    path: PATHS.stdin,
    id: "sendStdin",
    summary: "Sends text to the stdin of a child",
    body: "StdinRequest",
    replies: { 200: json("DoneReply") },
    errors: [404, 409],
  },
  {
    method: "get",
    path: PATHS.plan,
    id: "getPlan",
    summary: "The plan as `runner check --json` prints it",
    replies: { 200: json(null) },
  },
  {
    method: "get",
    path: PATHS.events,
    id: "followEvents",
    summary:
      "What happens, as it happens; a reader that comes again with Last-Event-ID misses nothing",
    parameters: [NAMES, {
      name: "replay",
      in: "query",
      type: "integer",
      about: "How many of the latest events to begin with.",
    }, {
      name: "Last-Event-ID",
      in: "header",
      about: "Id of the last event that was seen; browsers send it by themselves.",
    }],
    replies: { 200: { kind: "events", type: "EventView", event: null } },
    errors: [404],
  },
  {
    method: "get",
    path: PATHS.watch,
    id: "watch",
    summary: "All processes, again whenever something changes and at least every two seconds",
    replies: { 200: { kind: "events", type: "WatchView", event: "status" } },
  },
  {
    method: "get",
    path: PATHS.logs,
    id: "getLines",
    summary: "Lines of processes, oldest first, one JSON object a line",
    parameters: [
      NAMES,
      {
        name: "stream",
        in: "query",
        words: ["stdout", "stderr", "both"],
        about: "Which output.",
      },
      LINES,
      {
        name: "since",
        in: "query",
        about: "Only lines of the last so many seconds.",
      },
      { name: "grep", in: "query", about: "Only lines with this text in them." },
      FOLLOW,
    ],
    replies: { 200: { kind: "lines", type: "LogLineView" } },
    errors: [404],
  },
  {
    method: "get",
    path: "/logs/{id}/{stream}",
    id: "getLog",
    summary: "Bytes of a log as they are",
    parameters: [
      ID,
      { name: "stream", in: "path", words: ["stdout", "stderr"], about: "Which output." },
      ...RANGE,
      LINES,
      FOLLOW,
    ],
    replies: { 200: { kind: "bytes" } },
    errors: [404],
  },
  {
    method: "get",
    path: PATHS.ownLog,
    id: "getOwnLog",
    summary: "The runner's own log",
    parameters: [...RANGE, LINES, FOLLOW],
    replies: { 200: { kind: "bytes" } },
    errors: [404],
  },
  {
    method: "get",
    path: PATHS.openapi,
    id: "getOpenApi",
    summary: "This description",
    replies: { 200: json(null) },
  },
];

const ROOT_OPERATIONS: readonly Operation[] = [
  {
    method: "get",
    path: "/healthz",
    id: "getHealth",
    summary: "The runner works",
    replies: { 200: json("HealthView") },
  },
  {
    method: "get",
    path: "/readyz",
    id: "getReadiness",
    summary: "Everything that is started at boot is RUNNING, or has ended as it should",
    replies: { 200: json("ReadyView"), 503: json("ReadyView") },
  },
  {
    method: "get",
    path: "/metrics",
    id: "getMetrics",
    summary: "Metrics in the text format of Prometheus",
    replies: { 200: { kind: "text" } },
  },
];

/** Every call, with paths from the root of the server. */
export function operations(api: string): readonly Operation[] {
  return [
    ...API_OPERATIONS.map((one) => ({ ...one, path: `${api}${one.path}` })),
    ...ROOT_OPERATIONS,
  ];
}
