// Reading what a manifest is made of: files, /dev/null, and nothing that never ends or waits for others.
import { textReader } from "../../src/os/read_text.ts";
import { assertEquals } from "../support/assert.ts";

class Folder implements Disposable {
  readonly path = Deno.makeTempDirSync({ prefix: "runner-text-" });
  readonly pipe = `${this.path}/pipe`;

  constructor() {
    new Deno.Command("mkfifo", { args: [this.pipe] }).outputSync();
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

Deno.test("textReader() reads files, and says of all else what it is", () => {
  using folder = new Folder();
  const file = `${folder.path}/a`;
  Deno.writeTextFileSync(file, "a");
  Deno.symlinkSync("loop", `${folder.path}/loop`);
  using _listener = Deno.listen({ transport: "unix", path: `${folder.path}/socket` });
  const large = `${folder.path}/large`;
  Deno.writeTextFileSync(large, "");
  Deno.truncateSync(large, 64 * 1024 * 1024 + 1);
  const read = textReader();
  assertEquals(
    [file, "/dev/null", `${folder.path}/none`, `${file}/b`].map(read),
    [{ kind: "text", text: "a" }, { kind: "text", text: "" }, { kind: "missing" }, {
      kind: "missing",
    }],
  );
  const faults: readonly (readonly [string, string])[] = [
    [folder.path, "EISDIR"],
    [`${folder.path}/loop`, "ELOOP"],
    [folder.pipe, "it is a pipe, not a file"],
    [`${folder.path}/socket`, "it is a socket, not a file"],
    ["/dev/zero", "it is a device, not a file"],
    [large, "it is larger than 64MB"],
  ];
  for (const [path, reason] of faults) assertEquals(read(path), { kind: "fault", reason }, path);
});

Deno.test("textReader() reads a pipe that is named once, to its end, and keeps what it said", async () => {
  using folder = new Folder();
  const read = textReader([folder.pipe, "/dev/zero"]);
  const writer = new Deno.Command("sh", {
    args: ["-c", `{ echo one; echo two; } > "${folder.pipe}"`],
  }).spawn();
  assertEquals(read(folder.pipe), { kind: "text", text: "one\ntwo\n" });
  assertEquals((await writer.status).code, 0);
  assertEquals(read(folder.pipe), { kind: "text", text: "one\ntwo\n" });
  assertEquals(read("/dev/zero"), { kind: "fault", reason: "it is larger than 64MB" });
});
