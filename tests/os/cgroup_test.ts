// Groups of cgroup v2, on folders that look like the kernel's.
import { openCgroups, ownCgroup, prepareProcessGroup, removeCgroups } from "../../src/os/cgroup.ts";
import { assertEquals } from "../support/assert.ts";

const MOUNT = "30 23 0:26";
const OPTIONS = "rw,nosuid - cgroup2 cgroup2 rw";

Deno.test("ownCgroup() finds our folder", () => {
  const table: readonly [string, string, string | null][] = [
    [`${MOUNT} / /sys/fs/cgroup ${OPTIONS}`, "0::/a/b", "/sys/fs/cgroup/a/b"],
    [`${MOUNT} / /sys/fs/cgroup ${OPTIONS}`, "0::/", "/sys/fs/cgroup"],
    [
      `${MOUNT} / /sys/fs/cgroup/unified ${OPTIONS}`,
      "4:memory:/m\n0::/u",
      "/sys/fs/cgroup/unified/u",
    ],
    [`${MOUNT} /docker/1 /sys/fs/cgroup ${OPTIONS}`, "0::/docker/1", "/sys/fs/cgroup"],
    [`${MOUNT} /docker/1 /sys/fs/cgroup ${OPTIONS}`, "0::/docker/1/x", "/sys/fs/cgroup/x"],
    [`${MOUNT} / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory`, "4:memory:/", null],
    [`${MOUNT} / /sys/fs/cgroup rw - tmpfs tmpfs rw`, "0::/", null],
    ["", "0::/", null],
  ];
  for (const [mounts, memberships, folder] of table) {
    assertEquals(ownCgroup({ mounts, memberships }), folder, mounts);
  }
});

/** A folder that stands for our group. */
class FakeGroup implements Disposable {
  readonly folder = Deno.makeTempDirSync({ prefix: "runner-cgroup-" });
  readonly source = { mounts: `${MOUNT} / ${this.folder} ${OPTIONS}`, memberships: "0::/" };
  write(name: string, text: string): void {
    Deno.writeTextFileSync(`${this.folder}/${name}`, text);
  }
  read(name: string): string {
    return Deno.readTextFileSync(`${this.folder}/${name}`);
  }
  [Symbol.dispose](): void {
    Deno.removeSync(this.folder, { recursive: true });
  }
}

Deno.test("openCgroups() says why there are none", () => {
  using group = new FakeGroup();
  const none = openCgroups("x", { mounts: "", memberships: "" });
  assertEquals(none, { kind: "unavailable", why: "there is no cgroup v2 hierarchy" });
  const why = `no memory controller in ${group.folder}`;
  assertEquals(openCgroups("x", group.source), { kind: "unavailable", why });
  group.write("cgroup.controllers", "cpu io\n");
  assertEquals(openCgroups("x", group.source), { kind: "unavailable", why });
});

Deno.test("openCgroups() moves the runner out of the way where it must", () => {
  using group = new FakeGroup();
  group.write("cgroup.controllers", "cpu memory\n");
  group.write("cgroup.subtree_control", "cpu\n");
  const folder = `${group.folder}/runner-x`;
  assertEquals(openCgroups("x", group.source), { kind: "available", folder });
  assertEquals(group.read("runner-x-self/cgroup.procs"), String(Deno.pid));
  assertEquals(group.read("cgroup.subtree_control"), "+memory");
  assertEquals(group.read("runner-x/cgroup.subtree_control"), "+memory");
});

Deno.test("openCgroups() stays where the controller is given already", () => {
  using group = new FakeGroup();
  group.write("cgroup.controllers", "memory\n");
  group.write("cgroup.subtree_control", "memory\n");
  assertEquals(openCgroups("x", group.source).kind, "available");
  assertEquals(
    [...Deno.readDirSync(group.folder)].some(({ name }) => name === "runner-x-self"),
    false,
  );
});

Deno.test("openCgroups() gives up where the kernel refuses, and leaves nothing", () => {
  using group = new FakeGroup();
  group.write("cgroup.controllers", "memory\n");
  Deno.mkdirSync(`${group.folder}/cgroup.subtree_control`); // cannot be written, as with EBUSY
  const why = `cannot give the memory controller to groups in ${group.folder}: EISDIR`;
  assertEquals(openCgroups("x", group.source), { kind: "unavailable", why });
  assertEquals([...Deno.readDirSync(group.folder)].some(({ name }) => name === "runner-x"), false);
});

Deno.test("prepareProcessGroup() sets the limit, or says why it cannot", () => {
  using group = new FakeGroup();
  const ready = prepareProcessGroup(group.folder, { id: "g:a/b", limit: 1 << 20 });
  assertEquals(ready, { kind: "ready", path: `${group.folder}/g:a_b` });
  assertEquals([group.read("g:a_b/memory.max"), group.read("g:a_b/memory.oom.group")], [
    "1048576",
    "1",
  ]);
  assertEquals(prepareProcessGroup(group.folder, { id: "g:a/b", limit: 5 }).kind, "ready");
  assertEquals(prepareProcessGroup("/nope", { id: "a", limit: 5 }).kind, "failed");
});

Deno.test("removeCgroups() removes what is empty and does without what is not there", () => {
  using group = new FakeGroup();
  Deno.mkdirSync(`${group.folder}/runner-x/a`, { recursive: true });
  removeCgroups(`${group.folder}/runner-x`);
  assertEquals([...Deno.readDirSync(group.folder)], []);
  removeCgroups(`${group.folder}/runner-x`);
});
