// Environments of a manifest on the compiled binary: chosen at the start, and kept by whatever reads it again.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { CHILDREN, Sandbox } from "../support/runner_process.ts";
import { until } from "../support/wait.ts";

const MANIFEST = `
[defaults]
startsecs = 0
environment = { MODE = "development" }
[template.worker]
command = "${CHILDREN}/forever.sh"
[program.web]
extends = "worker"
[overlay.production.program.web]
environment = { MODE = "production", TOKEN = "hush" }
`;

async function variables(box: Sandbox, name: string): Promise<string> {
  return (await box.ask(["env", name])).out;
}

Deno.test("start -e lays the overlay over the manifest, and update, SIGHUP and restart --self keep it", async () => {
  await using box = new Sandbox();
  const first = box.start(MANIFEST, { args: ["-e", "production"] });
  await first.spawnOf("web");
  await until("it answers", async () => (await box.ask(["pid"])).code === 0);
  assertTrue((await variables(box, "web")).includes("MODE=production"), await first.stderr());
  const status = JSON.parse((await box.ask(["status", "--json"])).out);
  assertEquals(status.runner.environment, "production");

  box.write("runner.production.toml", '[program.more]\nextends = "worker"\n');
  const dry = await box.ask(["update", "--dry-run"]);
  assertTrue(/more/.test(dry.out) && !/web/.test(dry.out), dry.out);
  const refused = await box.ask(["update", "-e", "staging"]);
  assertEquals(refused.code, 2);
  assertTrue(
    refused.err.startsWith(
      'runner: Cannot update with the overlay "staging": the runner has started with the overlay "production"',
    ),
    refused.err,
  );
  first.signal("SIGHUP");
  await first.spawnOf("more");
  assertTrue((await variables(box, "more")).includes("MODE=development"), "it has what it extends");

  const second = await box.ask(["start", "runner.toml"]);
  assertEquals(second.code, 3, second.err);
  assertTrue(second.err.includes("is running it already"), second.err);

  const again = await box.ask(["restart", "--self"]);
  assertEquals(again.code, 0, again.err);
  assertTrue((await variables(box, "web")).includes("MODE=production"), "kept");
  assertEquals(await first.stop(), 0);
});

Deno.test("start -d takes the overlay along, and RUNNER_ENV chooses where no option does", async () => {
  await using box = new Sandbox();
  box.write("runner.toml", MANIFEST);
  for (
    const [args, env] of [
      [["-e", "production"], {}],
      [[], { RUNNER_ENV: "production" }],
    ] as const
  ) {
    const started = await box.ask(["start", "runner.toml", "-d", ...args], { env });
    assertEquals(started.code, 0, started.err);
    assertTrue((await variables(box, "web")).includes("MODE=production"), args.join(" "));
    const ended = await box.ask(["shutdown"]);
    assertEquals(ended.code, 0, ended.err);
  }
});

Deno.test("an overlay that nobody knows: status 2, a suggestion, nothing started", async () => {
  await using box = new Sandbox();
  const started = box.start(MANIFEST, { args: ["--environment", "prodution"] });
  assertEquals((await started.status).code, 2);
  assertEquals(
    (await started.stderr()).split("\n")[0],
    'runner.toml: There is no overlay "prodution", and --environment prodution asks for it ' +
      '(did you mean "production"?): there are production',
  );
  const two = await box.ask(["check", "runner.toml", "-e", "a", "--env", "b"]);
  assertEquals([two.code, two.err.split("\n")[0]], [
    2,
    'runner: Cannot use two environments: "a" and "b"',
  ]);
});

Deno.test("check -e --json says where each value was written", async () => {
  await using box = new Sandbox();
  box.write("runner.toml", MANIFEST);
  box.write("runner.ci.toml", "[program.web]\npriority = 3\n");
  const checked = await box.ask(["check", "-e", "production", "--json"]);
  assertEquals(checked.code, 0, checked.err);
  const { environment, sources } = JSON.parse(checked.out);
  assertEquals(environment, "production");
  assertEquals(sources, {
    "program:web": {
      startsecs: "runner.toml:3 [defaults]",
      "environment.MODE": "runner.toml:10",
      "environment.TOKEN": "runner.toml:10",
      command: "runner.toml:6 [template:worker]",
    },
  });
  assertTrue(!checked.out.includes("hush"), "values of the environment stay secret");
  const file = JSON.parse((await box.ask(["check", "-e", "ci", "--json"])).out);
  assertEquals(file.sources["program:web"].priority, "runner.ci.toml:2");
  const offered = await box.ask(["__complete", "--", "check", "-e", ""]);
  assertEquals(offered.out, "production\toverlay\nci\toverlay\n");
});

Deno.test("install keeps the overlay that it was checked with", async () => {
  await using box = new Sandbox();
  box.write("runner.toml", MANIFEST);
  const words = ["install", "--dry-run", "--init", "systemd", "--root", box.path("image")];
  const line = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const { out } = await box.ask([...words, ...args], { env });
    return out.match(/ start --nodaemon (.*)--configuration/)?.[1];
  };
  assertEquals(await line([]), "");
  assertEquals(await line(["-e", "production"]), "--environment production ");
  assertEquals(await line([], { RUNNER_ENV: "production" }), "--environment production ");
  const unknown = await box.ask([...words, "-e", "x"]);
  assertEquals([unknown.code, unknown.out], [2, ""]);
  box.write("runner.toml", '[program.a]\ncommand = "/bin/true"\n');
  assertEquals(await line([], { RUNNER_ENV: "production" }), "");
});
