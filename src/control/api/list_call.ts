// GET /processes: the list of all is made once for all who ask within a tenth of a second.
import type { Pool } from "../../core/pool.ts";
import { namedOf, resolveNames } from "../../core/resolve_names.ts";
import type { Millis } from "../../manifest/plan.ts";
import { type HttpReply, jsonReply } from "../http/message.ts";
import { checkQuery, queryNames } from "./body.ts";
import type { Answer } from "./call.ts";
import { processList } from "./views.ts";

/** Two hundred clients that poll must not hold up a restart; nobody sees a tenth of a second in an uptime. */
const FRESH: Millis = 100;

interface Kept {
  readonly pool: Pool;
  readonly at: Millis;
  readonly reply: HttpReply;
}

/** The answer, with what it keeps. */
export function listCall(): Answer {
  let kept: Kept | null = null;
  return ({ runner, request }) => {
    checkQuery(request, ["name"]);
    const names = queryNames(request);
    const { pool } = runner;
    if (names.length > 0) return jsonReply(processList(runner, resolveNames(names, namedOf(pool))));
    const at = runner.now().mono;
    // A change is seen at once: every one makes another pool.
    if (kept === null || kept.pool !== pool || at - kept.at > FRESH) {
      const { body = "", ...head } = jsonReply(processList(runner, { ids: null }));
      const bytes = typeof body === "string" ? ENCODER.encode(body) : body;
      kept = { pool, at, reply: { ...head, body: bytes } };
    }
    return kept.reply;
  };
}

const ENCODER = new TextEncoder();
