// The values that XML-RPC can carry, and the fault that stands in for one.

/** Date: its UTC fields are the ones written. Uint8Array: base64. Integers beyond 32 bits travel as doubles. */
export type XmlRpcValue =
  | string
  | number
  | boolean
  | Date
  | Uint8Array
  | readonly XmlRpcValue[]
  | XmlRpcStruct;

export type XmlRpcStruct = ReadonlyMap<string, XmlRpcValue>;

/** A call as it comes over the wire. */
export interface XmlRpcCall {
  readonly method: string;
  readonly params: readonly XmlRpcValue[];
}

/** A call that failed: what the client sees as its exception. */
export class XmlRpcFault extends Error {
  readonly code: number;

  constructor(code: number, text: string) {
    super(text);
    this.name = "XmlRpcFault";
    this.code = code;
  }
}

/** A message that is no XML, no XML-RPC, or too big. */
export class XmlRpcSyntaxError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "XmlRpcSyntaxError";
  }
}

/** A struct from the fields of a literal. */
export function struct(fields: Readonly<Record<string, XmlRpcValue>>): XmlRpcStruct {
  return new Map(Object.entries(fields));
}

export function isArray(value: XmlRpcValue): value is readonly XmlRpcValue[] {
  return Array.isArray(value);
}

export function isStruct(value: XmlRpcValue): value is XmlRpcStruct {
  return value instanceof Map;
}
