// Writes docs/manifest.md and docs/manifest.schema.json from the table of keys; --check: fails when out of date.
import { manifestReference } from "./manifest_reference_page.ts";
import { manifestSchema } from "./manifest_schema.ts";

const DOCS = new URL("../docs/", import.meta.url);

function outputs(): ReadonlyMap<string, string> {
  return new Map([
    ["manifest.md", manifestReference()],
    ["manifest.schema.json", `${JSON.stringify(manifestSchema(), null, 2)}\n`],
  ]);
}

function readOrEmpty(path: URL): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return "";
  }
}

function main(): void {
  const stale = [...outputs()].filter(([name, text]) => readOrEmpty(new URL(name, DOCS)) !== text);
  if (Deno.args.includes("--check")) {
    for (const [name] of stale) console.error(`docs/${name} is out of date: run deno task docs`);
    if (stale.length > 0) Deno.exit(1);
    return;
  }
  Deno.mkdirSync(DOCS, { recursive: true });
  for (const [name, text] of stale) Deno.writeTextFileSync(new URL(name, DOCS), text);
}

if (import.meta.main) main();
