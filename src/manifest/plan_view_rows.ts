// Aligned rows and short texts for showing a plan.
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

export function destinationText(destination: LogDestination): string {
  switch (destination.kind) {
    case "file":
      return destination.path;
    case "auto":
      return "AUTO";
    case "none":
      return "NONE";
    case "stdout":
    case "stderr":
      return `our ${destination.kind}`;
  }
}
