// The memory a cgroup leaves us, on folders that look like the kernel's.
import { cgroupLimit, ownMemoryGroup } from "../../src/os/memory_limit.ts";
import { assertEquals } from "../support/assert.ts";

const MOUNT = "30 23 0:26";

Deno.test("ownMemoryGroup() finds our folder of version 1", () => {
  const plain = `${MOUNT} / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory`;
  const contained = `${MOUNT} /docker/1 /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory`;
  const table: readonly [string, string, string | null][] = [
    [plain, "4:memory:/", "/sys/fs/cgroup/memory"],
    [plain, "4:memory:/a/b\n0::/", "/sys/fs/cgroup/memory/a/b"],
    [plain, "2:cpu,cpuacct:/x\n4:hugetlb,memory:/a", "/sys/fs/cgroup/memory/a"],
    [contained, "4:memory:/docker/1", "/sys/fs/cgroup/memory"],
    [contained, "4:memory:/docker/1/x", "/sys/fs/cgroup/memory/x"],
    [`${MOUNT} / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu`, "4:memory:/a", null],
    [plain, "0::/a", null],
  ];
  for (const [mounts, memberships, folder] of table) {
    assertEquals(ownMemoryGroup({ mounts, memberships }), folder, mounts);
  }
});

for (
  const { version, type, membership, file, none } of [
    { version: 2, type: "cgroup2 cgroup2 rw", membership: "0::", file: "memory.max", none: "max" },
    {
      version: 1,
      type: "cgroup cgroup rw,memory",
      membership: "4:memory:",
      file: "memory.limit_in_bytes",
      none: "9223372036854771712",
    },
  ]
) {
  Deno.test(`cgroupLimit() takes the smallest limit above us, version ${version}`, () => {
    const root = Deno.makeTempDirSync({ prefix: "runner-memory-" });
    try {
      Deno.mkdirSync(`${root}/pod/container`, { recursive: true });
      const source = {
        mounts: `${MOUNT} / ${root} rw - ${type}`,
        memberships: `${membership}/pod/container`,
      };
      assertEquals(cgroupLimit(source), null, "no file at all");
      Deno.writeTextFileSync(`${root}/pod/container/${file}`, "268435456\n");
      assertEquals(cgroupLimit(source), 268435456, "our own");
      Deno.writeTextFileSync(`${root}/pod/${file}`, "1000000\n");
      assertEquals(cgroupLimit(source), 1000000, "the pod's");
      Deno.writeTextFileSync(`${root}/pod/${file}`, `${none}\n`);
      assertEquals(cgroupLimit(source), 268435456, "the pod has none");
    } finally {
      Deno.removeSync(root, { recursive: true });
    }
  });
}
