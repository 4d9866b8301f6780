// The terminal as a whole screen: entered, drawn line by line where something differs, and always left as it was.

interface Terminal {
  write(text: string): void;
  setRaw(isRaw: boolean): void;
}

const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
const LEAVE = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";

/** Entered from its making until it is disposed of. */
export class Screen implements Disposable {
  readonly #terminal: Terminal;
  #shown: readonly string[] = [];
  #isEntered = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.enter();
  }

  enter(): void {
    if (this.#isEntered) return;
    this.#isEntered = true;
    this.#terminal.setRaw(true);
    this.#terminal.write(ENTER);
    this.#shown = [];
  }

  /** Gives the terminal back as it was. */
  leave(): void {
    if (!this.#isEntered) return;
    this.#isEntered = false;
    this.#terminal.write(LEAVE);
    this.#terminal.setRaw(false);
  }

  /** Everything is drawn at the next time: the terminal has another size, or somebody wrote over it. */
  forget(): void {
    this.#shown = [];
    if (this.#isEntered) this.#terminal.write("\x1b[2J");
  }

  draw(lines: readonly string[]): void {
    if (!this.#isEntered) return;
    const text = difference(this.#shown, lines);
    this.#shown = lines;
    if (text !== "") this.#terminal.write(text);
  }

  [Symbol.dispose](): void {
    this.leave();
  }
}

/** What must be written so that a screen with `shown` has `lines`: nothing flickers that stays the same. */
export function difference(shown: readonly string[], lines: readonly string[]): string {
  const changed = lines.flatMap((line, at) =>
    // Emptied before and not after: after a line of full width the cursor is still on its last character.
    line === shown[at] ? [] : [`\x1b[${at + 1};1H\x1b[K${line}\x1b[0m`]
  );
  const gone = shown.slice(lines.length).map((_, at) => `\x1b[${lines.length + at + 1};1H\x1b[K`);
  return [...changed, ...gone].join("");
}
