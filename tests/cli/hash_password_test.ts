// `runner hash-password`: from a pipe, and from a terminal that shows nothing of it.
import { fileURLToPath } from "node:url";
import { isPassword } from "../../src/control/http/password.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const COMMAND = [Deno.execPath(), "run", "-A", MAIN, "hash-password"];

async function piped(input: string, args: readonly string[] = []) {
  const [program = "", ...words] = COMMAND;
  const child = new Deno.Command(program, {
    args: [...words, ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("a password from a pipe becomes a hash for the manifest", async () => {
  const { code, stdout, stderr } = await piped("hush hüsh\r\nand more\n");
  assertEquals([code, stderr], [0, ""]);
  assertEquals(await isPassword("hush hüsh", stdout.trimEnd()), true);
});

Deno.test("no password, and one for everybody to see, are refused", async () => {
  const empty = await piped("\n");
  assertEquals([empty.code, empty.stdout], [2, ""]);
  assertTrue(empty.stderr.includes("the password is empty"), empty.stderr);
  const seen = await piped("", ["hush"]);
  assertEquals([seen.code, seen.stdout], [2, ""]);
  assertTrue(seen.stderr.includes("others could see it"), seen.stderr);
});

/** Types keys at a terminal each time it is asked; prints what the terminal showed. */
const TYPIST = `
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
shown = b""
answers = [line.encode().decode("unicode_escape").encode("latin1") for line in sys.argv[1].split("|")]
while True:
    try:
        part = os.read(fd, 4096)
    except OSError:
        break
    if not part:
        break
    shown += part
    if answers and part.endswith((b"Password: ", b"Once more: ")):
        # The echo is switched off right after the question.
        import termios, time
        while termios.tcgetattr(fd)[3] & termios.ECHO:
            time.sleep(0.001)
        os.write(fd, answers.pop(0))
_, status = os.waitpid(pid, 0)
print(os.waitstatus_to_exitcode(status))
sys.stdout.write(shown.decode())
`;

async function typed(keys: string): Promise<readonly [number, string]> {
  const { stdout } = await new Deno.Command("python3", {
    args: ["-c", TYPIST, keys, ...COMMAND],
    env: { NO_COLOR: "1" },
  }).output();
  const [code = "", ...shown] = new TextDecoder().decode(stdout).split(/\r?\n/);
  return [Number(code), shown.join("\n")];
}

Deno.test("at a terminal it asks twice and shows nothing; keys that correct work", async () => {
  const [code, shown] = await typed("wrong\\x15hux\\x7fsh\\r|hush\\r");
  const [, hash = ""] = /^Password: \nOnce more: \n(\{SCRYPT\}\S+)\n$/.exec(shown) ?? [];
  assertEquals([code, await isPassword("hush", hash)], [0, true], shown);
});

Deno.test("at a terminal two passwords that differ, and Ctrl-C, give no hash", async () => {
  const [code, shown] = await typed("hush\\r|husch\\r");
  assertEquals([code, shown.includes("the two were not the same")], [2, true], shown);
  const [stopped, said] = await typed("hus\\x03");
  assertEquals(
    [stopped, said.includes("interrupted"), said.includes("hus")],
    [1, true, false],
    said,
  );
});
