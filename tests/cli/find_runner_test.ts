// Which of the running instances a command is about.
import assert from "node:assert/strict";
import { RunnerError } from "../../src/base/errors.ts";
import { addressOf, chooseInstance } from "../../src/cli/find_runner.ts";
import type { RunningInstance } from "../../src/os/instance_list.ts";
import { assertEquals } from "../support/assert.ts";

function instance(manifest: string): RunningInstance {
  return { pid: 7, startTime: 1, key: "k", uid: 0, manifest, socket: `/run${manifest}.sock` };
}

const A = instance("/srv/a.toml");
const B = instance("/srv/b.toml");
const NONE = { manifest: null, usual: [] };

Deno.test("chooseInstance() takes the only one that runs", () => {
  assertEquals(chooseInstance([A], NONE), A);
});

Deno.test("chooseInstance() takes the one that has the manifest, and no other", () => {
  assertEquals(chooseInstance([A, B], { manifest: B.manifest, usual: [A.manifest] }), B);
  assert.throws(
    () => chooseInstance([A], { manifest: "/srv/c.toml", usual: [] }),
    isError(3, /no runner has \/srv\/c\.toml\n.*runner start \/srv\/c\.toml -d/),
  );
});

Deno.test("chooseInstance() takes the first of the usual manifests that runs", () => {
  const usual = ["/etc/none.toml", B.manifest, A.manifest];
  assertEquals(chooseInstance([A, B], { manifest: null, usual }), B);
});

Deno.test("chooseInstance() lists several rather than guessing", () => {
  assert.throws(
    () => chooseInstance([A, B], NONE),
    isError(2, /several are running\n.*\n.*-c \/srv\/a\.toml\n.*-c \/srv\/b\.toml/),
  );
});

Deno.test("chooseInstance() says how to start one when there is none", () => {
  assert.throws(() => chooseInstance([], NONE), isError(3, /runner start MANIFEST -d/));
});

Deno.test("addressOf() refuses an instance without a socket", () => {
  assertEquals(addressOf(A).target, { kind: "unix", path: A.socket });
  assert.throws(() => addressOf({ ...A, socket: "" }), isError(3, /does not listen/));
});

function isError(exitStatus: number, message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof RunnerError);
    assert.match(`${error.message}\n${error.hint}`, message);
    return error.exitStatus === exitStatus;
  };
}
