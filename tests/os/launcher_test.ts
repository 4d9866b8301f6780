// The launcher's program on both processors, and where the system refuses to run one from memory.
import { fileURLToPath } from "node:url";
import { encodeText } from "../../src/os/byte_text.ts";
import { ARM64, X64 } from "../../src/os/launcher_code.ts";
import { launcherImage } from "../../src/os/launcher_image.ts";
import { launchSteps } from "../../src/os/launcher_steps.ts";
import { assertEquals } from "../support/assert.ts";
import { PLAIN } from "../support/test_host.ts";

const isRoot = Deno.uid() === 0;
/** Stays open until the program is there. */
const STDERR = 2;

function hasCommand(name: string): boolean {
  return ["/usr/bin", "/bin", "/usr/local/bin"].some((folder) => {
    try {
      return Deno.statSync(`${folder}/${name}`).isFile;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  });
}

const MACHINES = [
  { arch: "x86_64", code: X64, command: [], isHere: Deno.build.arch === "x86_64" },
  {
    arch: "aarch64",
    code: ARM64,
    command: Deno.build.arch === "aarch64" ? [] : ["qemu-aarch64-static"],
    isHere: Deno.build.arch === "aarch64" || hasCommand("qemu-aarch64-static"),
  },
] as const;

for (const { arch, code, command, isHere } of MACHINES) {
  /** Runs an image; a failing step is told on its stderr. */
  const run = async (request: Partial<typeof PLAIN>, kept = 3) => {
    const own = { uid: Deno.uid() ?? 0, gid: Deno.gid() ?? 0 };
    const { build } = launchSteps({ ...PLAIN, ...request }, { arch, own, kept });
    const image = launcherImage(build([], STDERR), { code, statusFd: STDERR });
    const file = Deno.makeTempFileSync();
    Deno.writeFileSync(file, image);
    Deno.chmodSync(file, 0o755);
    const opened = 'exec 3</dev/null 4</dev/null; exec "$@"';
    const args = ["-c", opened, "sh", ...command, file];
    const output = await new Deno.Command("/bin/sh", { args, stdin: "null" }).output();
    Deno.removeSync(file);
    return output;
  };

  Deno.test({
    name: `launcherImage() becomes its program on ${arch}`,
    ignore: !isHere,
    fn: async () => {
      const { code: status, stdout } = await run({
        path: "/bin/sh",
        argv: [
          "sh",
          "-c",
          `pwd; umask; nice; ulimit -Sn; ulimit -Hn; echo "$0 $1 $A"; exit 7`,
          "名",
          "two words",
        ],
        env: { A: "b c" },
        directory: "/usr",
        umask: 0o27,
        nice: 3,
        rlimits: [{ resource: "nofile", soft: 100, hard: 200 }],
      });
      const said = new TextDecoder().decode(stdout);
      assertEquals([status, said], [7, "/usr\n0027\n3\n100\n200\n名 two words b c\n"]);
    },
  });

  Deno.test({
    name: `launcherImage() leaves its program the first descriptors and no others on ${arch}`,
    ignore: !isHere,
    fn: async () => {
      const look = "for fd in 0 1 3 4; do [ ! -e /proc/self/fd/$fd ] || echo $fd; done";
      for (const [kept, expected] of [[3, "0\n1\n"], [4, "0\n1\n3\n"]] as const) {
        const { stdout } = await run({ path: "/bin/sh", argv: ["sh", "-c", look] }, kept);
        assertEquals(new TextDecoder().decode(stdout), expected);
      }
    },
  });

  Deno.test({
    name: `launcherImage() tells the step that failed on ${arch}`,
    ignore: !isHere,
    fn: async () => {
      const steps: readonly [Partial<typeof PLAIN>, number, number][] = [
        [{ path: "/nope" }, 2, 2],
        [{ directory: "/nope" }, 2, 2],
        [{ directory: "/usr", umask: 0o22, path: "/etc/passwd" }, 4, 13],
        [{ nice: 1, directory: "/etc/passwd" }, 3, 20],
      ];
      for (const [request, step, errno] of steps) {
        const { code: status, stderr } = await run(request);
        const view = new DataView(stderr.buffer, stderr.byteOffset);
        const record = [view.getUint32(4, true), Number(view.getBigUint64(8, true))];
        assertEquals([status, stderr.length, ...record], [127, 16, errno, step]);
      }
    },
  });
}

Deno.test("launcherImage() goes on after a step that may fail", () => {
  const steps = [{ call: 1, args: [-1, "x", encodeText("y"), ["a", "b"], 5], fault: null }];
  const image = launcherImage(steps, { code: ARM64, statusFd: 3 });
  const view = new DataView(image.buffer);
  const table = 176 + ARM64.bytes.length;
  const words = Array.from({ length: 8 }, (_, index) => view.getBigInt64(table + index * 8, true));
  const at = (index: number) => Number(words[index]) - 0x400000;
  assertEquals([words[0], words[1], words[5], words[7]], [1n, -1n, 5n, 1n]);
  assertEquals([image[at(2)], image[at(2) + 1], image[at(3)]], [0x78, 0, 0x79]);
  const second = Number(view.getBigUint64(at(4) + 8, true)) - 0x400000;
  assertEquals([image[second], view.getBigUint64(at(4) + 16, true)], [0x62, 0n]);
});

Deno.test({
  name: "launch() uses a file where programs in memory are forbidden",
  ignore: !isRoot || !hasSysctl(),
  fn: async () => {
    const script = `echo 2 > /proc/sys/vm/memfd_noexec && exec "$@"`;
    const program = fileURLToPath(new URL("../fixtures/os/start_one.ts", import.meta.url));
    const words = [Deno.execPath(), "run", "--no-check", "-A", program];
    const output = await new Deno.Command("unshare", {
      args: ["--pid", "--fork", "--mount-proc", "sh", "-c", script, "sh", ...words],
    }).output();
    assertEquals(
      new TextDecoder().decode(output.stdout),
      "hello\ncode 0\nlauncher folders left: 0\n",
    );
  },
});

function hasSysctl(): boolean {
  try {
    return Deno.statSync("/proc/sys/vm/memfd_noexec").isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
