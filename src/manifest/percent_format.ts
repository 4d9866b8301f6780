// Python's `text % names`, with every form it has: %(x)s, %(n)02d, %(n)5.2f, %%.
import { type Directive, formatNumber } from "./percent_number.ts";
import { reprText } from "./python_text.ts";

export type FormatValue = string | number;

/** Why a text cannot be formatted. `directive` is the faulty piece of it, safe to show. */
export type FormatFault =
  | { readonly kind: "unknown-name"; readonly name: string; readonly directive: string }
  | { readonly kind: "bad-format"; readonly reason: string; readonly directive: string };

export type FormatResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly fault: FormatFault };

/** Takes any text and never throws. */
export function formatPercent(
  text: string,
  lookup: (name: string) => FormatValue | undefined,
): FormatResult {
  let result = "";
  let at = 0;
  for (let next = text.indexOf("%"); next >= 0; next = text.indexOf("%", at)) {
    const directive = readDirective(text, next);
    const piece = "reason" in directive
      ? bad(directive.source, directive.reason)
      : format(directive, lookup);
    if (!piece.ok) return piece;
    result += text.slice(at, next) + piece.text;
    at = next + directive.source.length;
  }
  return { ok: true, text: at === 0 ? text : result + text.slice(at) };
}

interface Broken {
  readonly source: string;
  readonly reason: string;
}

const REST = /([-+ #0]*)(\*|\d*)(?:(\.)(\*|\d*))?[hlL]?/y;

function readDirective(text: string, start: number): Directive | Broken {
  let at = start + 1;
  let name: string | null = null;
  if (text.charAt(at) === "(") {
    const end = closingParenthesis(text, at);
    if (end < 0) return { source: text.slice(start), reason: "incomplete format key" };
    name = text.slice(at + 1, end);
    at = end + 1;
  }
  REST.lastIndex = at;
  const [rest = "", flags = "", width = "", dot, precision = ""] = REST.exec(text) ?? [];
  at += rest.length;
  const conversion = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const source = text.slice(start, at + conversion.length);
  if (width === "*" || precision === "*") return { source, reason: "* wants int" };
  if (at >= text.length) return { source, reason: "incomplete format" };
  // No field is ever this wide on purpose, and Python would fill the memory.
  if (Number(width) > 4096 || Number(precision) > 100) return { source, reason: "width too big" };
  const limit = dot === undefined ? null : Number(precision);
  return { source, name, flags, width: Number(width), precision: limit, conversion };
}

/** Parentheses nest in a name. */
function closingParenthesis(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "(") depth++;
    else if (char === ")" && --depth === 0) return at;
  }
  return -1;
}

function format(
  directive: Directive,
  lookup: (name: string) => FormatValue | undefined,
): FormatResult {
  const { name, conversion, source } = directive;
  const value = name === null ? undefined : lookup(name);
  if (name !== null && value === undefined) {
    return { ok: false, fault: { kind: "unknown-name", name, directive: source } };
  }
  if (source === "%%") return { ok: true, text: "%" };
  // Python would print the whole dictionary, environment and all, for `%s`.
  if (value === undefined) return bad(source, "no name in parentheses after the percent sign");
  switch (conversion) {
    case "s":
      return padded(directive, cut(String(value), directive.precision));
    case "r":
    case "a":
      return padded(
        directive,
        cut(typeof value === "string" ? reprText(value) : `${value}`, directive.precision),
      );
    case "c":
      return formatChar(directive, value);
  }
  if (!"diuoxXeEfFgG".includes(conversion)) {
    return bad(source, `unsupported format character '${conversion}'`);
  }
  if (typeof value === "string") {
    return bad(source, `%${conversion} format: a number is required, not text`);
  }
  return { ok: true, text: formatNumber(directive, value) };
}

function formatChar(directive: Directive, value: FormatValue): FormatResult {
  if (typeof value === "string") {
    return [...value].length === 1
      ? padded(directive, value)
      : bad(directive.source, "%c requires int or char");
  }
  if (!(value >= 0 && value < 0x110000)) {
    return bad(directive.source, "%c arg not in range(0x110000)");
  }
  return padded(directive, String.fromCodePoint(value));
}

function padded(directive: Directive, text: string): FormatResult {
  const fill = " ".repeat(Math.max(0, directive.width - [...text].length));
  return { ok: true, text: directive.flags.includes("-") ? text + fill : fill + text };
}

function cut(text: string, precision: number | null): string {
  return precision === null ? text : [...text].slice(0, precision).join("");
}

function bad(directive: string, reason: string): FormatResult {
  return { ok: false, fault: { kind: "bad-format", reason, directive } };
}
