// XML-RPC messages: what comes back is what was sent, and nothing hostile gets in.
import fc from "fast-check";
import { decodeCall, decodeResponse } from "../../../src/control/xmlrpc/decode.ts";
import { encodeCall, encodeFault, encodeResponse } from "../../../src/control/xmlrpc/encode.ts";
import {
  XmlRpcFault,
  XmlRpcSyntaxError,
  type XmlRpcValue,
} from "../../../src/control/xmlrpc/value.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const value = (xml: string) =>
  decodeResponse(bytes(`<methodResponse><params><param>${xml}</param></params></methodResponse>`));
const roundTrip = (one: XmlRpcValue) => decodeResponse(bytes(encodeResponse(one)));

/** What XML 1.0 can carry. */
// deno-lint-ignore no-control-regex
const LEGAL = /^[^\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]*$/;
const text = fc.string({ unit: "grapheme" }).filter((one) => LEGAL.test(one) && one.isWellFormed());

const values = fc.letrec<{ value: XmlRpcValue; leaf: XmlRpcValue }>((tie) => ({
  leaf: fc.oneof(
    text,
    fc.integer(),
    fc.maxSafeInteger().map((one) => one + 0),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((one) => !Object.is(one, -0)),
    fc.boolean(),
    fc.uint8Array(),
    fc.date({ min: new Date(0), max: new Date("9999-12-31T23:59:59Z"), noInvalidDate: true })
      .map((one) => new Date(Math.floor(one.getTime() / 1_000) * 1_000)),
  ),
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("leaf"),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(text, tie("value")), { maxLength: 4 }).map((pairs) => new Map(pairs)),
  ),
})).value;

Deno.test("encodeResponse() is undone by decodeResponse()", () => {
  fc.assert(fc.property(values, (one) => assertEquals(roundTrip(one), one)));
});

Deno.test("encodeCall() is undone by decodeCall()", () => {
  fc.assert(fc.property(fc.array(values, { maxLength: 3 }), (params) => {
    const call = { method: "supervisor.getState", params };
    assertEquals(decodeCall(bytes(encodeCall(call))), call);
  }));
});

Deno.test("encodeResponse() makes XML that can be read of any text", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (one) => {
    const back = roundTrip(one);
    assertTrue(typeof back === "string", "no string");
    assertEquals(Array.from(back).length, Array.from(one).length);
  }));
});

Deno.test("encodeResponse() replaces what XML cannot carry", () => {
  assertEquals(
    roundTrip("\x1b[31mred\x1b[0m\0 \r\n\t ä \ud800 \uffff"),
    "�[31mred�[0m� \r\n\t ä � �",
  );
  assertEquals([NaN, Infinity, 3e9, 2 ** 31 - 1, -(2 ** 31)].map(roundTrip), [
    0,
    Number.MAX_VALUE,
    3e9,
    2147483647,
    -2147483648,
  ]);
});

Deno.test("encodeResponse() writes whole numbers within 32 bits as int, all others as double", () => {
  const types = [1, -2147483648, 2147483648, 1.5].map((one) =>
    /<(int|double)>/.exec(encodeResponse(one))?.[1]
  );
  assertEquals(types, ["int", "int", "double", "double"]);
});

Deno.test("decodeResponse() throws the fault that was sent", () => {
  const xml = encodeFault(new XmlRpcFault(10, "BAD_NAME: <&>"));
  try {
    decodeResponse(bytes(xml));
  } catch (error) {
    assertTrue(error instanceof XmlRpcFault, "no fault");
    assertEquals([error.code, error.message], [10, "BAD_NAME: <&>"]);
    return;
  }
  throw new Error("nothing was thrown");
});

Deno.test("decodeResponse() reads what other clients write", () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ["<value>no type</value>", "no type"],
    ["<value/>", ""],
    ["<value><string/></value>", ""],
    ["<value><i4> -12 </i4></value>", -12],
    ["<value><i8>5000000000</i8></value>", 5_000_000_000],
    ["<value><int>+3</int></value>", 3],
    ["<value><double>-1.5e3</double></value>", -1500],
    ["<value>\n <boolean>1</boolean>\n</value>", true],
    ["<value><base64>aGk=\n</base64></value>", bytes("hi")],
    ["<value><string>&lt;&#65;&#x1F600;&amp;&gt;&quot;&apos;</string></value>", "<A😀&>\"'"],
    ["<value><string><![CDATA[<a> & b]]></string></value>", "<a> & b"],
    ["<value><string>a<!-- not this -->b</string></value>", "ab"],
    ["<value><string>a\r\nb</string></value>", "a\nb"],
    [
      "<value><dateTime.iso8601>20261121T13:05:09</dateTime.iso8601></value>",
      new Date("2026-11-21T13:05:09Z"),
    ],
    [
      "<value><struct><member><name>a</name><value><int>1</int></value></member></struct></value>",
      new Map([["a", 1]]),
    ],
    ["<value><array><data></data></array></value>", []],
  ];
  for (const [xml, wanted] of cases) assertEquals(value(xml), wanted, xml);
});

