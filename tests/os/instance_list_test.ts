// Which runners a client command sees: its user's, and as root those of others, but never what somebody else claims.
import { isRunning, othersInstances, ownInstances } from "../../src/os/instance_list.ts";
import { ownIdentity } from "../../src/os/instance_key.ts";
import "../support/open_libraries.ts";
import { assertEquals } from "../support/assert.ts";

/** A user nobody has. */
const STRANGER = 4_100_234;

function record(folder: string, manifest: string, identity = ownIdentity()): void {
  Deno.writeTextFileSync(`${folder}/${manifest}.lock`, "");
  const content = { ...identity, manifest, key: manifest, socket: `${folder}/s` };
  Deno.writeTextFileSync(`${folder}/${manifest}.json`, JSON.stringify(content));
}

/** Runs a test with another environment. */
function withFolder(folder: string | null, test: () => void): void {
  const before = Deno.env.get("RUNNER_RUNTIME_DIR");
  if (folder === null) Deno.env.delete("RUNNER_RUNTIME_DIR");
  else Deno.env.set("RUNNER_RUNTIME_DIR", folder);
  try {
    test();
  } finally {
    if (before === undefined) Deno.env.delete("RUNNER_RUNTIME_DIR");
    else Deno.env.set("RUNNER_RUNTIME_DIR", before);
  }
}

Deno.test("ownInstances() gives those that run, sorted, and passes over what cannot be read", () => {
  const folder = Deno.makeTempDirSync({ prefix: "runner-list-" });
  try {
    record(folder, "b");
    record(folder, "a");
    record(folder, "ended", { ...ownIdentity(), startTime: 1 });
    record(folder, "nobody", { pid: 2 ** 22, startTime: 1 });
    Deno.writeTextFileSync(`${folder}/half.lock`, "");
    Deno.writeTextFileSync(`${folder}/half.json`, '{"pid":');
    withFolder(folder, () => {
      assertEquals(ownInstances().map(({ manifest }) => manifest), ["a", "b"]);
      assertEquals(othersInstances(), []);
    });
    withFolder(`${folder}/none`, () => assertEquals(ownInstances(), []));
    withFolder(`${folder}/a.lock`, () => assertEquals(ownInstances(), []));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("isRunning() tells a process from a later one with its number", () => {
  assertEquals(isRunning(ownIdentity()), true);
  assertEquals(isRunning({ ...ownIdentity(), startTime: 1 }), false);
});

Deno.test({
  name: "othersInstances() believes a folder only if it belongs to the user in its name",
  // Only root can give a folder away.
  ignore: Deno.uid() !== 0,
  fn() {
    const folder = `/tmp/runner-${STRANGER}`;
    Deno.mkdirSync(folder);
    try {
      record(folder, "theirs");
      const seen = () => othersInstances().filter(({ manifest }) => manifest === "theirs");
      withFolder(null, () => {
        assertEquals(seen(), []);
        Deno.chownSync(folder, STRANGER, STRANGER);
        assertEquals(seen().map(({ uid }) => uid), [STRANGER]);
        assertEquals(ownInstances().filter(({ manifest }) => manifest === "theirs"), []);
      });
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});
