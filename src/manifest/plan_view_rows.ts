// Aligned rows and short texts for showing a plan.
import { destinationWord } from "./log_words.ts";
import type { LogDestination } from "./plan.ts";

/** `name  value` in two columns; rows without a value are left out. */
export function rows(
  pairs: readonly (readonly [string, string])[],
  indent = 2,
): readonly string[] {
  return pairs.filter(([_, value]) => value !== "").map(([name, value]) =>
    // Wide enough for the longest name in use.
    `${" ".repeat(indent)}${name.padEnd(15 - indent + 2)}${value}`
  );
}

/** A destination as people are shown it. */
export function destinationText(destination: LogDestination): string {
  const isOurs = destination.kind === "stdout" || destination.kind === "stderr";
  return isOurs ? `our ${destination.kind}` : destinationWord(destination);
}
