// Addresses of a runner, as people write them.
import assert from "node:assert/strict";
import { RunnerError } from "../../../src/base/errors.ts";
import { parseAddress, targetText } from "../../../src/control/client/target.ts";
import { assertEquals } from "../../support/assert.ts";

const READABLE: readonly (readonly [string, string])[] = [
  ["/run/x.sock", "/run/x.sock"],
  ["x.sock", "x.sock"],
  ["unix:///run/x.sock", "/run/x.sock"],
  ["unix:/run/x.sock", "/run/x.sock"],
  ["/run/odd:9001", "/run/odd:9001"],
  ["http://localhost:9001", "http://localhost:9001"],
  ["http://localhost:9001/", "http://localhost:9001"],
  ["http://proxy/sub/path/", "http://proxy:80/sub/path"],
  ["HTTP://[::1]:9001", "http://[::1]:9001"],
  ["[::1]:9001", "http://[::1]:9001"],
  ["web-1.example:9001", "http://web-1.example:9001"],
  [":9001", "http://localhost:9001"],
];

for (const [text, shown] of READABLE) {
  Deno.test(`parseAddress() reads ${text}`, () => {
    const { target, credentials } = parseAddress(text);
    assertEquals(targetText(target), shown);
    assertEquals(credentials, null);
  });
}

Deno.test("parseAddress() takes user and password from a URL and never shows them", () => {
  const { target, credentials } = parseAddress("http://me:p%40ss:50%@host:9001");
  assertEquals(credentials, { user: "me", password: "p@ss:50%" });
  assertEquals(parseAddress("http://me:%ff@host:1").credentials?.password, "%ff");
  assertEquals(targetText(target), "http://host:9001");
});

const UNREADABLE = [
  "",
  "https://host:9001",
  "http://",
  "ftp://host",
  "http://me:secret@host:9001/?x=1",
  "http://me:secret@host:99999",
];

for (const text of UNREADABLE) {
  Deno.test(`parseAddress() refuses "${text}" without quoting a password`, () => {
    assert.throws(() => parseAddress(text), (error: unknown) => {
      assert.ok(error instanceof RunnerError);
      assertEquals(error.exitStatus, 2);
      assert.match(error.message, /^Cannot read ".*" as the address of a runner: /);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
  });
}
