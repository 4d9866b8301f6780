// Every call of the JSON API with the types of what goes and what comes: the one contract of client and server.
import type { Millis } from "../../manifest/plan.ts";
import type { RunBegun, RunLine, RunRequest } from "../api/job_types.ts";
import { PATHS } from "../api/paths.ts";
import type { ScaleReply, ScaleRequest } from "../api/scale_types.ts";
import type {
  DoneReply,
  EnvironmentView,
  ShutdownRequest,
  StdinRequest,
} from "../api/runner_types.ts";
import type {
  ActionReply,
  ActionRequest,
  EventView,
  ProcessDetail,
  ProcessList,
  RunnerView,
  WatchView,
} from "../api/types.ts";
import type { UpdateReply, UpdateRequest } from "../api/update_types.ts";
import type { Client, IncomingStream } from "./client.ts";
import { jsonLinesOf, serverEventsOf } from "./stream_lines.ts";

/** A stream that says nothing for so long is dead: the server sends a sign of life every 15 s. */
const SILENCE: Millis = 50_000;

export function getRunner(client: Client): Promise<RunnerView> {
  return client.get<RunnerView>(PATHS.runner);
}

/** No names: all of them. */
export function getProcesses(client: Client, names: readonly string[] = []): Promise<ProcessList> {
  return client.get<ProcessList>(PATHS.processes, { name: names });
}

export function getProcess(client: Client, id: string): Promise<ProcessDetail> {
  return client.get<ProcessDetail>(PATHS.process(id));
}

/** Names and values of a child's environment. */
export function getEnvironment(
  client: Client,
  { id, secrets }: { readonly id: string; readonly secrets: boolean },
): Promise<EnvironmentView> {
  return client.get(PATHS.environment(id), secrets ? { secrets: 1 } : {});
}

/** Waits as long as the server does: its limit is in the request. */
export function act(client: Client, request: ActionRequest): Promise<ActionReply> {
  return client.post<ActionReply>(PATHS.actions, request, patienceFor(request));
}

export function scale(client: Client, request: ScaleRequest): Promise<ScaleReply> {
  return client.post<ScaleReply>(PATHS.scale, request, patienceFor(request));
}

export function update(client: Client, request: UpdateRequest): Promise<UpdateReply> {
  return client.post<UpdateReply>(PATHS.update, request, patienceFor(request));
}

export async function reopenLogs(client: Client): Promise<void> {
  await client.post<DoneReply>(PATHS.reopen, {});
}

/** Returns when the shutdown has begun: with thousands of processes that takes its time. */
export async function shutdown(client: Client, force: boolean): Promise<void> {
  await client.post<RunnerView>(PATHS.shutdown, { force } satisfies ShutdownRequest, null);
}

/** Returns when the restart has begun. */
export async function restartRunner(client: Client): Promise<void> {
  await client.post<RunnerView>(PATHS.restart, {});
}

/** Returns when another program is about to take over: the runner has tried it by then. */
export async function upgradeRunner(client: Client): Promise<RunnerView> {
  return await client.post<RunnerView>(PATHS.upgrade, {}, null);
}

/** Bytes for a child's stdin. */
export async function sendText(client: Client, request: StdinRequest): Promise<void> {
  await client.post<DoneReply>(PATHS.stdin, request);
}

/** What happens, as it happens. No names: to everybody. */
export async function eventStream(
  client: Client,
  names: readonly string[] = [],
): Promise<TypedStream<EventView>> {
  return typed<EventView>(await client.stream(PATHS.events, { name: names }, SILENCE), "");
}

/** All processes, again whenever something changes. */
export async function watchStream(client: Client): Promise<TypedStream<WatchView>> {
  return typed<WatchView>(await client.stream(PATHS.watch, {}, SILENCE), "status");
}

/** Runs a job now; returns as soon as it is ordered. */
export function runBegun(client: Client, name: string): Promise<RunBegun> {
  return client.post<RunBegun>(PATHS.run, { name, follow: false } satisfies RunRequest);
}

/** Runs a job now, and tells what it says and how it ends. */
export async function runStream(client: Client, name: string): Promise<TypedStream<RunLine>> {
  const stream = await client.postStream(PATHS.run, { name } satisfies RunRequest, SILENCE);
  return {
    [Symbol.asyncIterator]: () => jsonLinesOf<RunLine>(stream),
    [Symbol.dispose]: () => stream.close(),
    close: () => stream.close(),
  };
}

/** Things as they come, until the other side ends or `close` is called. */
export interface TypedStream<T> extends AsyncIterable<T>, Disposable {
  close(): void;
}

function typed<T>(stream: IncomingStream, name: string): TypedStream<T> {
  return {
    [Symbol.asyncIterator]: () => valuesOf<T>(stream, name),
    [Symbol.dispose]: () => stream.close(),
    close: () => stream.close(),
  };
}

async function* valuesOf<T>(stream: IncomingStream, name: string): AsyncGenerator<T> {
  for await (const { event, data } of serverEventsOf(stream)) {
    if (name !== "" && event !== name) continue;
    const value: T = JSON.parse(data);
    yield value;
  }
}

/** Milliseconds more than the server waits, so that its own verdict arrives. */
const GRACE: Millis = 10_000;

interface Waiting {
  readonly wait?: boolean;
  readonly timeout?: number;
}

function patienceFor({ wait, timeout }: Waiting): Millis | null {
  if (wait === false) return GRACE;
  return timeout === undefined ? null : timeout * 1000 + GRACE;
}
