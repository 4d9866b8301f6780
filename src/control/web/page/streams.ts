// The two streams from the runner: the state of everything, and the lines of logs.
/// <reference lib="dom" />
import { PATHS } from "../../api/paths.ts";
import { API, type LogLineView, type WatchView } from "../../api/types.ts";
import { beside } from "./browser.ts";
import { relative } from "../../table/row_commands.ts";
import { JsonLines } from "./json_lines.ts";

/** Opens the stream of states; the caller decides when to try again. */
export function watchStates(
  { onStatus, onLost }: { onStatus: (list: WatchView) => void; onLost: () => void },
): Disposable {
  const source = new EventSource(beside(relative(PATHS.watch)));
  source.addEventListener("status", ({ data }: MessageEvent<string>) => {
    const list: WatchView = JSON.parse(data);
    onStatus(list);
  });
  source.addEventListener("error", () => {
    // The browser would try again by itself, for ever and as fast as it likes, and not at all after a 502.
    source.close();
    onLost();
  });
  return { [Symbol.dispose]: () => source.close() };
}

/** Lines fetched before following. */
const LINES = 500;

/** The address of the lines of some processes. */
function logAddress(ids: readonly string[]): string {
  const query = new URLSearchParams([
    ...ids.map((id) => ["name", id]),
    ["stream", "both"],
    ["lines", String(LINES)],
    ["follow", "1"],
  ]);
  return beside(`${relative(PATHS.logs)}?${query}`);
}

/** The address of a log as a file. */
export function fileAddress(id: string, stream: "stdout" | "stderr"): string {
  return beside(`${API}${PATHS.log(id, stream)}`.slice(1));
}

/** What a stream of lines reports. */
export interface LineTaker {
  onOpen(): void;
  onLines(lines: readonly LogLineView[]): void;
  /** It has ended or broken; `text` says why when the server did. */
  onEnd(text: string): void;
}

/** Follows the lines of processes until disposed of. */
export function followLines(ids: readonly string[], taker: LineTaker): Disposable {
  const stop = new AbortController();
  const end = (text: string) => {
    if (!stop.signal.aborted) taker.onEnd(text);
  };
  follow(ids, { taker, signal: stop.signal }).then(end, (error: unknown) => {
    const isExpected = error instanceof TypeError || error instanceof SyntaxError ||
      error instanceof DOMException;
    end("");
    if (!isExpected) throw error;
  });
  return { [Symbol.dispose]: () => stop.abort() };
}

async function follow(
  ids: readonly string[],
  { taker, signal }: { taker: LineTaker; signal: AbortSignal },
): Promise<string> {
  const response = await fetch(logAddress(ids), { cache: "no-store", signal });
  if (!response.ok || response.body === null) return `the server answered ${response.status}`;
  taker.onOpen();
  const lines = new JsonLines<LogLineView>();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return "";
    if (!signal.aborted) taker.onLines(lines.push(value));
  }
}
