// Where output goes, in the words of a manifest.
import type { LogDestination } from "./plan.ts";

/** A destination as a manifest writes it. */
export function destinationWord(destination: LogDestination): string {
  switch (destination.kind) {
    case "file":
      return destination.path;
    case "auto":
      return "AUTO";
    case "none":
      return "NONE";
    case "stdout":
    case "stderr":
      return `/dev/${destination.kind}`;
  }
}
