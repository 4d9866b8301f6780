// Lines of logs as they are printed: behind the aligned name of their process, bare, or as JSON.
import { displayWidth, padToWidth } from "../core/display_width.ts";
import { AnsiStripper } from "../core/ansi.ts";
import { localStamp } from "../core/log_format.ts";
import { visibleText } from "../core/visible_text.ts";
import type { LogLineView } from "../control/api/types.ts";
import type { LogsWish } from "./logs_options.ts";

/** Longer names stick out instead of moving all others to the right. */
const WIDEST = 24;
/** Cyan, yellow, green, magenta, blue, and their bright forms: readable on light and dark ground. */
const COLOURS = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];
const RESET = "\x1b[0m";

export interface PrinterLook {
  readonly form: LogsWish["form"];
  readonly grep: RegExp | null;
  readonly withTime: boolean;
  readonly colour: boolean;
}

/** What came at once, as text. */
export interface Printed {
  readonly text: string;
  /** Lines that the runner has left out. */
  readonly dropped: number;
}

export class LogsPrinter {
  readonly #look: PrinterLook;
  readonly #colours = new Map<string, number>();
  #width = 0;

  constructor(look: PrinterLook) {
    this.#look = look;
  }

  /** Lines of LogLineView in JSON; empty ones only keep the connection alive. */
  print(lines: readonly string[]): Printed {
    const views = lines.filter((line) => line !== "").map((json) => ({ json, view: viewOf(json) }));
    // Names that come together are aligned from the first line on.
    for (const { view } of views) this.#register(view.shown);
    let [text, dropped] = ["", 0];
    for (const { json, view } of views) {
      dropped += view.dropped ?? 0;
      if (view.dropped !== undefined || !this.#isWanted(view.line)) continue;
      text += `${this.#look.form === "json" ? json : this.#line(view)}\n`;
    }
    return { text, dropped };
  }

  #line({ shown, stream, time, line }: LogLineView): string {
    const { form, withTime, colour } = this.#look;
    // A colour that a program has not ended must not go on over the lines of others.
    const safe = colour && line.includes("\x1b") ? `${line}${RESET}` : line;
    if (form === "raw") return safe;
    const stamp = withTime ? `${localTime(time)} ` : "";
    const isError = stream === "stderr";
    const label = `${padToWidth(visibleText(shown), this.#width)}`;
    if (!colour) return `${stamp}${label} ${isError ? "!" : "|"} ${safe}`;
    const code = COLOURS[(this.#colours.get(shown) ?? 0) % COLOURS.length];
    const mark = isError ? `${RESET}\x1b[31m!` : "|";
    return `${stamp}\x1b[${code}m${label} ${mark}${RESET} ${safe}`;
  }

  #isWanted(line: string): boolean {
    const { grep } = this.#look;
    return grep === null || grep.test(line.includes("\x1b") ? withoutColours(line) : line);
  }

  #register(shown: string): void {
    if (this.#colours.has(shown) || shown === "") return;
    this.#colours.set(shown, this.#colours.size);
    this.#width = Math.min(WIDEST, Math.max(this.#width, displayWidth(visibleText(shown))));
  }
}

function viewOf(json: string): LogLineView {
  const view: LogLineView = JSON.parse(json);
  return view;
}

/** What a pattern is compared with: nobody counts the colours of a word. */
function withoutColours(line: string): string {
  return new TextDecoder().decode(new AnsiStripper().strip(new TextEncoder().encode(line)));
}

/** To the second. */
function localTime(time: string | null): string {
  const { length } = "0000-00-00 00:00:00";
  return time === null ? "-".padEnd(length) : localStamp(Date.parse(time)).slice(0, length);
}
