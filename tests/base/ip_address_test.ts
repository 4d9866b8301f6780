// Addresses as text and as numbers.
import { isLoopback, parseAddress, showAddress, splitHostPort } from "../../src/base/ip_address.ts";
import { assertEquals } from "../support/assert.ts";

const ADDRESSES: readonly (readonly [string, string | null])[] = [
  ["127.0.0.1", "127.0.0.1"],
  ["255.255.255.255", "255.255.255.255"],
  ["256.0.0.1", null],
  ["1.2.3", null],
  ["1.2.3.4.5", null],
  ["1.2.3.x", null],
  ["", null],
  ["::", "::"],
  ["::1", "::1"],
  ["[::1]", "::1"],
  ["2001:DB8::A", "2001:db8::a"],
  ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"],
  ["::ffff:10.0.0.1", "10.0.0.1"],
  ["fe80::1%eth0", null],
  ["1::2::3", null],
  [":::", null],
  ["::1]@evil/", null],
  ["localhost", null],
];

Deno.test("parseAddress() and showAddress() agree", () => {
  for (const [text, shown] of ADDRESSES) {
    const numbers = parseAddress(text);
    assertEquals(numbers === null ? null : showAddress(Uint8Array.from(numbers)), shown, text);
  }
});

Deno.test("isLoopback() knows what leads only to this machine", () => {
  for (
    const host of ["localhost", "LocalHost", "127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"]
  ) {
    assertEquals(isLoopback(host), true, host);
  }
  for (
    const host of ["*", "0.0.0.0", "::", "10.0.0.1", "box", "localhost.example", "::2", "128.0.0.1"]
  ) {
    assertEquals(isLoopback(host), false, host);
  }
});

Deno.test("splitHostPort() keeps IPv6 addresses whole", () => {
  const split = (text: string) => Object.values(splitHostPort(text)).join(" ");
  assertEquals(split("box:9001"), "box 9001");
  assertEquals(split("box"), "box ");
  assertEquals(split("[::1]:9001"), "::1 9001");
  assertEquals(split("[::1]"), "::1 ");
  assertEquals(split(":9001"), " 9001");
});
