// The table of routes: which path has which answers, and nothing else is answered.
import { didYouMean } from "../../base/suggest.ts";
import type { HttpRequest } from "../http/message.ts";
import { ApiFault } from "./api_fault.ts";
import type { Answer } from "./call.ts";
import { API } from "./types.ts";

/** What a path answers to which method. HEAD is answered as GET; the server leaves the body out. */
export interface Route {
  /** Below `API`; a last part `{id}` stands for any one part. */
  readonly path: string;
  readonly get?: Answer;
  readonly post?: Answer;
}

/** The route of a request, and what stands for its `{id}`. */
export interface Match {
  readonly answer: Answer;
  readonly id: string;
}

/** Finds the answer, or says why there is none. */
export function matchRoute(routes: readonly Route[], request: HttpRequest): Match {
  const path = request.path.startsWith(API) ? request.path.slice(API.length) : request.path;
  for (const route of routes) {
    const id = idIn(path, route.path);
    if (id !== null) return { answer: answerOf(route, request), id };
  }
  const known = routes.map((route) => route.path);
  throw new ApiFault(404, `Cannot find ${request.path}${didYouMean(path, known)}`, {
    hint: `${API}/openapi.json describes all paths`,
  });
}

/** Empty for a route without `{id}`; null when the path is not of this route. */
function idIn(path: string, pattern: string): string | null {
  if (!pattern.endsWith("{id}")) return path === pattern ? "" : null;
  const start = pattern.slice(0, -"{id}".length);
  const rest = path.slice(start.length);
  if (!path.startsWith(start) || rest === "" || rest.includes("/")) return null;
  try {
    return decodeURIComponent(rest);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new ApiFault(400, `Cannot read "${rest}": it is not percent-encoded UTF-8`);
  }
}

function answerOf({ path, get, post }: Route, { method }: HttpRequest): Answer {
  const answer = method === "GET" || method === "HEAD" ? get : method === "POST" ? post : undefined;
  if (answer !== undefined) return answer;
  const allowed = [...(get === undefined ? [] : ["GET", "HEAD"]), ...(post ? ["POST"] : [])];
  const allow = allowed.join(", ");
  throw new ApiFault(405, `Cannot ${method} ${path}: it takes ${allow}`, { headers: { allow } });
}
