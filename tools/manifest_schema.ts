// The JSON Schema of TOML manifests, made from the table of keys: editors complete and check with it.
import { type SectionKind, SECTIONS } from "../src/manifest/settings.ts";
import { INCLUDE } from "../src/manifest/settings_server.ts";
import type { Setting } from "../src/manifest/setting.ts";
import type { JsonTable } from "../src/manifest/value_type.ts";

export function manifestSchema(): JsonTable {
  const sections = SECTIONS.map((kind): [string, JsonTable] => [kind.toml, sectionSchema(kind)]);
  const properties = sections.map(([name, schema]): [string, JsonTable] => {
    return [name, name === "include" ? { anyOf: [FILES, schema] } : schema];
  });
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "runner manifest (TOML)",
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries([...properties, ["overlay", overlaySchema()]]),
  };
}

const FILES: JsonTable = {
  description: "Patterns of files to read, too, relative to this one.",
  ...INCLUDE.files.type.schema,
};

/** The sections of the manifest once more, below the name of an overlay. */
function overlaySchema(): JsonTable {
  const kinds = SECTIONS.filter(({ name }) => name !== "include");
  const properties = kinds.map(({ toml }): [string, JsonTable] => {
    return [toml, { $ref: `#/properties/${toml}` }];
  });
  return {
    type: "object",
    description: "What is laid over the manifest when -e or RUNNER_ENV names it.",
    additionalProperties: {
      type: "object",
      additionalProperties: false,
      properties: Object.fromEntries(properties),
    },
  };
}

function sectionSchema(kind: SectionKind): JsonTable {
  const keys = keysSchema(kind);
  if (kind.named === "never") return { ...keys, description: kind.help };
  const named = { type: "object", additionalProperties: keys, description: kind.help };
  if (kind.named === "always") return named;
  // A server may be nameless or have names beside it.
  return { ...keys, additionalProperties: { ...keys }, description: kind.help };
}

function keysSchema(kind: SectionKind): JsonTable {
  const properties = kind.settings.flatMap((setting) =>
    [setting.key, ...setting.aliases].map((key): [string, JsonTable] => [
      key,
      kind !== PROGRAM && isProgramKey(setting) ? reference(key) : keySchema(setting),
    ])
  );
  return {
    type: "object",
    additionalProperties: kind.open,
    properties: Object.fromEntries(properties),
  };
}

/** fcgi-program and eventlistener repeat the keys of a program: once is enough. */
function reference(key: string): JsonTable {
  return { $ref: `#/properties/program/additionalProperties/properties/${key}` };
}

const PROGRAM = SECTIONS[0];

function isProgramKey(setting: Setting<unknown>): boolean {
  return PROGRAM?.settings.includes(setting) ?? false;
}

function keySchema(setting: Setting<unknown>): JsonTable {
  const shown = setting.shown.toml === "" ? "" : ` Default: ${setting.shown.toml}.`;
  return { description: `${setting.help}${shown}`, ...setting.type.schema };
}
