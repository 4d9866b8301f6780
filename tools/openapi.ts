// Writes docs/openapi.json from the types of the API; --check: fails when it is out of date.
import { fileURLToPath } from "node:url";
import { createGenerator, type Schema } from "ts-json-schema-generator";
import { API } from "../src/control/api/types.ts";
import { type Content, type Operation, operations, type Parameter } from "./openapi_operations.ts";
import { writeGenerated } from "./write_generated.ts";

const FOLDER = fileURLToPath(new URL("../src/control/api", import.meta.url));
const TYPES = `${FOLDER}/{types,runner_types,wellness_types,job_types,scale_types,update_types}.ts`;

type Json = Readonly<Record<string, unknown>>;

/** The whole description, as text. */
function openApiText(): string {
  const { definitions = {} } = createGenerator({
    path: TYPES,
    type: "*",
    expose: "export",
    // `deno check` checks types; this one would miss Deno's own.
    skipTypeCheck: true,
    sortProps: false,
    additionalProperties: false,
  }).createSchema("*");
  const calls = operations(API);
  const missing = calls.flatMap(typesOf).filter((type) => !(type in definitions));
  if (missing.length > 0) throw new Error(`no such type: ${missing.join(", ")}`);
  const document = {
    openapi: "3.1.0",
    info: {
      title: "runner",
      version: "1",
      description: "The JSON API of a running runner, on its control socket. See docs/api.md.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    paths: pathsOf(calls),
    components: {
      schemas: schemasOf(definitions),
      securitySchemes: { basic: { type: "http", scheme: "basic" } },
    },
    // Where the section of the server has a password.
    security: [{}, { basic: [] }],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function typesOf({ body, replies }: Operation): readonly string[] {
  const types = Object.values(replies).flatMap((content) =>
    "type" in content && content.type !== null ? [content.type] : []
  );
  return body === undefined ? types : [body, ...types];
}

function schemasOf(definitions: Readonly<Record<string, Schema | boolean>>): Json {
  const text = JSON.stringify(definitions).replaceAll("#/definitions/", "#/components/schemas/");
  return JSON.parse(text);
}

function pathsOf(calls: readonly Operation[]): Json {
  const paths = new Map<string, Record<string, Json>>();
  for (const call of calls) {
    const path = paths.get(call.path) ?? {};
    path[call.method] = operationJson(call);
    paths.set(call.path, path);
  }
  return Object.fromEntries(paths);
}

function operationJson(
  { id, summary, parameters = [], body, replies, errors = [] }: Operation,
): Json {
  const replied = Object.entries(replies).map(([status, content]) => [
    status,
    { description: MEANING[status] ?? "", content: contentJson(content) },
  ]);
  const failed = [400, ...errors].filter((status) => !(status in replies)).map((status) => [
    status,
    {
      description: MEANING[status] ?? "",
      content: contentJson({ kind: "json", type: "ErrorReply" }),
    },
  ]);
  return {
    operationId: id,
    summary,
    ...(parameters.length === 0 ? {} : { parameters: parameters.map(parameterJson) }),
    ...(body === undefined ? {} : {
      requestBody: { required: true, content: contentJson({ kind: "json", type: body }) },
    }),
    responses: Object.fromEntries([...replied, ...failed]),
  };
}

const MEANING: Readonly<Record<string, string>> = {
  200: "Done; for several processes each result says what became of it",
  202: "Begun",
  400: "The request is wrong: the error names what and says what is allowed",
  404: "Nothing has that name",
  409: "Not in the present state",
  422: "The manifest cannot be used, or refuses the wish",
  503: "Not ready",
};

function parameterJson({ name, in: place, about, type, repeats, words }: Parameter): Json {
  const schema = words === undefined ? { type: type ?? "string" } : { type: "string", enum: words };
  return {
    name,
    in: place,
    description: about,
    ...(place === "path" ? { required: true } : {}),
    schema: repeats ? { type: "array", items: schema } : schema,
  };
}

function contentJson(content: Content): Json {
  switch (content.kind) {
    case "json":
      return {
        "application/json": { schema: content.type === null ? {} : reference(content.type) },
      };
    case "lines":
      return { "application/x-ndjson": { schema: reference(content.type) } };
    case "events": {
      const name = content.event === null ? "" : ` of the events named \`${content.event}\``;
      const description = `The \`data\`${name} is a ${content.type} as JSON.`;
      return {
        "text/event-stream": {
          schema: { type: "string", description, contentSchema: reference(content.type) },
        },
      };
    }
    case "bytes":
      return { "application/octet-stream": { schema: { type: "string", format: "binary" } } };
    case "text":
      return { "text/plain": { schema: { type: "string" } } };
  }
}

function reference(type: string): Json {
  return { $ref: `#/components/schemas/${type}` };
}

if (import.meta.main) writeGenerated(new Map([["docs/openapi.json", openApiText()]]));
