// `runner status --watch`: the table drawn again whenever something changes, until Ctrl-C.
import { isGlob } from "../base/glob.ts";
import { EXIT } from "../base/errors.ts";
import type { ProcessView, WatchView } from "../control/api/types.ts";
import { type Client, isGone } from "../control/client/client.ts";
import { getProcesses, type TypedStream, watchStream } from "../control/client/runner_api.ts";
import type { Clock } from "../ports/clock.ts";
import { pause } from "../ports/pause.ts";
import { systemClock } from "../os/system_clock.ts";
import { readTimeout } from "./connect.ts";
import { listenForEnd } from "./end_signal.ts";
import type { CommandLine } from "./options.ts";
import { printLine, sayLine, showText } from "./output.ts";
import { paintFor } from "./paint.ts";
import { sayUnknown } from "./say_unknown.ts";
import { driftLines, statusLines } from "./status_table.ts";
import { cutToWidth } from "./text_table.ts";

const ENTER = "\x1b[?1049h\x1b[?25l";
const LEAVE = "\x1b[?25h\x1b[?1049l";
/** Milliseconds between two attempts to find a runner again that has gone. */
const RETRY = 500;

/** Draws until it is ended; exit status 0 then. Throws when no runner is there to begin with. */
export async function watchStatus(client: Client, line: CommandLine): Promise<number> {
  const chosen = await chooser(client, line.words);
  const draw = line.has("json") ? drawJson : Deno.stdout.isTerminal() ? drawScreen : drawText;
  let stream: TypedStream<WatchView> | null = null;
  using end = listenForEnd(() => stream?.close(), readTimeout(line));
  const isScreen = draw === drawScreen;
  if (isScreen) showText(ENTER);
  try {
    for (let last: WatchView | null = null; !end.hasCome;) {
      stream = await reopened(client, { isFirst: last === null, clock: systemClock() });
      if (stream === null) continue;
      const view = await follow(stream, (list) => draw(picked(list, chosen), null));
      if (view === "nobody-reads") break;
      last = view ?? last;
      if (end.hasCome || last === null) continue;
      if (isScreen) drawScreen(picked(last, chosen), client.name);
      else sayLine(`runner: No answer from ${client.name}: trying again`);
    }
  } finally {
    if (isScreen) showText(LEAVE);
  }
  return EXIT.done;
}

/** The latest view before the stream ended; `show` says whether somebody reads. */
async function follow(
  stream: TypedStream<WatchView>,
  show: (list: WatchView) => boolean,
): Promise<WatchView | "nobody-reads" | null> {
  let last: WatchView | null = null;
  try {
    for await (const list of stream) {
      last = list;
      if (!show(list)) return "nobody-reads";
    }
  } catch (error) {
    if (!isGone(error)) throw error;
  }
  return last;
}

/** Null after a while when the runner is gone; it may come again. */
async function reopened(
  client: Client,
  { isFirst, clock }: { readonly isFirst: boolean; readonly clock: Clock },
): Promise<TypedStream<WatchView> | null> {
  try {
    return await watchStream(client);
  } catch (error) {
    if (isFirst || !isGone(error)) throw error;
    await pause(clock, RETRY);
    return null;
  }
}

/** Which processes are wanted: names are understood by the runner, and new ones of their programs come with them. */
async function chooser(
  client: Client,
  names: readonly string[],
): Promise<((process: ProcessView) => boolean) | null> {
  if (names.length === 0 || names.includes("all")) return null;
  const { processes, unknown } = await getProcesses(client, names);
  sayUnknown(unknown);
  const ids = new Set(processes.map(({ id }) => id));
  const isWhole = names.some((name) => isGlob(name) || !ids.has(name));
  const programs = new Set(isWhole ? processes.map(({ program }) => program) : []);
  return ({ id, program }) => ids.has(id) || programs.has(program);
}

function picked(
  list: WatchView,
  chosen: ((process: ProcessView) => boolean) | null,
): WatchView {
  return chosen === null ? list : { ...list, processes: list.processes.filter(chosen) };
}

function drawJson(list: WatchView): boolean {
  return printLine(JSON.stringify(list));
}

function drawText(list: WatchView): boolean {
  const look = { width: Infinity, paint: paintFor(Deno.stdout), now: systemClock().now().wall };
  return printLine(
    [...statusLines(list.processes, look), ...driftLines(list.drift), ""].join("\n"),
  );
}

/** `lost` names the runner that is not there any more. */
function drawScreen(list: WatchView, lost: string | null): boolean {
  const { columns, rows } = Deno.consoleSize();
  const paint = paintFor(Deno.stdout);
  const table = statusLines(list.processes, {
    width: columns,
    paint,
    now: systemClock().now().wall,
  });
  const notes = lost === null ? driftLines(list.drift) : [`No answer from ${lost}: trying again`];
  const foot = notes.map((text) => paint(cutToWidth(text, columns), "yellow"));
  const room = Math.max(1, rows - foot.length - 1);
  const shown = table.length > room
    ? [...table.slice(0, room - 1), `… ${table.length - room + 1} more`]
    : table;
  const lines = [...shown, ...foot, paint("Ctrl-C ends", "dim")].slice(0, rows);
  showText(`\x1b[H${lines.map((text) => `${text}\x1b[K`).join("\r\n")}\x1b[J`);
  return true;
}
