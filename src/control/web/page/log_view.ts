// The lines of a log on the page: colours, matches, and staying at the end while it is followed.
/// <reference lib="dom" />
import type { LogLineView } from "../../api/types.ts";
import { type AnsiColour, type AnsiStyle, PLAIN } from "../../../core/ansi_spans.ts";
import { visibleText } from "../../../core/visible_text.ts";
import { make, setText } from "./element.ts";
import { type PaintedLine, type PaintedPart, paintLine } from "./painted_line.ts";

/** Lines kept; older ones leave at the top. */
const KEPT_LINES = 3000;

export interface LogLook {
  readonly query: string;
  /** Only lines in which the query was found. */
  readonly isOnlyMatches: boolean;
  readonly stream: "both" | "stdout" | "stderr";
}

/** A line, or a word of the page itself between lines. */
type Entry =
  | { readonly kind: "line"; readonly line: LogLineView }
  | { readonly kind: "remark"; readonly text: string };

/** Shows lines as they come. */
export class LogView {
  readonly element = make("div", {
    look: "log",
    attributes: { role: "log", tabindex: "0", "aria-label": "Output", "aria-live": "off" },
  });
  readonly #hasPrefix: boolean;
  readonly #onCount: (matches: number) => void;
  /** The colour that each stream was left in: it goes on in the next line. */
  readonly #styles = new Map<string, AnsiStyle>();
  #entries: Entry[] = [];
  #waiting: Entry[] = [];
  #look: LogLook = { query: "", isOnlyMatches: false, stream: "both" };
  #matches = 0;
  #isFollowing = true;

  constructor(options: { hasPrefix: boolean; onCount: (matches: number) => void }) {
    this.#hasPrefix = options.hasPrefix;
    this.#onCount = options.onCount;
  }

  get isFollowing(): boolean {
    return this.#isFollowing;
  }

  set isFollowing(isFollowing: boolean) {
    this.#isFollowing = isFollowing;
    if (isFollowing) this.#toEnd();
  }

  /** Is the end in view? */
  get isAtEnd(): boolean {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    return scrollHeight - scrollTop - clientHeight < 24;
  }

  add(lines: readonly LogLineView[]): void {
    this.#take(lines.map((line) => ({ kind: "line", line })));
  }

  remark(text: string): void {
    this.#take([{ kind: "remark", text }]);
  }

  clear(): void {
    this.#entries = [];
    this.#waiting = [];
    this.#redraw();
  }

  set look(look: LogLook) {
    this.#look = look;
    this.#redraw();
  }

  /** Brings the match after, or before with -1, the middle of the view into it. */
  toMatch(step: 1 | -1): void {
    const marks = [...this.element.querySelectorAll("mark")];
    const current = marks.findIndex((mark) => mark.classList.contains("current"));
    const start = current < 0 && step < 0 ? 0 : current;
    const next = marks[(start + step + marks.length) % Math.max(1, marks.length)];
    marks[current]?.classList.remove("current");
    if (next === undefined) return;
    next.classList.add("current");
    next.scrollIntoView({ block: "center" });
  }

  /** Many lines in one go cost one layout. */
  #take(entries: readonly Entry[]): void {
    if (this.#waiting.length === 0) requestAnimationFrame(() => this.#flush());
    this.#waiting.push(...entries);
    if (this.#waiting.length > KEPT_LINES) this.#waiting = this.#waiting.slice(-KEPT_LINES);
  }

  #flush(): void {
    const fresh = this.#waiting;
    this.#waiting = [];
    this.#entries = [...this.#entries, ...fresh].slice(-KEPT_LINES);
    this.element.append(...fresh.flatMap((entry) => this.#draw(entry) ?? []));
    while (this.element.childElementCount > KEPT_LINES) this.element.firstElementChild?.remove();
    this.#onCount(this.#matches);
    if (this.#isFollowing) this.#toEnd();
  }

  #redraw(): void {
    this.#matches = 0;
    this.#styles.clear();
    this.element.replaceChildren(...this.#entries.flatMap((entry) => this.#draw(entry) ?? []));
    this.#onCount(this.#matches);
    if (this.#isFollowing) this.#toEnd();
  }

  #draw(entry: Entry): HTMLElement | null {
    if (entry.kind === "remark") return make("div", { look: "remark", text: entry.text });
    const { line } = entry;
    const key = `${line.id} ${line.stream}`;
    const { query, isOnlyMatches, stream } = this.#look;
    const painted = paintLine(line.line, { before: this.#styles.get(key) ?? PLAIN, query });
    this.#styles.set(key, painted.after);
    this.#matches += painted.matches;
    if (stream !== "both" && stream !== line.stream) return null;
    if (isOnlyMatches && query !== "" && painted.matches === 0) return null;
    return this.#lineElement(line, painted);
  }

  #lineElement(line: LogLineView, painted: PaintedLine): HTMLElement {
    const isError = line.stream === "stderr";
    const made = make("div", { look: isError ? "line stderr" : "line" });
    if (line.time !== null) made.title = `${line.time} ${line.stream}`;
    if (isError) made.append(make("span", { look: "mark-stderr", text: "stderr" }));
    if (this.#hasPrefix) {
      made.append(make("span", { look: "prefix", text: visibleText(line.shown) }));
    }
    made.append(...painted.parts.map(partElement));
    if (painted.left > 0) made.append(moreButton(made, line, painted));
    return made;
  }

  #toEnd(): void {
    this.element.scrollTop = this.element.scrollHeight;
  }
}

/** Shows what a long line holds when it is asked for, without colours: they would cost as much again. */
function moreButton(
  element: HTMLElement,
  line: LogLineView,
  { left, parts }: PaintedLine,
): HTMLButtonElement {
  const text = `… ${left.toLocaleString("en")} more characters`;
  const button = make("button", { look: "more", text, attributes: { type: "button" } });
  button.addEventListener("click", () => {
    const shown = parts.reduce((total, one) => total + one.text.length, 0);
    const whole = paintLine(line.line, { limit: Infinity }).parts.map((one) => one.text).join("");
    button.replaceWith(make("span", { text: whole.slice(shown) }));
    element.classList.add("whole");
  });
  return button;
}

function partElement({ text, style, isMatch }: PaintedPart): Node {
  if (!isMatch && style === PLAIN) return document.createTextNode(text);
  const made = make(isMatch ? "mark" : "span");
  setText(made, text);
  dress(made, style);
  return made;
}

function dress(element: HTMLElement, style: AnsiStyle): void {
  const front = style.isInverse ? style.back : style.front;
  const back = style.isInverse ? style.front : style.back;
  const looks = [
    style.isBold && "bold",
    style.isDim && "dim",
    style.isItalic && "italic",
    style.isUnderlined && "underlined",
    style.isStruck && "struck",
    style.isInverse && front === null && "inverse-front",
    style.isInverse && back === null && "inverse-back",
  ];
  element.classList.add(...looks.filter((look) => look !== false));
  colour(element, "color", front);
  colour(element, "background-color", back);
}

/** Named colours are the theme's; the others are as they were asked for. */
function colour(
  element: HTMLElement,
  property: "color" | "background-color",
  value: AnsiColour | null,
): void {
  if (value === null) return;
  const text = value.kind === "named"
    ? `var(--ansi-${value.number})`
    : `rgb(${value.red} ${value.green} ${value.blue})`;
  element.style.setProperty(property, text);
}
