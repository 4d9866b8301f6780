// `runner events`: what happens, as it happens.
import { EXIT } from "../base/errors.ts";
import type { EventView } from "../control/api/types.ts";
import { eventStream, type TypedStream } from "../control/client/runner_api.ts";
import { localStamp } from "../core/log_format.ts";
import { visibleText } from "../core/visible_text.ts";
import { connect, readTimeout } from "./connect.ts";
import { listenForEnd } from "./end_signal.ts";
import type { CommandLine } from "./options.ts";
import { printLine } from "./output.ts";
import { usageError } from "./usage_error.ts";

/**
 * Ends with status 0 on Ctrl-C, after `--count` events or the time of `--timeout`, and when nobody reads any more; 1
 * when the time was over before so many events had come; 3 when the runner goes.
 */
export async function events(line: CommandLine): Promise<number> {
  const limit = readCount(line.value("count"));
  let stream: TypedStream<EventView> | null = null;
  let isLate = false;
  using end = listenForEnd((signal) => {
    isLate = signal === null;
    stream?.close();
  }, readTimeout(line));
  stream = await eventStream(connect(line), line.words);
  let left = limit;
  for await (const event of stream) {
    const isRead = printLine(line.has("json") ? JSON.stringify(event) : eventText(event));
    if (--left <= 0 || !isRead) return EXIT.done;
  }
  if (isLate && limit !== Infinity) return EXIT.failed;
  return end.hasCome ? EXIT.done : EXIT.notRunning;
}

/** One line: local time, then what the runner's own log would say. */
export function eventText({ time, text }: EventView): string {
  return `${localStamp(Date.parse(time))} ${visibleText(text)}`;
}

function readCount(text: string | undefined): number {
  if (text === undefined) return Infinity;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw usageError(`Cannot read --count "${text}": use a number from 1`);
}
