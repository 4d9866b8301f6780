// Lines typed by a script: stdin is a pipe or a file. The prompt is shown all the same, as Python does.
import type { TypedLines } from "./session.ts";

/** Reads stdin line by line; what comes after the last line end is a line, too. */
export function plainLines(
  input: { read(buffer: Uint8Array): Promise<number | null> },
  show: (text: string) => void,
): TypedLines {
  const buffer = new Uint8Array(4096);
  const decoder = new TextDecoder();
  let held = "";
  let isAtEnd = false;
  const ask = async (prompt: string): Promise<string | null> => {
    show(prompt);
    for (;;) {
      const end = held.indexOf("\n");
      if (end >= 0 || (isAtEnd && held !== "")) {
        const line = end < 0 ? held : held.slice(0, end);
        held = end < 0 ? "" : held.slice(end + 1);
        return line;
      }
      if (isAtEnd) return null;
      const length = await input.read(buffer);
      isAtEnd = length === null;
      held += length === null
        ? decoder.decode()
        : decoder.decode(buffer.subarray(0, length), { stream: true });
    }
  };
  return { ask, askSecret: ask, [Symbol.dispose]: () => {} };
}
