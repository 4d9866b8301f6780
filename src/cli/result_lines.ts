// What became of each process, one line each. Pure.
import type { ActionResult } from "../control/api/types.ts";
import { visibleText } from "../core/visible_text.ts";
import type { Paint } from "./paint.ts";

/** `web:web_0: stopped (did not stop within 10s: killed)`. */
export function resultLines(results: readonly ActionResult[], paint: Paint): readonly string[] {
  return results.map(({ shown, ok, outcome, detail }) => {
    const verdict = ok ? outcome : paint(outcome, "red");
    const why = detail === "" ? "" : ` (${visibleText(detail)})`;
    return `${visibleText(shown)}: ${verdict}${why}`;
  });
}
