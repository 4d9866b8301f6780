// The service: written into an image's root, enabled by the real systemctl, found good by systemd itself, removed again.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { BINARY, Sandbox } from "../support/runner_process.ts";
import { textOf } from "../support/wait.ts";

const MANIFEST = `
[program.web]
command = "sleep 1000"
stopwaitsecs = 7
`;

interface Answer {
  readonly code: number;
  readonly text: string;
  readonly said: string;
}

async function command(box: Sandbox, args: readonly string[], env = {}): Promise<Answer> {
  const run = box.run(args, { env });
  const { code } = await run.status;
  return { code, text: await run.stdout(), said: await run.stderr() };
}

async function output(
  words: readonly string[],
): Promise<{ readonly code: number; readonly said: string }> {
  const [program = "", ...args] = words;
  const { code, stdout, stderr } = await new Deno.Command(program, { args, stdin: "null" })
    .output();
  const decoder = new TextDecoder();
  return { code, said: decoder.decode(stdout) + decoder.decode(stderr) };
}

function exists(path: string): boolean {
  try {
    return Deno.lstatSync(path) !== null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

Deno.test("install enables a unit that systemd finds good, and uninstall removes it", async () => {
  await using box = new Sandbox();
  const root = box.path("image");
  box.write("my shop 50%.toml", MANIFEST);
  const where = ["--init", "systemd", "--root", root];
  const installed = await command(box, ["install", "my shop 50%.toml", ...where]);
  assertEquals(installed.code, 0, installed.said);
  const unit = `${root}/etc/systemd/system/runner-my-shop-50-.service`;
  assertEquals(installed.text, `Installed ${unit}\n`);
  const text = await textOf(unit);
  assertTrue(text.includes(`ExecStart=${BINARY} start`), text);
  assertTrue(text.includes("TimeoutStopSec=17"), text);
  assertEquals(await output(["systemd-analyze", "verify", unit]), { code: 0, said: "" });
  const link = `${root}/etc/systemd/system/multi-user.target.wants/runner-my-shop-50-.service`;
  assertTrue(Deno.lstatSync(link).isSymlink, "it is enabled");

  const again = await command(box, ["install", "my shop 50%.toml", ...where]);
  assertEquals(again.code, 0, again.said);
  const removed = await command(box, ["uninstall", "my shop 50%.toml", ...where]);
  assertEquals(removed.code, 0, removed.said);
  assertEquals(exists(unit) || exists(link), false);
  const gone = await command(box, ["uninstall", "my shop 50%.toml", ...where]);
  assertEquals(gone.code, 4, gone.said);
});

Deno.test("install --user --dry-run prints a unit and writes nothing", async () => {
  await using box = new Sandbox();
  box.write("runner.toml", MANIFEST);
  const env = { XDG_CONFIG_HOME: box.path("config") };
  const args = ["install", "--user", "--dry-run", "--init", "systemd"];
  const { code, text, said } = await command(box, args, env);
  assertEquals(code, 0, said);
  assertTrue(text.includes("WantedBy=default.target"), text);
  assertTrue(said.includes(`${box.path("config")}/systemd/user/runner.service`), said);
  assertTrue(said.includes("systemctl --user enable runner.service"), said);
  assertEquals([...Deno.readDirSync(box.folder)].some(({ name }) => name === "config"), false);
  box.write("runner.service", text);
  const verified = await output(["systemd-analyze", "verify", box.path("runner.service")]);
  assertEquals(verified, { code: 0, said: "" });
});

Deno.test("install writes an OpenRC script that a shell and its checker can read", async () => {
  await using box = new Sandbox();
  const manifest = box.write("it's $HOME.toml", MANIFEST);
  const args = ["install", "--dry-run", "--init", "openrc", "it's $HOME.toml"];
  const { code, text, said } = await command(box, args);
  assertEquals(code, 0, said);
  const script = box.write("script", text);
  assertEquals(await output(["shellcheck", "--severity", "warning", script]), {
    code: 0,
    said: "",
  });
  // What supervise-daemon's own script does with it.
  const read = `. '${script}'; eval "set -- $command $command_args"; printf '%s\\n' "$5"`;
  assertEquals(await output(["sh", "-c", read]), { code: 0, said: `${manifest}\n` });
});

Deno.test("install changes nothing that is not its own, and nothing with a broken manifest", async () => {
  await using box = new Sandbox();
  const where = ["--init", "systemd", "--root", box.path("image")];
  const folder = box.path("image/etc/systemd/system");
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/runner.service`, "[Service]\nExecStart=/bin/true\n");
  box.write("runner.toml", MANIFEST);
  const taken = await command(box, ["install", ...where]);
  assertEquals(taken.code, 1);
  assertTrue(taken.said.includes("not ours"), taken.said);
  const kept = await command(box, ["uninstall", ...where]);
  assertEquals(kept.code, 1, kept.said);
  box.write("runner.toml", "[program.web]\ncomand = 7\n");
  const broken = await command(box, ["install", "--name", "other", ...where]);
  assertEquals(broken.code, 2, broken.said);
  const named = await command(box, ["install", "--name", "../other", ...where]);
  assertEquals(named.code, 2, named.said);
  assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["runner.service"]);
});
