// The log of a process or of all processes of a program: follows, searches, comes back after a break.
/// <reference lib="dom" />
import { later } from "./browser.ts";
import { make, setAttribute, setText } from "./element.ts";
import { counted } from "../../table/figures.ts";
import type { Rest } from "./link.ts";
import { LogView } from "./log_view.ts";
import { followLines } from "./streams.ts";

/** Milliseconds before the next try, longer each time. */
const WAITS = [500, 1000, 2000, 4000, 8000];
/** Typing goes on; searching waits for a pause. */
const PAUSE = 120;

/** A log with its tools. */
export class LogPane implements Disposable {
  readonly element: HTMLElement;
  readonly #ids: readonly string[];
  readonly #view: LogView;
  readonly #query = make("input", {
    attributes: { type: "search", placeholder: "Search", "aria-label": "Search the log" },
  });
  readonly #count = make("span", { look: "count", attributes: { "aria-live": "polite" } });
  readonly #stream = make("select", { attributes: { "aria-label": "Which output" } });
  readonly #only = toggle("Matches", "Show only lines that match");
  readonly #wrap = toggle("Wrap", "Break long lines");
  readonly #follow = toggle("Follow", "Stay at the newest line (f)");
  #stopFollowing: Disposable | null = null;
  #cancelRetry = () => {};
  #cancelSearch = () => {};
  #attempt = 0;
  #isOver = false;
  #isResting = false;
  #hasBroken = false;

  constructor(ids: readonly string[]) {
    this.#ids = ids;
    this.#view = new LogView({
      hasPrefix: ids.length > 1,
      onCount: (matches) => this.#showCount(matches),
    });
    for (const name of ["both", "stdout", "stderr"]) {
      this.#stream.append(make("option", { text: name, attributes: { value: name } }));
    }
    const tools = make("div", { look: "tools" }, [
      this.#query,
      this.#count,
      this.#stream,
      this.#only,
      this.#wrap,
      this.#follow,
    ]);
    this.element = make("div", { look: "log-pane" }, [tools, this.#view.element]);
    setAttribute(this.#wrap, "aria-pressed", "true");
    this.#showFollow();
    this.#listen();
    this.#connect();
  }

  focusSearch(): void {
    this.#query.focus();
    this.#query.select();
  }

  toggleFollow(): void {
    this.#view.isFollowing = !this.#view.isFollowing;
    this.#showFollow();
  }

  /** Coming back costs the place in the log: who is in the middle of reading keeps it, and the connection with it. */
  rest(rest: Rest): void {
    if (rest === "hidden" && !this.#view.isFollowing) return;
    if (rest !== "none") {
      this.#isResting = true;
      this.#disconnect();
    } else if (this.#isResting) {
      this.#isResting = false;
      this.#hasBroken = true;
      this.#connect();
    }
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#cancelSearch();
    this.#disconnect();
  }

  #disconnect(): void {
    this.#cancelRetry();
    this.#stopFollowing?.[Symbol.dispose]();
  }

  #listen(): void {
    this.#query.addEventListener("input", () => {
      this.#cancelSearch();
      this.#cancelSearch = later(PAUSE, () => this.#applyLook());
    });
    this.#query.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.#pauseFollowing();
      this.#view.toMatch(event.shiftKey ? -1 : 1);
    });
    this.#stream.addEventListener("change", () => this.#applyLook());
    this.#follow.addEventListener("click", () => this.toggleFollow());
    this.#only.addEventListener("click", () => {
      flip(this.#only);
      this.#applyLook();
    });
    this.#wrap.addEventListener("click", () => {
      flip(this.#wrap);
      this.#view.element.classList.toggle("unwrapped", !isPressed(this.#wrap));
    });
    // Who scrolls up wants to read; who comes back to the end wants to follow.
    this.#view.element.addEventListener("scroll", () => {
      if (this.#view.isAtEnd === this.#view.isFollowing) return;
      this.#view.isFollowing = this.#view.isAtEnd;
      this.#showFollow();
    });
  }

  #pauseFollowing(): void {
    this.#view.isFollowing = false;
    this.#showFollow();
  }

  #showFollow(): void {
    setAttribute(this.#follow, "aria-pressed", String(this.#view.isFollowing));
  }

  #showCount(matches: number): void {
    setText(this.#count, this.#query.value === "" ? "" : counted(matches, "match"));
  }

  #applyLook(): void {
    const stream = (["stdout", "stderr"] as const).find((name) => name === this.#stream.value);
    this.#view.look = {
      query: this.#query.value,
      isOnlyMatches: isPressed(this.#only),
      stream: stream ?? "both",
    };
  }

  #connect(): void {
    this.#stopFollowing = followLines(this.#ids, {
      onOpen: () => {
        // The server sends the last lines again: what is there would be there twice.
        if (this.#hasBroken) this.#view.clear();
        this.#hasBroken = false;
        this.#attempt = 0;
      },
      onLines: (lines) => {
        // A line of no process is the runner's own word: lines were left out.
        for (const { id, line } of lines) if (id === "") this.#view.remark(line);
        this.#view.add(lines.filter(({ id }) => id !== ""));
      },
      onEnd: (text) => this.#retry(text),
    });
  }

  #retry(text: string): void {
    if (this.#isOver) return;
    if (!this.#hasBroken || text !== "") {
      const why = text === "" ? "the connection was lost" : text;
      this.#view.remark(`— ${why}; trying again —`);
    }
    this.#hasBroken = true;
    const wait = WAITS[Math.min(this.#attempt, WAITS.length - 1)] ?? 0;
    this.#attempt++;
    this.#cancelRetry = later(wait, () => this.#connect());
  }
}

function toggle(text: string, title: string): HTMLButtonElement {
  return make("button", {
    look: "toggle",
    text,
    attributes: { type: "button", title, "aria-pressed": "false" },
  });
}

function isPressed(button: HTMLButtonElement): boolean {
  return button.getAttribute("aria-pressed") === "true";
}

function flip(button: HTMLButtonElement): void {
  setAttribute(button, "aria-pressed", String(!isPressed(button)));
}
