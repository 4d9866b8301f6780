// The service: written into an image's root, enabled by the real systemctl, found good by systemd itself, removed again.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { BINARY, Sandbox } from "../support/runner_process.ts";
import { runWords } from "../support/run_words.ts";
import { textOf } from "../support/wait.ts";

const MANIFEST = `
[program.web]
command = "sleep 1000"
stopwaitsecs = 7
`;

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
  const installed = await box.ask(["install", "my shop 50%.toml", ...where]);
  assertEquals(installed.code, 0, installed.err);
  const unit = `${root}/etc/systemd/system/runner-my-shop-50-.service`;
  assertEquals(installed.out, `Installed ${unit}\n`);
  const text = await textOf(unit);
  const program = Deno.realPathSync(BINARY);
  assertTrue(/^ExecStart="?([^"]*?)"? start /m.exec(text)?.[1] === program, text);
  assertTrue(text.includes("TimeoutStopSec=17"), text);
  assertEquals(await runWords(["systemd-analyze", "verify", unit]), { code: 0, out: "", err: "" });
  const link = `${root}/etc/systemd/system/multi-user.target.wants/runner-my-shop-50-.service`;
  assertTrue(Deno.lstatSync(link).isSymlink, "it is enabled");

  const again = await box.ask(["install", "my shop 50%.toml", ...where]);
  assertEquals(again.code, 0, again.err);
  const removed = await box.ask(["uninstall", "my shop 50%.toml", ...where]);
  assertEquals(removed.code, 0, removed.err);
  assertEquals(exists(unit) || exists(link), false);
  const gone = await box.ask(["uninstall", "my shop 50%.toml", ...where]);
  assertEquals(gone.code, 4, gone.err);
});

Deno.test("install --user --dry-run prints a unit and writes nothing", async () => {
  await using box = new Sandbox();
  box.write("runner.toml", MANIFEST);
  const env = { XDG_CONFIG_HOME: box.path("config") };
  const args = ["install", "--user", "--dry-run", "--init", "systemd"];
  const { code, out, err } = await box.ask(args, { env });
  assertEquals(code, 0, err);
  assertTrue(out.includes("WantedBy=default.target"), out);
  assertTrue(err.includes(`${box.path("config")}/systemd/user/runner.service`), err);
  assertTrue(err.includes("systemctl --user enable runner.service"), err);
  assertEquals([...Deno.readDirSync(box.folder)].some(({ name }) => name === "config"), false);
  box.write("runner.service", out);
  const verified = await runWords(["systemd-analyze", "verify", box.path("runner.service")]);
  assertEquals(verified, { code: 0, out: "", err: "" });
});

Deno.test("install writes an OpenRC script that a shell and its checker can read", async () => {
  await using box = new Sandbox();
  const manifest = box.write("it's $HOME.toml", MANIFEST);
  const args = ["install", "--dry-run", "--init", "openrc", "it's $HOME.toml"];
  const { code, out, err } = await box.ask(args);
  assertEquals(code, 0, err);
  const script = box.write("script", out);
  assertEquals(await runWords(["shellcheck", "--severity", "warning", script]), {
    code: 0,
    out: "",
    err: "",
  });
  // What supervise-daemon's own script does with it.
  const read = `. '${script}'; eval "set -- $command $command_args"; printf '%s\\n' "$5"`;
  assertEquals(await runWords(["sh", "-c", read]), { code: 0, out: `${manifest}\n`, err: "" });
});

Deno.test("install changes nothing that is not its own, and nothing with a broken manifest", async () => {
  await using box = new Sandbox();
  const where = ["--init", "systemd", "--root", box.path("image")];
  const folder = box.path("image/etc/systemd/system");
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/runner.service`, "[Service]\nExecStart=/bin/true\n");
  box.write("runner.toml", MANIFEST);
  const taken = await box.ask(["install", ...where]);
  assertEquals(taken.code, 1);
  assertTrue(taken.err.includes("not ours"), taken.err);
  const kept = await box.ask(["uninstall", ...where]);
  assertEquals(kept.code, 1, kept.err);
  box.write("runner.toml", "[program.web]\ncomand = 7\n");
  const broken = await box.ask(["install", "--name", "other", ...where]);
  assertEquals(broken.code, 2, broken.err);
  const named = await box.ask(["install", "--name", "../other", ...where]);
  assertEquals(named.code, 2, named.err);
  assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["runner.service"]);
});

Deno.test("install leaves nothing behind that could not be enabled", async () => {
  await using box = new Sandbox();
  box.write("runner.toml", MANIFEST);
  const args = ["install", "--init", "openrc", "--root", box.path("image")];
  const { code, err } = await box.ask(args);
  assertEquals(code, 1, err);
  assertTrue(err.includes("rc-update add runner default"), err);
  assertEquals(exists(box.path("image/etc/init.d/runner")), false);
});
