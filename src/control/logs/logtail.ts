// supervisord's `/logtail/…` and `/mainlogtail`: the last kilobyte of a log, then whatever comes.
import { namedOf, resolveNames } from "../../core/resolve_names.ts";
import type { ProcessPlan } from "../../manifest/plan.ts";
import { type HttpHandler, type HttpReply, type HttpRequest, textReply } from "../http/message.ts";
import type { RunnerFace } from "../runner_face.ts";
import { sourceOf, textOnly } from "./byte_stream.ts";
import { followReply, LAST_BYTES, ownSource } from "./handler.ts";
import { logMemoryOf } from "./log_memory.ts";

/** Answers both. The real supervisorctl reads each chunk as text: no chunk ends within a character. */
export function logtailHandler(runner: RunnerFace): HttpHandler {
  return (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      return textReply("Use GET\n", 405);
    }
    const words = request.path.split("/").filter((word) => word !== "").map(decoded);
    const [place = "", name = "", stream = "stdout", ...more] = words;
    if (place === "mainlogtail" && name === "") return ownTail(request, runner);
    const plan = place === "logtail" ? planOf(runner, name) : null;
    const isStream = stream === "stdout" || stream === "stderr";
    if (plan === null || !isStream || more.length > 0) return textReply("Not found\n", 404);
    const source = sourceOf(logMemoryOf(runner).of(plan, stream), () => runner.now());
    return tail(request, source);
  };
}

function ownTail(request: HttpRequest, runner: RunnerFace): HttpReply {
  const path = runner.logs.ownPath;
  if (path === null) return textReply("There is no main log\n", 404);
  return tail(request, ownSource(runner, path));
}

function tail(request: HttpRequest, source: ReturnType<typeof sourceOf>): HttpReply {
  const head = { kind: "window", window: LAST_BYTES } as const;
  return followReply(request, source, { head, rewrite: textOnly() });
}

/** One process: by supervisord's rule, `web` is `web:web`; else by ours, when the name means one only. */
function planOf({ pool }: RunnerFace, name: string): ProcessPlan | null {
  const id = name.includes(":") ? name : `${name}:${name}`;
  const exact = pool.processes.get(id);
  if (exact !== undefined) return exact.plan;
  const { ids } = resolveNames([name], namedOf(pool));
  const [only] = ids;
  return ids.length === 1 && only !== undefined ? pool.processes.get(only)?.plan ?? null : null;
}

function decoded(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch (error) {
    if (error instanceof URIError) return word;
    throw error;
  }
}
