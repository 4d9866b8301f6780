// What an update changes, as lines for people. Pure.
import type { AlertChanges, UpdateReply } from "../control/api/update_types.ts";
import { visibleText } from "../core/visible_text.ts";
import type { Paint } from "./paint.ts";
import { countText } from "./status_table.ts";

/** A runner of an older version says nothing of some. */
type Told = Omit<UpdateReply, "alerts" | "live"> & Partial<Pick<UpdateReply, "alerts" | "live">>;

const NO_ALERTS: AlertChanges = { added: [], removed: [], changed: [] };

/** True when applying it would do something to a process or an alert. */
export function hasChanges({ added, removed, restarted, adjusted, alerts }: Told): boolean {
  const lists = [added, removed, restarted, adjusted, ...Object.values(alerts ?? NO_ALERTS)];
  return lists.some((list) => list.length > 0);
}

/** What changes of the runner itself, and when. */
export function ownLines({ live = [], runner }: Told): readonly string[] {
  const line = (keys: readonly string[], when: string) =>
    keys.length === 0 ? [] : [`${keys.join(", ")} of the runner itself: takes effect ${when}`];
  return [...line(live, "at once"), ...line(runner, "when it is started anew")];
}

/** One line for each process and alert that changes, and how many processes do not. */
export function diffLines(reply: Told, paint: Paint): readonly string[] {
  const { added, removed, restarted, adjusted, unchanged, alerts = NO_ALERTS } = reply;
  if (!hasChanges(reply)) return [`Nothing has changed for ${countText(unchanged)}`];
  const changed = (what: string) => ({ id, changed }: UpdateReply["restarted"][number]) =>
    paint(`~ ${visibleText(id)}: ${what} (${changed.join(", ")})`, "yellow");
  return [
    ...removed.map((id) => paint(`- ${visibleText(id)}: stopped and removed`, "red")),
    ...added.map((id) => paint(`+ ${visibleText(id)}: added`, "green")),
    ...restarted.map(changed("restarted")),
    ...adjusted.map(changed("adjusted without a restart")),
    ...alerts.removed.map((name) => paint(`- alert:${visibleText(name)}: removed`, "red")),
    ...alerts.added.map((name) => paint(`+ alert:${visibleText(name)}: added`, "green")),
    ...alerts.changed.map(({ name, changed }) =>
      paint(`~ alert:${visibleText(name)}: changed (${changed.join(", ")})`, "yellow")
    ),
    `${countText(unchanged)} unchanged`,
  ];
}
