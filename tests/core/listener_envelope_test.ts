// The header line of an event, and what its length counts.
import { envelope } from "../../src/core/listener_envelope.ts";
import { assertEquals } from "../support/assert.ts";

function written(payload: Uint8Array, lengthUnit: "bytes" | "characters"): Uint8Array {
  const event = { name: "REMOTE_COMMUNICATION", payload } as const;
  const to = { identifier: "supervisor", pool: { name: "mail", lengthUnit } };
  return envelope({ event, serial: 21, poolSerial: 10 }, to);
}

function text(payload: string, lengthUnit: "bytes" | "characters"): string {
  return new TextDecoder().decode(written(new TextEncoder().encode(payload), lengthUnit));
}

const HEAD = "ver:3.0 server:supervisor serial:21 pool:mail poolserial:10 " +
  "eventname:REMOTE_COMMUNICATION";

Deno.test("envelope() has supervisord's header", () => {
  assertEquals(text("type:x\n", "bytes"), `${HEAD} len:7\ntype:x\n`);
  assertEquals(text("", "characters"), `${HEAD} len:0\n`);
});

Deno.test("envelope() counts bytes or characters, as the listener reads", () => {
  assertEquals(text("日本😀", "bytes"), `${HEAD} len:10\n日本😀`);
  assertEquals(text("日本😀", "characters"), `${HEAD} len:3\n日本😀`);
});

Deno.test("envelope() leaves bytes as they are, and makes text for who counts characters", () => {
  const odd = Uint8Array.of(0xff, 0x41);
  assertEquals(written(odd, "bytes").slice(-2), odd);
  assertEquals(
    new TextDecoder().decode(written(odd, "characters")).split("\n"),
    [`${HEAD} len:2`, "\ufffdA"],
  );
});
