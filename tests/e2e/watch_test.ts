// Restarts on change by the compiled binary, with real files: of programs, and of what the manifest says.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { CHILDREN, type RunnerProcess, Sandbox } from "../support/runner_process.ts";
import { until } from "../support/wait.ts";

const FOREVER = `command = "${CHILDREN}/forever.sh"\nstartsecs = 0\n`;

function times(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}

/** Waits until the program has been told of changes so often, and says what it was told. */
async function changes(runner: RunnerProcess, count: number): Promise<readonly string[]> {
  return await until(`${count} changes`, async () => {
    const found = [...(await runner.stderr()).matchAll(/watch: (\S+.*): .* to be restarted/g)];
    return found.length >= count ? found.map((match) => match[1] ?? "") : null;
  });
}

Deno.test("watch restarts a program for its files, and for nothing else", async () => {
  await using box = new Sandbox();
  Deno.mkdirSync(box.path("src/deep"), { recursive: true });
  Deno.mkdirSync(box.path("node_modules"));
  const runner = box.start(`
[program.web]
${FOREVER}
watch = ["src/**/*.{js,json}", "node_modules"]
watch_ignore = ["*.test.js"]
`);
  await runner.said("watch: web is restarted when its files change");
  box.write("src/deep/a.js", "1");
  await runner.spawnOf("web", 2);
  for (const name of ["src/a.css", "src/a.test.js", "src/a.js~", "other.js"]) box.write(name, "");
  // As editors do it: written beside, then put in place.
  box.write("src/.b.js.tmp", "2");
  Deno.renameSync(box.path("src/.b.js.tmp"), box.path("src/b.js"));
  const told = await changes(runner, 2);
  assertEquals(told.at(-1), `${Deno.realPathSync(box.folder)}/src/b.js`);
  // A folder that comes later, and a flood in it: one restart.
  Deno.mkdirSync(box.path("src/new/er"), { recursive: true });
  for (let index = 0; index < 300; index++) box.write(`src/new/er/${index}.json`, "{}");
  await changes(runner, 3);
  await runner.spawnOf("web", 4);
  assertEquals((await changes(runner, 3)).length, 3);
  assertEquals(await runner.stop(), 0);
});

Deno.test("watch starts a program again that has failed for good, once its code is mended", async () => {
  await using box = new Sandbox();
  box.write("app.sh", "exit 7\n");
  const runner = box.start(`
[program.web]
command = "/bin/sh app.sh"
directory = "${box.folder}"
startsecs = 0
startretries = 0
on_exit = { "7" = "fatal" }
watch = true
`);
  await runner.said("gave up: web entered FATAL");
  await runner.said("watch: web is restarted when its files change");
  box.write("app.sh", "exec sleep 1000\n");
  await runner.spawnOf("web", 2);
  assertEquals(await runner.stop(), 0);
});

Deno.test("watch leaves a program's own log alone", async () => {
  await using box = new Sandbox();
  const runner = box.start(`
[program.web]
command = ["/bin/sh", "-c", "echo hello; exec sleep 1000"]
directory = "${box.folder}"
startsecs = 0
stdout_logfile = "${box.folder}/web.out"
watch = ["*.out", "*.txt"]
watch_delay = "50ms"
[program.other]
${FOREVER}
stdout_logfile = "${box.folder}/other.out"
`);
  await runner.said("watch: web is restarted when its files change");
  for (const round of [2, 3]) {
    box.write("a.txt", "1");
    await runner.spawnOf("web", round);
  }
  assertTrue(!/watch: \S+\.out/.test(await runner.stderr()), await runner.stderr());
  assertEquals(await runner.stop(), 0);
});

Deno.test("watch_manifest applies edits, and tells of a broken one once", async () => {
  await using box = new Sandbox();
  const manifest = (more: string) =>
    `[runner]\nwatch_manifest = true\n[include]\nfiles = ["conf.d/*.toml"]\n[program.web]\n${FOREVER}${more}`;
  Deno.mkdirSync(box.path("conf.d"));
  box.write("web.env", "A=1\n");
  const runner = box.start(manifest(`env_file = "web.env"\n`));
  await runner.said("watch_manifest: 2 files are watched for changes");
  box.write("web.env", "A=2\n");
  await runner.said("update: restarted web:web");
  // Put in place of the old one, as careful editors do.
  box.write("fresh", manifest(`env_file = "web.env"\npriority = 5\n`));
  Deno.renameSync(box.path("fresh"), box.path("runner.toml"));
  await runner.said("update: adjusted web:web");
  // One more file that the include finds.
  box.write("conf.d/mail.toml", `[program.mail]\n${FOREVER}`);
  await runner.spawnOf("mail");
  const runs = (await runner.pidsOf("web")).length;
  const broken = manifest(`startretries = "many"\n`);
  box.write("runner.toml", broken);
  await runner.said("has problems: the running configuration stays");
  // The same once more is not read again; the next edit is.
  box.write("runner.toml", broken);
  box.write("conf.d/news.toml", `[program.news]\n${FOREVER}`);
  box.write("runner.toml", manifest(`env_file = "web.env"\npriority = 6\n`));
  await runner.spawnOf("news");
  const said = await runner.stderr();
  assertEquals(times(said, /has problems: the running/g), 1);
  assertEquals(times(said, /startretries: Cannot read/g), 1);
  assertEquals((await runner.pidsOf("web")).length, runs);
  assertEquals(await runner.stop(), 0);
});

Deno.test("start --watch applies edits of a manifest that is mounted as ConfigMaps are", async () => {
  await using box = new Sandbox();
  for (const [folder, more] of [["..1", ""], ["..2", "priority = 5\n"]]) {
    Deno.mkdirSync(box.path(folder ?? ""));
    box.write(`${folder}/runner.toml`, `[program.web]\n${FOREVER}${more}`);
  }
  Deno.symlinkSync("..1", box.path("..data"));
  Deno.symlinkSync("..data/runner.toml", box.path("runner.toml"));
  const runner = box.run(["start", "--watch", "runner.toml"]);
  await runner.said("watch_manifest: 1 file is watched for changes");
  Deno.symlinkSync("..2", box.path("..next"));
  Deno.renameSync(box.path("..next"), box.path("..data"));
  await runner.said("update: adjusted web:web");
  assertEquals(await runner.stop(), 0);
});
