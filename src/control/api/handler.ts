// The JSON API: finds the answer to a request, and turns faults into replies.
import type { HttpHandler, HttpRequest } from "../http/message.ts";
import { logsHandler } from "../logs/handler.ts";
import type { RunnerFace } from "../runner_face.ts";
import { actions } from "./actions.ts";
import { ApiFault, faultReply } from "./api_fault.ts";
import { EventFeed } from "./event_feed.ts";
import { listCall } from "./list_call.ts";
import { PATHS } from "./paths.ts";
import { matchRoute, type Route } from "./routes.ts";
import {
  environment,
  openapi,
  plan,
  process,
  reopen,
  restart,
  runnerInfo,
  shutdown,
  stdin,
  upgrade,
} from "./runner_calls.ts";
import { run } from "./run_call.ts";
import { scale } from "./scale.ts";
import { API } from "./types.ts";
import { update } from "./update.ts";
import { WatchFeed } from "./watch_feed.ts";

/** Answers everything below `API`. */
export function apiHandler(runner: RunnerFace): HttpHandler {
  const logs = logsHandler(runner);
  const events = new EventFeed(runner);
  const watch = new WatchFeed(runner);
  const routes: readonly Route[] = [
    { path: PATHS.runner, get: runnerInfo },
    { path: PATHS.processes, get: listCall() },
    { path: "/processes/{id}", get: process },
    { path: "/environment/{id}", get: environment },
    { path: PATHS.actions, post: actions },
    { path: PATHS.run, post: run },
    { path: PATHS.scale, post: scale },
    { path: PATHS.update, post: update },
    { path: PATHS.reopen, post: reopen },
    { path: PATHS.shutdown, post: shutdown },
    { path: PATHS.restart, post: restart },
    { path: PATHS.upgrade, post: upgrade },
    { path: PATHS.stdin, post: stdin },
    { path: PATHS.plan, get: plan },
    { path: PATHS.openapi, get: openapi },
    { path: PATHS.events, get: ({ request }) => events.open(request) },
    { path: PATHS.watch, get: ({ request }) => watch.open(request) },
  ];
  return async (request) => {
    if (isLogs(request)) return await logs(request);
    try {
      const { answer, id } = matchRoute(routes, request);
      return await answer({ runner, request, id });
    } catch (error) {
      if (error instanceof ApiFault) return faultReply(error);
      throw error;
    }
  };
}

function isLogs({ path }: HttpRequest): boolean {
  const [part] = path.slice(API.length + 1).split("/");
  return part === PATHS.logs.slice(1) || part === PATHS.ownLog.slice(1);
}
