// Short words about what has just been done; they leave by themselves, bad news stays longer.
/// <reference lib="dom" />
import { later } from "./browser.ts";
import type { Notice } from "../../table/row_commands.ts";
import { iconButton, make, part } from "./element.ts";
import { visibleText } from "../../../core/visible_text.ts";

const GOOD_STAY = 5000;
const BAD_STAY = 20_000;
/** More would cover the page. */
const MOST = 4;

/** Shows a notice. */
export function notify({ isGood, text }: Notice): void {
  const place = part("notices", HTMLElement);
  const made = make("div", { look: isGood ? "notice" : "notice bad" }, [
    make("span", { text: visibleText(text) }),
  ]);
  const leave = () => made.remove();
  made.append(iconButton("close", { label: "Close", onPress: leave }));
  place.append(made);
  while (place.childElementCount > MOST) place.firstElementChild?.remove();
  later(isGood ? GOOD_STAY : BAD_STAY, leave);
}
