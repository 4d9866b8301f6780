// `runner logs`: what programs have written, and, with -f, what they write, over restarts of theirs and of the runner.
import { EXIT, RunnerError } from "../base/errors.ts";
import { LineCutter } from "../base/lines.ts";
import { PATHS } from "../control/api/paths.ts";
import { type Client, type IncomingStream, isGone, type Query } from "../control/client/client.ts";
import type { Millis } from "../manifest/plan.ts";
import { systemClock } from "../os/system_clock.ts";
import { connect, readTimeout } from "./connect.ts";
import { listenForEnd } from "./end_signal.ts";
import { type LogsWish, readLogsWish } from "./logs_options.ts";
import { LogsPrinter } from "./logs_printer.ts";
import type { CommandLine } from "./options.ts";
import { printBytes, sayLine } from "./output.ts";
import { coloured, paintFor } from "./paint.ts";

/** Between two attempts to find a runner again that has gone. */
const RETRY: Millis = 500;
/** How often is looked whether somebody still reads what is printed. */
const LOOK_EVERY: Millis = 500;
const STDOUT = 1;
/** A runner that follows says something at least every 15 seconds. */
const SILENCE: Millis = 45_000;
/** The runner cuts lines at 64 KB; as JSON they are six times as long at most. */
const LONGEST = 1 << 20;
const ENCODER = new TextEncoder();

/** Prints lines and takes them as they come; false: nobody reads any more. */
interface Sink {
  take(bytes: Uint8Array): boolean;
  /** There is no more: an unfinished line is a line. */
  end(): void;
  /** The runner has gone in the middle of a line: the rest of it does not come. */
  forget(): void;
}

/** Exit status 0, also after Ctrl-C and when nobody reads any more; 4 when a name is unknown. */
export async function logs(line: CommandLine): Promise<number> {
  const clock = systemClock();
  const wish = readLogsWish(line, clock.now().wall);
  const client = connect(line);
  if (wish.follow) return await followLogs(client, { wish, limit: readTimeout(line) });
  using stream = await open(client, wish);
  const sink = sinkFor(wish);
  if (await pour(stream, sink)) sink.end();
  return EXIT.done;
}

async function open(client: Client, wish: LogsWish): Promise<IncomingStream> {
  try {
    const silence = wish.follow && !wish.self ? SILENCE : null;
    return await client.stream(pathOf(wish), queryOf(wish), silence);
  } catch (error) {
    // That the runner has no log of its own does not mean that a program is unknown.
    if (!wish.self || !(error instanceof RunnerError)) throw error;
    if (error.exitStatus !== EXIT.noSuchProgram) throw error;
    throw new RunnerError(error.message, { hint: error.hint, cause: error });
  }
}

/** Follows until it is ended. */
async function followLogs(
  client: Client,
  { wish, limit }: { readonly wish: LogsWish; readonly limit: Millis | null },
): Promise<number> {
  const clock = systemClock();
  let stream: IncomingStream | null = null;
  let wake = () => {};
  using end = listenForEnd(() => {
    stream?.close();
    wake();
  }, limit);
  const pause = async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    using _timer = clock.wakeAt(clock.now().mono + RETRY, resolve);
    await promise;
  };
  const sink = sinkFor(wish);
  let isRead = true;
  const isOver = () => end.hasCome || !isRead;
  stream = await open(client, wish);
  using _watch = await watchReader(() => {
    isRead = false;
    stream?.close();
    wake();
  });
  while (await pourUntilGone(stream, { sink, isOver }) && !isOver()) {
    const lostAt = clock.now().mono;
    sink.forget();
    sayLine("runner: The runner has gone: waiting for it to come back (Ctrl-C ends)");
    const missed = () => againQuery(wish, (clock.now().mono - lostAt + RETRY) / 1000);
    stream = await reopened(client, { wish, missed, isOver, pause });
    if (stream === null) break;
    sayLine("runner: It is back");
  }
  return EXIT.done;
}

