// A stream of bytes as lines, as JSON a line, or as server-sent events.
import { LineCutter } from "../../base/lines.ts";

/** A list of thousands of processes is one line. */
const LONGEST_LINE = 64 << 20;

/** The lines of a stream, as text without their ends; what follows the last end is a line, too. */
export async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const cutter = new LineCutter(LONGEST_LINE);
  const decoder = new TextDecoder();
  const lines: string[] = [];
  const take = (line: Uint8Array) => lines.push(decoder.decode(line));
  for await (const bytes of stream) {
    cutter.push(bytes, take);
    yield* lines.splice(0);
  }
  cutter.end(take);
  yield* lines;
}

/** Each line of a stream, read as JSON; empty lines only keep the connection alive. */
export async function* jsonLinesOf<T>(stream: AsyncIterable<Uint8Array>): AsyncGenerator<T> {
  for await (const line of linesOf(stream)) {
    if (line.trim() === "") continue;
    const value: T = JSON.parse(line);
    yield value;
  }
}

/** A server-sent event. */
export interface ServerEvent {
  /** `message` when it has no name. */
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

/** The server-sent events of a stream; comments are passed over. */
export async function* serverEventsOf(
  stream: AsyncIterable<Uint8Array>,
): AsyncGenerator<ServerEvent> {
  let event = "";
  let id = "";
  let data: string[] = [];
  for await (const line of linesOf(stream)) {
    const text = line.replace(/\r$/, "");
    if (text === "") {
      if (data.length > 0) yield { event: event || "message", id, data: data.join("\n") };
      event = "";
      data = [];
      continue;
    }
    const [field = "", value = ""] = /^([^:]*):? ?(.*)$/s.exec(text)?.slice(1) ?? [];
    if (field === "data") data.push(value);
    else if (field === "event") event = value;
    else if (field === "id") id = value;
  }
}
