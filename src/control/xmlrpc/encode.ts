// From values to the XML of a call or a response. Whatever the values are, the XML is valid.
import { isArray, isStruct, type XmlRpcCall, type XmlRpcFault, type XmlRpcValue } from "./value.ts";

const HEAD = "<?xml version='1.0'?>\n";
const INT_LIMIT = 0x7fffffff;

// deno-lint-ignore no-control-regex
const NEEDS_CARE = /[&<>\r\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu;

/** A methodCall. */
export function encodeCall({ method, params }: XmlRpcCall): string {
  const list = params.map((param) => `<param>${encodeValue(param)}</param>`).join("");
  const name = `<methodName>${encodeText(method)}</methodName>`;
  return `${HEAD}<methodCall>${name}<params>${list}</params></methodCall>`;
}

/** A methodResponse with a value. */
export function encodeResponse(value: XmlRpcValue): string {
  const param = `<params><param>${encodeValue(value)}</param></params>`;
  return `${HEAD}<methodResponse>${param}</methodResponse>`;
}

/** A methodResponse with a fault. */
export function encodeFault(fault: XmlRpcFault): string {
  const value = encodeValue(
    new Map<string, XmlRpcValue>([["faultCode", fault.code], ["faultString", fault.message]]),
  );
  return `${HEAD}<methodResponse><fault>${value}</fault></methodResponse>`;
}

function encodeValue(value: XmlRpcValue): string {
  return `<value>${encodeTyped(value)}</value>`;
}

function encodeTyped(value: XmlRpcValue): string {
  if (typeof value === "string") return `<string>${encodeText(value)}</string>`;
  if (typeof value === "number") return encodeNumber(value);
  if (typeof value === "boolean") return `<boolean>${value ? 1 : 0}</boolean>`;
  if (value instanceof Date) return `<dateTime.iso8601>${encodeDate(value)}</dateTime.iso8601>`;
  if (value instanceof Uint8Array) return `<base64>${value.toBase64()}</base64>`;
  if (isArray(value)) return `<array><data>${value.map(encodeValue).join("")}</data></array>`;
  return isStruct(value) ? encodeStruct(value) : "";
}

function encodeStruct(fields: ReadonlyMap<string, XmlRpcValue>): string {
  const members = Array.from(
    fields,
    ([name, value]) => `<member><name>${encodeText(name)}</name>${encodeValue(value)}</member>`,
  );
  return `<struct>${members.join("")}</struct>`;
}

/** What XML-RPC has no number for becomes the nearest that it has. */
function encodeNumber(value: number): string {
  if (Number.isInteger(value) && value <= INT_LIMIT && value >= -INT_LIMIT - 1) {
    return `<int>${value}</int>`;
  }
  if (Number.isNaN(value)) return "<int>0</int>";
  const finite = Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
  return `<double>${finite}</double>`;
}

/** `20261121T13:18:41` */
function encodeDate(date: Date): string {
  return date.toISOString().slice(0, 19).replaceAll("-", "");
}

/** Control characters (a colour in a log, for instance) cannot stand in XML 1.0 in any way. */
function encodeText(text: string): string {
  return text.replaceAll(NEEDS_CARE, (sign) => {
    switch (sign) {
      case "&":
        return "&amp;";
      case "<":
        return "&lt;";
      case ">":
        return "&gt;";
      case "\r":
        return "&#13;";
      default:
        return "\uFFFD";
    }
  });
}
