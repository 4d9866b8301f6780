// Which part of the control server answers which path. A part is loaded when it is asked for the first time.
import type { HttpHandler, HttpRequest } from "./http/message.ts";
import type { RunnerFace } from "./runner_face.ts";

type Load = (runner: RunnerFace) => Promise<HttpHandler>;

const rpc: Load = async (runner) => (await import("./supervisor/handler.ts")).rpcHandler(runner);
const api: Load = async (runner) => (await import("./api/handler.ts")).apiHandler(runner);
const health: Load = async (runner) => (await import("./api/health.ts")).healthHandler(runner);
const logtail: Load = async (runner) => (await import("./logs/logtail.ts")).logtailHandler(runner);
const metrics: Load = async (runner) =>
  (await import("./metrics/handler.ts")).metricsHandler(runner);
const web: Load = async (runner) => (await import("./web/handler.ts")).webHandler(runner);

/** Paths as they are, and beginnings that end in a slash. The page has everything that is left. */
const ROUTES: readonly (readonly [string, Load])[] = [
  ["/RPC2", rpc],
  ["/api/v1/", api],
  ["/logtail/", logtail],
  ["/mainlogtail", logtail],
  ["/metrics", metrics],
  ["/healthz", health],
  ["/readyz", health],
];

/** The handler of everything that the control server answers. */
export function router(runner: RunnerFace): HttpHandler {
  const loaded = new Map<Load, Promise<HttpHandler>>();
  return async (request) => {
    const load = partFor(request);
    const handler = loaded.get(load) ?? load(runner);
    loaded.set(load, handler);
    return (await handler)(request);
  };
}

function partFor({ method, path }: HttpRequest): Load {
  // supervisord 4.2 takes XML-RPC at its root, too.
  if (method === "POST" && path === "/") return rpc;
  const route = ROUTES.find(([known]) =>
    known.endsWith("/") ? path.startsWith(known) : path === known || path === `${known}/`
  );
  return route?.[1] ?? web;
}
