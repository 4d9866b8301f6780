// Questions to be answered before something happens, and the help.
/// <reference lib="dom" />
import { make, part, setText } from "./element.ts";
import { isCount } from "../../table/row_commands.ts";
import { visibleText } from "../../../core/visible_text.ts";
import { PAGE_KEYS, ROW_KEYS } from "./shortcuts.ts";

/** Asks; true when it was confirmed. */
export async function confirmed(
  { title, text, word }: { readonly title: string; readonly text: string; readonly word: string },
): Promise<boolean> {
  const dialog = part("confirm", HTMLDialogElement);
  setText(part("confirm-title", HTMLElement), title);
  setText(part("confirm-text", HTMLElement), text);
  setText(part("confirm-yes", HTMLElement), word);
  return await asked(dialog) === "yes";
}

/** Asks for a number of processes; null when it was given up. */
export async function askedCount(
  { program, running }: { readonly program: string; readonly running: number },
): Promise<string | null> {
  const dialog = part("scale", HTMLDialogElement);
  const input = part("scale-count", HTMLInputElement);
  setText(part("scale-title", HTMLElement), `Number of processes of ${visibleText(program)}`);
  setText(part("scale-text", HTMLElement), `There are ${running} now.`);
  input.value = String(running);
  const answer = asked(dialog);
  input.select();
  if (await answer !== "yes") return null;
  const count = input.value.trim();
  return isCount(count) ? count : null;
}

/** Shows the keys. */
export function showHelp(): void {
  const dialog = part("help", HTMLDialogElement);
  const list = part("help-keys", HTMLElement);
  if (list.childElementCount === 0) {
    for (const [title, table] of [["Anywhere", PAGE_KEYS], ["In the table", ROW_KEYS]] as const) {
      const rows = table.map(({ keys, help }) => [
        make("dt", {}, keys.map((key) => make("kbd", { text: keyText(key) }))),
        make("dd", { text: help }),
      ]);
      list.append(make("section", {}, [
        make("h3", { text: title }),
        make("dl", {}, rows.flat()),
      ]));
    }
  }
  if (!dialog.open) dialog.showModal();
}

const ARROWS: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Escape: "Esc",
};

function keyText(key: string): string {
  return ARROWS[key] ?? key;
}

/** What the form in the dialog was closed with; empty after Escape. */
function asked(dialog: HTMLDialogElement): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  dialog.returnValue = "";
  dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
  dialog.showModal();
  return promise;
}
