// Names that match nothing, and what may have been meant.
import type { UnknownName } from "../control/api/types.ts";
import { visibleText } from "../core/visible_text.ts";
import { sayLine } from "./output.ts";

/** Says which names match nothing. */
export function sayUnknown(unknown: readonly UnknownName[]): void {
  for (const one of unknown) sayLine(`runner: ${unknownText(one)}`);
}

export function unknownText({ name, meant }: UnknownName): string {
  const hint = meant === "" ? "" : ` (did you mean "${visibleText(meant)}"?)`;
  return `Cannot find "${visibleText(name)}": there is no such program${hint}`;
}
