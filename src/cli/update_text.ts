// What an update changes, as lines for people. Pure.
import type { UpdateReply } from "../control/api/types.ts";
import { visibleText } from "../core/visible_text.ts";
import type { Paint } from "./paint.ts";
import { countText } from "./status_table.ts";

/** True when applying it would do something. */
export function hasChanges({ added, removed, restarted, adjusted }: UpdateReply): boolean {
  return [added, removed, restarted, adjusted].some((list) => list.length > 0);
}

/** One line for each process that changes, and how many do not. */
export function diffLines(reply: UpdateReply, paint: Paint): readonly string[] {
  const { added, removed, restarted, adjusted, unchanged } = reply;
  if (!hasChanges(reply)) return [`Nothing has changed for ${countText(unchanged)}`];
  const changed = (what: string) => ({ id, changed }: UpdateReply["restarted"][number]) =>
    paint(`~ ${visibleText(id)}: ${what} (${changed.join(", ")})`, "yellow");
  return [
    ...removed.map((id) => paint(`- ${visibleText(id)}: stopped and removed`, "red")),
    ...added.map((id) => paint(`+ ${visibleText(id)}: added`, "green")),
    ...restarted.map(changed("restarted")),
    ...adjusted.map(changed("adjusted without a restart")),
    `${countText(unchanged)} unchanged`,
  ];
}