Deno.test("decodeCall() takes a call without params", () => {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>
    <methodCall><methodName>system.listMethods</methodName></methodCall>`;
  assertEquals(decodeCall(bytes(xml)), { method: "system.listMethods", params: [] });
});

const nested = (depth: number) =>
  "<value><array><data>".repeat(depth) + "</data></array></value>".repeat(depth);
const call = (inner: string) =>
  `<methodCall><methodName>x.y</methodName><params><param>${inner}</param></params></methodCall>`;

Deno.test("decodeCall() refuses what is no XML-RPC, and says why", () => {
  const lol = `<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>`;
  const cases: readonly (readonly [string, RegExp])[] = [
    ["", /no element/],
    ["hello", /no element/],
    [lol + call("<value>&b;</value>"), /DTD/],
    ["<?php x ?>" + call("<value/>"), /processing instructions/],
    [`<?xml version="1.0" encoding="latin1"?>${call("<value/>")}`, /latin1 is not supported/],
    [call("<value>&b;</value>"), /&b; is no entity/],
    [call("<value>a & b</value>"), /is no entity/],
    [call("<value>&#0;</value>"), /is no entity/],
    [call("<value>&#xD800;</value>"), /is no entity/],
    [call("<value>&#x110000;</value>"), /is no entity/],
    [call("<value>\x1b</value>"), /character that XML has not/],
    ["<methodCall><methodName>x.y</methodName>", /<methodCall> is not closed/],
    ["<methodCall><methodName>x.y</methodCall></methodName>", /closes nothing/],
    ["</methodCall>", /closes nothing/],
    [call("<value/>") + "<more/>", /more than one root/],
    [call("<value/>") + "more", /outside the root/],
    [call("<value><!-- x</value>"), /comment is not closed/],
    [call("<value a='1'/>"), /no element can be read/],
    [call("<value><nil/></value>"), /<nil> is no type/],
    [call("<value><int>1.5</int></value>"), /is no int/],
    [call("<value><int>2147483648</int></value>"), /is no int/],
    [call("<value><int></int></value>"), /is no int/],
    [call("<value><boolean>true</boolean></value>"), /is no boolean/],
    [call("<value><double>nan</double></value>"), /is no double/],
    [call("<value><double>1e999</double></value>"), /is no double/],
    [call("<value><base64>&lt;</base64></value>"), /is no base64/],
    [
      call("<value><dateTime.iso8601>20261321T00:00:00</dateTime.iso8601></value>"),
      /is no dateTime/,
    ],
    [call("<value><int>1</int><int>2</int></value>"), /exactly one element/],
    [call("<value>text<int>2</int></value>"), /there is text in <value>/],
    [call("<int>2</int>"), /expected value, found <int>/],
    [call("<value><struct><member><value/></member></struct></value>"), /a member with/],
    ["<methodResponse/>", /expected methodCall/],
    ["<methodCall><params/></methodCall>", /no methodName/],
    ["<methodCall><methodName> </methodName></methodCall>", /methodName is empty/],
    [call(nested(40)), /nested deeper than 32/],
    [call(nested(100_000)), /nested deeper than 32/],
  ];
  for (const [xml, wanted] of cases) assertRefused(bytes(xml), wanted, xml.slice(0, 200));
  assertRefused(new Uint8Array([0x3c, 0x61, 0xff, 0xfe, 0x3e]), /not UTF-8/, "bytes");
});

function assertRefused(message: Uint8Array, wanted: RegExp, what: string): void {
  try {
    decodeCall(message);
  } catch (error) {
    assertTrue(error instanceof XmlRpcSyntaxError, `${what}: ${error}`);
    assertTrue(wanted.test(error.message), `${what}: ${error.message}`);
    return;
  }
  throw new Error(`taken: ${what}`);
}

Deno.test("decodeCall() takes values nested 30 deep", () => {
  assertEquals(decodeCall(bytes(call(nested(30)))).params.length, 1);
});

Deno.test("decodeCall() throws nothing but XmlRpcSyntaxError, whatever a message is cut or changed to", () => {
  const good = encodeCall({ method: "a.b", params: [new Map([["x", [1, "ä&", true]]])] });
  const change = fc.tuple(fc.nat(good.length), fc.nat(8), fc.string({ unit: "binary" }));
  fc.assert(
    fc.property(change, ([at, length, insert]) => {
      try {
        decodeCall(bytes(good.slice(0, at) + insert + good.slice(at + length)));
      } catch (error) {
        assertTrue(error instanceof XmlRpcSyntaxError, String(error));
      }
    }),
    { numRuns: 500 },
  );
});
