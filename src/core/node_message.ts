// Messages of Node's IPC channel: JSON values, one per line, both ways.

/** A longer message is passed over. */
export const LONGEST_MESSAGE = 1 << 16;

/** Of a message that is only told of. */
const MOST_SHOWN = 200;

/** The program says that it serves. */
const READY_MESSAGE = "ready";

export type NodeMessage =
  | { readonly kind: "ready" }
  /** Of Node itself (`NODE_…`). */
  | { readonly kind: "internal" }
  | { readonly kind: "passed-over"; readonly text: string };

/** What a line of the channel says. */
export function parseNodeMessage(line: string): NodeMessage {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return passedOver(line);
  }
  if (value === READY_MESSAGE) return { kind: "ready" };
  return isInternal(value) ? { kind: "internal" } : passedOver(line);
}

/** A text as the program gets it from `process.on("message")`. */
export function nodeMessage(text: string): string {
  return `${JSON.stringify(text)}\n`;
}

function isInternal(value: unknown): boolean {
  return typeof value === "object" && value !== null && "cmd" in value &&
    typeof value.cmd === "string" && value.cmd.startsWith("NODE_");
}

function passedOver(line: string): NodeMessage {
  const text = line.length > MOST_SHOWN ? `${line.slice(0, MOST_SHOWN)}…` : line;
  return { kind: "passed-over", text };
}
