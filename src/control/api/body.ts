// Reads the JSON body and the query of a request strictly: what is unknown or of another type is refused by name.
import { didYouMean } from "../../base/suggest.ts";
import type { HttpRequest } from "../http/message.ts";
import { ApiFault } from "./api_fault.ts";

/** A body whose fields are all known. */
export type Body = Readonly<Record<string, unknown>>;

const STRICT = new TextDecoder("utf-8", { fatal: true });

/** The body as an object of these fields; an empty one is `{}`. */
export function readBody(request: HttpRequest, fields: readonly string[]): Body {
  const value = request.body.length === 0 ? {} : parse(request.body);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ApiFault(400, "Cannot read the body: it must be a JSON object", {
      hint: fields.length === 0 ? "Send {}" : `Its fields: ${fields.join(", ")}`,
    });
  }
  for (const name of Object.keys(value)) {
    if (!fields.includes(name)) throw unknownField(name, fields);
  }
  return Object.fromEntries(Object.entries(value));
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(STRICT.decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new ApiFault(400, `Cannot read the body as JSON: ${error.message}`);
    }
    if (error instanceof TypeError) {
      throw new ApiFault(400, "Cannot read the body as JSON: it is not UTF-8");
    }
    throw error;
  }
}

function unknownField(name: string, fields: readonly string[]): ApiFault {
  const near = didYouMean(name, fields);
  return new ApiFault(400, `Cannot read the body: unknown field "${name}"${near}`, {
    hint: fields.length === 0 ? "It takes no fields: send {}" : `Its fields: ${fields.join(", ")}`,
  });
}

function wrong(field: string, wanted: string, value: unknown): ApiFault {
  const shown = value === undefined ? "it is missing" : `it is ${clip(JSON.stringify(value))}`;
  return new ApiFault(400, `Cannot read "${field}": ${shown}, wanted is ${wanted}`);
}

/** A text that must be there. */
export function textField(body: Body, field: string, wanted = "a text"): string {
  const value = body[field];
  if (typeof value !== "string" || value === "") throw wrong(field, wanted, value);
  return value;
}

/** One of some words. */
export function wordField<T extends string>(body: Body, field: string, words: readonly T[]): T {
  const value = body[field];
  const word = words.find((item) => item === value);
  if (word !== undefined) return word;
  const near = typeof value === "string" ? didYouMean(value, words) : "";
  throw wrong(field, `one of ${words.join(", ")}${near}`, value);
}

/** True, false, or `otherwise` when it is missing. */
export function flagField(body: Body, field: string, otherwise: boolean): boolean {
  const value = body[field] ?? otherwise;
  if (typeof value !== "boolean") throw wrong(field, "true or false", value);
  return value;
}

/** A number within bounds; null when it is missing. */
export function numberField(
  body: Body,
  field: string,
  { from, to, isWhole }: { readonly from: number; readonly to: number; readonly isWhole: boolean },
): number | null {
  const value = body[field] ?? null;
  if (value === null) return null;
  const fits = typeof value === "number" && value >= from && value <= to &&
    (!isWhole || Number.isInteger(value));
  if (!fits) throw wrong(field, `a ${isWhole ? "whole " : ""}number from ${from} to ${to}`, value);
  return value;
}

/** Names of processes in one request, at most: looking them up costs time that restarts need. */
const NAMES_LIMIT = 1_000;

/** A list of names, at least one. */
export function namesField(body: Body, field: string): readonly string[] {
  const value = body[field];
  const wanted = `a list of 1 to ${NAMES_LIMIT} names, or ["all"]`;
  if (!Array.isArray(value) || value.length === 0 || value.length > NAMES_LIMIT) {
    throw wrong(field, wanted, value);
  }
  return value.map((name: unknown) => {
    if (typeof name !== "string" || name === "") throw wrong(field, wanted, value);
    return name;
  });
}

/** Refuses parameters that are not known: a typing error must not look like an answer. */
export function checkQuery(request: HttpRequest, known: readonly string[]): void {
  for (const name of request.query.keys()) {
    if (known.includes(name)) continue;
    throw new ApiFault(
      400,
      `Cannot read the query: unknown parameter "${name}"${didYouMean(name, known)}`,
      { hint: known.length === 0 ? "It takes none" : `It takes: ${known.join(", ")}` },
    );
  }
}

/** The names of a query, `name=` any number of times. */
export function queryNames(request: HttpRequest): readonly string[] {
  const names = request.query.getAll("name");
  if (names.length <= NAMES_LIMIT) return names;
  throw new ApiFault(400, `Cannot look for ${names.length} names: ${NAMES_LIMIT} at most`);
}

/** `1` or `true`, `0` or `false`; false when it is missing. */
export function queryFlag(request: HttpRequest, name: string): boolean {
  const value = request.query.get(name);
  if (value === null || value === "0" || value === "false") return false;
  if (value === "" || value === "1" || value === "true") return true;
  throw new ApiFault(400, `Cannot read "${name}": it is "${clip(value)}", wanted is 1 or 0`);
}

const CLIP = 80;

function clip(text: string): string {
  return text.length > CLIP ? `${text.slice(0, CLIP)}…` : text;
}
