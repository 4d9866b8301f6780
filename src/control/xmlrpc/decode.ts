// From the XML of a call or a response to its values.
import { readXml, type XmlElement } from "./xml_reader.ts";
import {
  isStruct,
  type XmlRpcCall,
  XmlRpcFault,
  XmlRpcSyntaxError,
  type XmlRpcValue,
} from "./value.ts";

/** Reads a methodCall. Throws XmlRpcSyntaxError. */
export function decodeCall(bytes: Uint8Array): XmlRpcCall {
  const root = readXml(bytes);
  if (root.name !== "methodCall") throw unexpected("methodCall", root);
  const [name, params, more] = root.children;
  if (name?.name !== "methodName") throw new XmlRpcSyntaxError("there is no methodName");
  const method = plainText(name).trim();
  if (method === "") throw new XmlRpcSyntaxError("the methodName is empty");
  if (more !== undefined) throw unexpected("the end of the call", more);
  // Some clients leave <params> out when there are none.
  return { method, params: params === undefined ? [] : readParams(params) };
}

/** Reads a methodResponse: its value, or a thrown XmlRpcFault. Throws XmlRpcSyntaxError, too. */
export function decodeResponse(bytes: Uint8Array): XmlRpcValue {
  const root = readXml(bytes);
  if (root.name !== "methodResponse") throw unexpected("methodResponse", root);
  const body = onlyChild(root);
  if (body.name === "fault") throw faultOf(readValue(onlyChild(body)));
  const [value, second] = readParams(body);
  if (value === undefined || second !== undefined) {
    throw new XmlRpcSyntaxError("a response has exactly one value");
  }
  return value;
}

function readParams(params: XmlElement): readonly XmlRpcValue[] {
  if (params.name !== "params") throw unexpected("params", params);
  noText(params);
  return params.children.map((param) => {
    if (param.name !== "param") throw unexpected("param", param);
    noText(param);
    return readValue(onlyChild(param));
  });
}

function readValue(element: XmlElement): XmlRpcValue {
  if (element.name !== "value") throw unexpected("value", element);
  // Text without a type is a string.
  if (element.children.length === 0) return element.text;
  noText(element);
  return readTyped(onlyChild(element));
}

function readTyped(typed: XmlElement): XmlRpcValue {
  switch (typed.name) {
    case "string":
      return plainText(typed);
    case "int":
    case "i4":
    case "i8":
      return readInteger(plainText(typed).trim(), typed.name);
    case "double":
      return readDouble(plainText(typed).trim());
    case "boolean":
      return readBoolean(plainText(typed).trim());
    case "dateTime.iso8601":
      return readDate(plainText(typed).trim());
    case "base64":
      return readBase64(plainText(typed));
    case "array":
      return readArray(typed);
    case "struct":
      return readStruct(typed);
  }
  throw new XmlRpcSyntaxError(`<${typed.name}> is no type of XML-RPC`);
}

function readInteger(text: string, type: string): number {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
  const limit = type === "i8" ? Number.MAX_SAFE_INTEGER : 0x7fffffff;
  if (!(value <= limit && value >= -limit - 1)) throw unreadable(text, type);
  // No minus zero: it is another value to those who compare.
  return value + 0;
}

function readDouble(text: string): number {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) throw unreadable(text, "double");
  if (!Number.isFinite(Number(text))) throw unreadable(text, "double");
  return Number(text);
}

function readBoolean(text: string): boolean {
  if (text !== "0" && text !== "1") throw unreadable(text, "boolean");
  return text === "1";
}

function readDate(text: string): Date {
  const found = /^(\d{4})-?(\d{2})-?(\d{2})T(\d{2}):(\d{2}):(\d{2})Z?$/.exec(text);
  const [year = NaN, month = NaN, ...rest] = (found?.slice(1) ?? []).map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, rest[0]);
  date.setUTCHours(rest[1] ?? NaN, rest[2], rest[3]);
  if (Number.isNaN(date.getTime()) || date.getUTCMonth() !== month - 1) {
    throw unreadable(text, "dateTime.iso8601");
  }
  return date;
}

function readBase64(text: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw unreadable(text, "base64");
  }
}

function readArray(array: XmlElement): readonly XmlRpcValue[] {
  noText(array);
  const inner = onlyChild(array);
  if (inner.name !== "data") throw unexpected("data", inner);
  noText(inner);
  return inner.children.map(readValue);
}

function readStruct(element: XmlElement): XmlRpcValue {
  noText(element);
  return new Map(element.children.map((member): [string, XmlRpcValue] => {
    const [name, value, more] = member.children;
    if (member.name !== "member" || name?.name !== "name" || value === undefined || more) {
      throw unexpected("a member with a name and a value", member);
    }
    noText(member);
    return [plainText(name), readValue(value)];
  }));
}

function faultOf(value: XmlRpcValue): XmlRpcFault {
  const code = isStruct(value) ? value.get("faultCode") : undefined;
  const text = isStruct(value) ? value.get("faultString") : undefined;
  if (typeof code !== "number" || typeof text !== "string") {
    throw new XmlRpcSyntaxError("a fault has a faultCode and a faultString");
  }
  return new XmlRpcFault(code, text);
}

function onlyChild(element: XmlElement): XmlElement {
  const [child, second] = element.children;
  if (child === undefined || second !== undefined) {
    throw new XmlRpcSyntaxError(`<${element.name}> must have exactly one element in it`);
  }
  return child;
}

function plainText(element: XmlElement): string {
  const [child] = element.children;
  if (child !== undefined) throw unexpected(`text in <${element.name}>`, child);
  return element.text;
}

function noText(element: XmlElement): void {
  if (element.text.trim() !== "") {
    throw new XmlRpcSyntaxError(`there is text in <${element.name}>`);
  }
}

function unexpected(wanted: string, found: XmlElement): XmlRpcSyntaxError {
  return new XmlRpcSyntaxError(`expected ${wanted}, found <${found.name}>`);
}

function unreadable(text: string, type: string): XmlRpcSyntaxError {
  return new XmlRpcSyntaxError(`${JSON.stringify(text.slice(0, 40))} is no ${type}`);
}
