// Writes YAML that readers of either version take for the same: many engines still read 1.1.
import { stringify } from "yaml";

/** `no` and `022` as texts stand in quotes: in 1.1 they would be false and 18. */
export function yamlText(value: unknown): string {
  const options = { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false } as const;
  return stringify(value, options);
}
