// Reads the little XML that XML-RPC needs, strictly: elements and text. No DTD, no entities of its own, no attributes.
import { XmlRpcSyntaxError } from "./value.ts";

export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  /** All character data directly inside it. */
  readonly text: string;
}

/** A value may be nested this deep in elements; three of them make one level of arrays or structs. */
const DEPTH_LIMIT = 32;

const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

const DECLARATION =
  /^<\?xml\s+version\s*=\s*(?:"1\.\d+"|'1\.\d+')(?:\s+encoding\s*=\s*(?:"([\w.-]+)"|'([\w.-]+)'))?(?:\s+standalone\s*=\s*(?:"(?:yes|no)"|'(?:yes|no)'))?\s*\?>/;
const TAG = /<(\/?)([A-Za-z][\w.:-]*)\s*(\/?)>/y;
// deno-lint-ignore no-control-regex
const ILLEGAL = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/u;

interface OpenElement {
  readonly name: string;
  readonly children: XmlElement[];
  text: string;
}

/** The root element of a document. Throws XmlRpcSyntaxError. */
export function readXml(bytes: Uint8Array): XmlElement {
  const text = decode(bytes);
  const open: OpenElement[] = [{ name: "", children: [], text: "" }];
  let at = afterDeclaration(text);
  while (at < text.length) {
    const top = innermost(open);
    if (text.charAt(at) !== "<") {
      const end = next(text, "<", at);
      top.text += unescape(text.slice(at, end));
      at = end;
    } else if (text.startsWith("<!--", at)) {
      at = closing(text, "-->", at + 4, "comment") + 3;
    } else if (text.startsWith("<![CDATA[", at)) {
      const end = closing(text, "]]>", at + 9, "CDATA section");
      top.text += text.slice(at + 9, end);
      at = end + 3;
    } else {
      at = takeTag(text, at, open);
    }
  }
  return rootOf(open);
}

function takeTag(text: string, at: number, open: OpenElement[]): number {
  TAG.lastIndex = at;
  const found = TAG.exec(text);
  if (found === null) throw notATag(text, at);
  const [whole, slash, name = "", empty] = found;
  if (slash === "/") {
    const element = open.pop();
    if (element === undefined || element.name !== name || open.length === 0) {
      throw new XmlRpcSyntaxError(`</${name}> closes nothing`);
    }
    innermost(open).children.push(element);
  } else if (empty === "/") {
    innermost(open).children.push({ name, children: [], text: "" });
  } else {
    if (open.length > DEPTH_LIMIT * 3) {
      throw new XmlRpcSyntaxError(`nested deeper than ${DEPTH_LIMIT} values`);
    }
    open.push({ name, children: [], text: "" });
  }
  return at + whole.length;
}

function notATag(text: string, at: number): XmlRpcSyntaxError {
  if (text.startsWith("<!", at)) return new XmlRpcSyntaxError("a DTD is not allowed");
  if (text.startsWith("<?", at)) {
    return new XmlRpcSyntaxError("processing instructions are not allowed");
  }
  return new XmlRpcSyntaxError(`no element can be read at character ${at}`);
}

function rootOf(open: readonly OpenElement[]): XmlElement {
  const [outside, unclosed] = open;
  if (unclosed !== undefined) throw new XmlRpcSyntaxError(`<${unclosed.name}> is not closed`);
  const [root, second] = outside?.children ?? [];
  if (root === undefined) throw new XmlRpcSyntaxError("there is no element");
  if (second !== undefined) throw new XmlRpcSyntaxError("there is more than one root element");
  if (outside?.text.trim() !== "") {
    throw new XmlRpcSyntaxError("there is text outside the root element");
  }
  return root;
}

function innermost(open: readonly OpenElement[]): OpenElement {
  const top = open.at(-1);
  if (top === undefined) throw new XmlRpcSyntaxError("more is closed than was opened");
  return top;
}

function decode(bytes: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new XmlRpcSyntaxError("the message is not UTF-8");
  }
  if (ILLEGAL.test(text)) throw new XmlRpcSyntaxError("there is a character that XML has not");
  return text.replaceAll(/\r\n?/g, "\n");
}

function afterDeclaration(text: string): number {
  const found = DECLARATION.exec(text);
  if (found === null) return text.length - text.trimStart().length;
  const encoding = (found[1] ?? found[2] ?? "utf-8").toLowerCase();
  if (encoding !== "utf-8" && encoding !== "us-ascii" && encoding !== "ascii") {
    throw new XmlRpcSyntaxError(`the encoding ${encoding} is not supported, only UTF-8`);
  }
  return found[0].length;
}

function next(text: string, sign: string, from: number): number {
  const at = text.indexOf(sign, from);
  return at < 0 ? text.length : at;
}

function closing(text: string, sign: string, from: number, what: string): number {
  const at = text.indexOf(sign, from);
  if (at < 0) throw new XmlRpcSyntaxError(`a ${what} is not closed`);
  return at;
}

function unescape(text: string): string {
  if (!text.includes("&")) return text;
  return text.replaceAll(/&([^;&]{0,10}(;?))/g, (_, body: string, end: string) => {
    const name = body.slice(0, -1);
    const known = end === ";" ? NAMED[name] ?? numeric(name) : null;
    if (known === null) throw new XmlRpcSyntaxError(`&${body} is no entity of XML-RPC`);
    return known;
  });
}

/** What `#65` or `#x41` stands for; null when it is none or no character of XML. */
function numeric(name: string): string | null {
  const found = /^#(?:(\d{1,7})|x([0-9A-Fa-f]{1,6}))$/.exec(name);
  if (found === null) return null;
  const code = found[1] === undefined ? parseInt(found[2] ?? "", 16) : Number(found[1]);
  if (code > 0x10ffff) return null;
  const character = String.fromCodePoint(code);
  return ILLEGAL.test(character) ? null : character;
}
