// The generated documents hold every key, and the schema only what editors understand.
import { SECTIONS } from "../../src/manifest/settings.ts";
import { manifestReference } from "../../tools/manifest_reference_page.ts";
import { manifestSchema } from "../../tools/manifest_schema.ts";
import { assertTrue } from "../support/assert.ts";

Deno.test("manifestReference() names every section and key", () => {
  const page = manifestReference();
  for (const { name, settings } of SECTIONS) {
    assertTrue(page.includes(`## \`[${name}`), name);
    for (const { key } of settings) assertTrue(page.includes(`\`${key}\``), `${name} ${key}`);
  }
});

Deno.test("manifestSchema() names every section and key by its TOML name", () => {
  const text = JSON.stringify(manifestSchema());
  for (const { toml, settings } of SECTIONS) {
    assertTrue(text.includes(`"${toml}":`), toml);
    for (const { key } of settings) assertTrue(text.includes(`"${key}":`), `${toml} ${key}`);
  }
});

Deno.test("manifestSchema() refers only to what it holds", () => {
  const schema = manifestSchema();
  const references = JSON.stringify(schema).matchAll(/"\$ref":"#\/([^"]+)"/g);
  for (const [, path = ""] of references) {
    let at: unknown = schema;
    for (const part of path.split("/")) {
      at = typeof at === "object" && at !== null
        ? new Map(Object.entries(at)).get(part)
        : undefined;
    }
    assertTrue(at !== undefined, path);
  }
});
