// Writes docs/manifest.md and docs/manifest.schema.json from the table of keys; --check: fails when out of date.
import { manifestReference } from "./manifest_reference_page.ts";
import { manifestSchema } from "./manifest_schema.ts";
import { writeGenerated } from "./write_generated.ts";

if (import.meta.main) {
  writeGenerated(
    new Map([
      ["docs/manifest.md", manifestReference()],
      ["docs/manifest.schema.json", `${JSON.stringify(manifestSchema(), null, 2)}\n`],
    ]),
  );
}
