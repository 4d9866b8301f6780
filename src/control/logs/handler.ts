// Logs over the JSON API: lines of many processes, bytes of one log, and the runner's own.
import { identityOf } from "../../os/log_reader.ts";
import type { StreamName } from "../../ports/logs.ts";
import { ApiFault, faultReply, unknownFault } from "../api/api_fault.ts";
import { PATHS } from "../api/paths.ts";
import { API } from "../api/types.ts";
import type { HttpHandler, HttpReply, HttpRequest, ReplyStream } from "../http/message.ts";
import type { RunnerFace } from "../runner_face.ts";
import {
  asTheyAre,
  type ByteSource,
  followBytes,
  type Head,
  type Rewrite,
  sendFile,
  sendPast,
  sourceOf,
} from "./byte_stream.ts";
import { LineFeeds } from "./line_feed.ts";
import { logMemoryOf, type StreamMemory } from "./log_memory.ts";
import { LineStream, type LogGround } from "./line_stream.ts";
import { LogSnapshot } from "./log_snapshot.ts";
import { type BytesQuery, plansFor, readBytesQuery, readLinesQuery } from "./logs_query.ts";
import { OwnLogTail } from "./own_log_tail.ts";
import { rangeOf, type Window } from "./read_log.ts";

const PLAIN = "text/plain; charset=utf-8";
/** What a follower of bytes sees first, as with supervisord. */
export const LAST_BYTES: Window = { offset: -1024, length: 0 };
const WHOLE: Window = { offset: 0, length: 0 };

/** Answers `/logs`, `/logs/{id}/{stream}` and `/log`. */
export function logsHandler(runner: RunnerFace): HttpHandler {
  const ground = {
    runner,
    memory: logMemoryOf(runner),
    feeds: new LineFeeds(() => runner.now()),
  };
  return (request) => {
    try {
      return answer(request, ground);
    } catch (error) {
      if (error instanceof ApiFault) return faultReply(error);
      throw error;
    }
  };
}

function answer(request: HttpRequest, ground: LogGround): HttpReply {
  if (request.method !== "GET" && request.method !== "HEAD") {
    throw new ApiFault(405, `Cannot ${request.method} a log: use GET`, {
      headers: { allow: "GET, HEAD" },
    });
  }
  const path = request.path.startsWith(API) ? request.path.slice(API.length) : request.path;
  if (path === PATHS.logs) return linesReply(request, ground);
  if (path === PATHS.ownLog) return ownReply(request, ground.runner);
  const [, id, stream] = /^\/logs\/([^/]+)\/(stdout|stderr)$/.exec(path) ?? [];
  if (id === undefined) throw new ApiFault(404, `Cannot find ${request.path}: no such path`);
  return bytesReply(request, {
    ground,
    memory: memoryFor(ground, decoded(id), stream === "stderr" ? "stderr" : "stdout"),
  });
}

function linesReply(request: HttpRequest, ground: LogGround): HttpReply {
  const query = readLinesQuery(request.query);
  const plans = plansFor(ground.runner.pool, query.names);
  return streamReply("application/x-ndjson", (out) => {
    const stream = new LineStream(ground, query, out);
    request.onGone(() => stream.close());
    return stream.run(plans);
  });
}

function memoryFor(ground: LogGround, id: string, stream: StreamName): StreamMemory {
  const { pool } = ground.runner;
  const [plan, ...more] = plansFor(pool, [id]);
  if (plan === undefined || more.length > 0) {
    throw unknownFault("the process", [{ name: id, meant: plan?.id ?? "" }]);
  }
  return ground.memory.of(plan, stream);
}

function bytesReply(
  request: HttpRequest,
  { ground, memory }: { readonly ground: LogGround; readonly memory: StreamMemory },
): HttpReply {
  const query = readBytesQuery(request.query);
  if (query.follow) {
    const source = sourceOf(memory, () => ground.runner.now());
    return followReply(request, source, { head: headOf(query, LAST_BYTES), rewrite: asTheyAre });
  }
  const { path } = memory;
  if (path === null) {
    throw new ApiFault(404, `Cannot read ${memory.stream} of ${memory.plan.id}: it has no file`, {
      hint: `Its last lines: GET ${API}${PATHS.logs}?name=${encodeURIComponent(memory.plan.id)}`,
    });
  }
  return fileReply(path, query);
}

function ownReply(request: HttpRequest, runner: RunnerFace): HttpReply {
  const query = readBytesQuery(request.query);
  const path = runner.logs.ownPath;
  if (path === null) {
    throw new ApiFault(404, "Cannot read the runner's own log: it goes to no file", {
      hint: "Set logfile in [supervisord] or [runner]",
    });
  }
  if (!query.follow) return fileReply(path, query);
  return followReply(request, ownSource(runner, path), {
    head: headOf(query, LAST_BYTES),
    rewrite: asTheyAre,
  });
}

/** The runner's own log as something to follow. */
export function ownSource(runner: RunnerFace, path: string): ByteSource {
  const listen = (take: (bytes: Uint8Array) => void) => new OwnLogTail(runner, { path, take });
  return { path, kept: new Uint8Array(0), listen };
}

function fileReply(path: string, query: BytesQuery): HttpReply {
  const head = headOf(query, WHOLE);
  if (identityOf(path) === null) throw new ApiFault(404, `Cannot read ${path}: no such file`);
  if (head.kind === "window") return windowReply(path, head.window);
  return streamReply(PLAIN, async (out) => {
    using snapshot = LogSnapshot.open(path);
    await sendPast(snapshot, { head, out, rewrite: asTheyAre });
    out.end();
  });
}

function windowReply(path: string, window: Window): HttpReply {
  if (rangeOf(window, 0) === null) {
    throw new ApiFault(400, "Cannot take offset and length together: a negative offset has none", {
      hint: "offset=-1000 is the last 1000 bytes; length is 0 or more",
    });
  }
  return streamReply(PLAIN, (out) => sendFile(path, { window, out }));
}

/** Sends a reply that takes its time; what goes wrong on the way is seen as a reply that breaks off. */
function streamReply(type: string, send: (out: ReplyStream) => Promise<void>): HttpReply {
  return {
    status: 200,
    // A proxy that collects first would show nothing of what is followed.
    headers: { "content-type": type, "cache-control": "no-store", "x-accel-buffering": "no" },
    stream: (out) => {
      send(out).catch(() => out.abort());
    },
  };
}

/** The past and what comes. */
export function followReply(
  request: HttpRequest,
  source: ByteSource,
  { head, rewrite }: { readonly head: Head; readonly rewrite: Rewrite },
): HttpReply {
  return streamReply(PLAIN, async (out) => {
    const { past, following } = followBytes(source, { head, out, rewrite });
    request.onGone(() => following[Symbol.dispose]());
    await past;
    if (out.isClosed) following[Symbol.dispose]();
  });
}

function headOf({ range, lines }: BytesQuery, otherwise: Window): Head {
  if (lines !== null) return { kind: "lines", lines };
  return { kind: "window", window: range ?? otherwise };
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch (error) {
    if (error instanceof URIError) throw new ApiFault(404, `Cannot read the name "${id}"`);
    throw error;
  }
}
