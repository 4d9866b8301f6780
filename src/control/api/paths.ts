// The paths of the JSON API, version 1, all below `API`.

export const PATHS = {
  /** GET: RunnerView. */
  runner: "/runner",
  /** GET, `name=` any number of times: ProcessList. */
  processes: "/processes",
  /** GET `/processes/{id}`, the id percent-encoded: ProcessDetail. */
  process: (id: string): string => `/processes/${encodeURIComponent(id)}`,
  /** GET `/environment/{id}`: names and values of a child's environment, secret-looking values hidden unless `secrets=1`. */
  environment: (id: string): string => `/environment/${encodeURIComponent(id)}`,
  /** POST ActionRequest: ActionReply. */
  actions: "/actions",
  /** POST RunRequest: RunLine as JSON lines, or with `follow: false` RunBegun. */
  run: "/run",
  /** POST ScaleRequest: ScaleReply. */
  scale: "/scale",
  /** POST UpdateRequest: UpdateReply. */
  update: "/update",
  /** POST `{}`: opens all logs again. */
  reopen: "/reopen",
  /** POST `{ "force"?: boolean, "wait"?: boolean }`: stops everything and ends the runner. */
  shutdown: "/shutdown",
  /** POST `{}`: stops everything and starts again with the manifest as it is (supervisorctl reload). */
  restart: "/restart",
  /** POST `{}`: goes on as the program that lies on disk now, and keeps all children. */
  upgrade: "/upgrade",
  /** POST `{ "name", "text" }`: bytes for a child's stdin. */
  stdin: "/stdin",
  /** GET: the plan as `runner check --json` prints it. */
  plan: "/plan",
  /**
   * GET: lines of one or more processes, oldest first. `name=` (any number of times; none: all),
   * `stream=stdout|stderr|both`, `lines=N` of each stream or `all` (default 20; with `since` all), `since=SECONDS`,
   * `grep=TEXT` (only lines with this text in them, no regular expression), `follow=1`; LogLineView as JSON lines.
   * While it follows, empty lines tell that nothing has happened.
   */
  logs: "/logs",
  /** GET `/logs/{id}/{stdout|stderr}`: bytes as they are; `offset`, `length` (supervisord's meaning), `follow=1`. */
  log: (id: string, stream: "stdout" | "stderr"): string =>
    `/logs/${encodeURIComponent(id)}/${stream}`,
  /** GET: the runner's own log; `offset`, `length`, `lines`, `follow=1`. */
  ownLog: "/log",
  /**
   * GET: server-sent events, EventView each; `name=` for some processes only, `replay=N` begins with the latest N.
   * With Last-Event-ID nothing is missed. An event named `gap` tells a slow reader how many it has missed.
   */
  events: "/events",
  /** GET: server-sent events named `status`, WatchView each. */
  watch: "/watch",
  /** GET: the OpenAPI description of all this. */
  openapi: "/openapi.json",
} as const;