/** `runner logs -f | grep -m 1 ready` ends with its grep, also when the program says nothing more. */
async function watchReader(gone: () => void): Promise<Disposable | null> {
  if (Deno.stdout.isTerminal()) return null;
  const { hasReader } = await import("../os/log_libc.ts");
  const clock = systemClock();
  let timer: Disposable | null = null;
  const look = () => {
    if (!hasReader(STDOUT)) return gone();
    timer = clock.wakeAt(clock.now().mono + LOOK_EVERY, look);
  };
  look();
  return { [Symbol.dispose]: () => timer?.[Symbol.dispose]() };
}

/** False when nobody reads what is printed. */
async function pourUntilGone(
  stream: IncomingStream,
  { sink, isOver }: { readonly sink: Sink; readonly isOver: () => boolean },
): Promise<boolean> {
  try {
    return await pour(stream, sink);
  } catch (error) {
    // Gone, or silent: both are told by RunnerErrors, and asking again will show what is true.
    if (isOver() || error instanceof RunnerError) return true;
    throw error;
  }
}

async function pour(stream: IncomingStream, sink: Sink): Promise<boolean> {
  for await (const bytes of stream) {
    if (sink.take(bytes)) continue;
    stream.close();
    return false;
  }
  return true;
}

/** The stream of the runner that has come back; null: it is over before. */
async function reopened(
  client: Client,
  { wish, missed, isOver, pause }: {
    readonly wish: LogsWish;
    readonly missed: () => Query;
    readonly isOver: () => boolean;
    readonly pause: () => Promise<void>;
  },
): Promise<IncomingStream | null> {
  for (;;) {
    await pause();
    if (isOver()) return null;
    try {
      return await client.stream(pathOf(wish), missed(), wish.self ? null : SILENCE);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
}

function pathOf({ self }: LogsWish): string {
  return self ? PATHS.ownLog : PATHS.logs;
}

function queryOf(wish: LogsWish): Query {
  const { self, names, stream, lines, within, follow } = wish;
  const common = { ...(follow ? { follow: "1" } : {}) };
  if (self) return { ...common, lines: String(lines ?? 20) };
  return {
    ...common,
    name: names,
    stream,
    ...(lines === null ? {} : { lines: String(lines) }),
    ...(within === null ? {} : { since: secondsText(within / 1000) }),
  };
}

/** What has been missed; of the runner's own log, which knows no times, the last lines again. */
function againQuery(wish: LogsWish, seconds: number): Query {
  if (wish.self) return queryOf(wish);
  const { names, stream } = wish;
  return { follow: "1", name: names, stream, since: secondsText(seconds) };
}

function secondsText(seconds: number): string {
  return seconds.toFixed(3);
}

function sinkFor(wish: LogsWish): Sink {
  return wish.self ? bytesSink(wish.grep) : linesSink(wish);
}

function linesSink({ form, grep, withTime }: LogsWish): Sink {
  const colour = form !== "json" && paintFor(Deno.stdout) === coloured;
  const printer = new LogsPrinter({ form, grep, withTime, colour });
  let cutter = new LineCutter(LONGEST);
  const decoder = new TextDecoder();
  return {
    take: (bytes) => {
      const lines: string[] = [];
      cutter.push(bytes, (line) => lines.push(decoder.decode(line)));
      const { text, dropped } = printer.print(lines);
      const isRead = text === "" || printBytes(ENCODER.encode(text));
      if (dropped > 0) sayLine(`runner: ${dropped} lines left out: they were read too slowly`);
      return isRead;
    },
    end: () => {},
    forget: () => {
      cutter = new LineCutter(LONGEST);
    },
  };
}

/** The runner's own log, as it is. */
function bytesSink(grep: RegExp | null): Sink {
  if (grep === null) return { take: printBytes, end: () => {}, forget: () => {} };
  let cutter = new LineCutter(LONGEST);
  const decoder = new TextDecoder();
  let text = "";
  const add = (line: Uint8Array) => {
    const found = decoder.decode(line);
    if (grep.test(found)) text += `${found}\n`;
  };
  const flush = () => {
    const bytes = ENCODER.encode(text);
    text = "";
    return bytes.length === 0 || printBytes(bytes);
  };
  return {
    take: (bytes) => {
      cutter.push(bytes, add);
      return flush();
    },
    end: () => {
      cutter.end(add);
      flush();
    },
    forget: () => {
      cutter = new LineCutter(LONGEST);
    },
  };
}
