// Decides about the connection to the runner: when it counts as lost, when to try again, what to tell.
import { durationText } from "../../table/figures.ts";

export type Connection =
  /** Asked for and not answered yet. */
  | { readonly kind: "connecting"; readonly attempt: number; readonly since: number }
  | { readonly kind: "live" }
  | { readonly kind: "waiting"; readonly attempt: number; readonly retryAt: number }
  /** Nobody looks at the page: the runner has nothing to do for it. */
  | { readonly kind: "paused" };

export type ConnectionEvent =
  | { readonly kind: "data" }
  | { readonly kind: "lost" }
  /** A timer, or somebody pressed "try now". */
  | { readonly kind: "retry" }
  | { readonly kind: "hidden" }
  | { readonly kind: "shown" };

/** Milliseconds before each new try; the last one is for all later ones. */
const WAITS = [500, 1000, 2000, 4000, 8000, 15_000];
/** The runner sends something every two seconds; a connection silent for so long is dead. */
export const SILENCE = 15_000;

export function begin(now: number): Connection {
  return { kind: "connecting", attempt: 0, since: now };
}

/** The next state. */
export function connectionStep(
  connection: Connection,
  event: ConnectionEvent,
  now: number,
): Connection {
  switch (event.kind) {
    case "data":
      return connection.kind === "paused" ? connection : { kind: "live" };
    case "lost":
      return lost(connection, now);
    case "retry":
      if (connection.kind !== "waiting") return connection;
      return { kind: "connecting", attempt: connection.attempt, since: now };
    case "hidden":
      return { kind: "paused" };
    case "shown":
      return connection.kind === "live" ? connection : begin(now);
  }
}

function lost(connection: Connection, now: number): Connection {
  if (connection.kind === "waiting" || connection.kind === "paused") return connection;
  const attempt = connection.kind === "connecting" ? connection.attempt + 1 : 1;
  const wait = WAITS[Math.min(attempt, WAITS.length) - 1] ?? 0;
  return { kind: "waiting", attempt, retryAt: now + wait };
}

/** Does the page show what is true now? */
export function isFresh(connection: Connection): boolean {
  return connection.kind === "live";
}

/** The banner's words; empty while there is nothing to say. `dataAt` is when the data shown came, null: never. */
export function connectionText(
  connection: Connection,
  { dataAt, now }: { readonly dataAt: number | null; readonly now: number },
): string {
  const age = dataAt === null ? "" : `, shown is what was true ${seconds(now - dataAt)} ago`;
  switch (connection.kind) {
    case "live":
      return "";
    case "paused":
      return `Paused${age}`;
    case "connecting":
      if (connection.attempt === 0 && dataAt === null) return "";
      return `No connection to the runner${age}. Trying again …`;
    case "waiting":
      return `No connection to the runner${age}. Next try in ${seconds(connection.retryAt - now)}`;
  }
}

function seconds(millis: number): string {
  return durationText(Math.max(0, Math.ceil(millis / 1000)));
}
