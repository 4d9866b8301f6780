// Units of systemd as they lie on machines: drop-ins, several commands on a line, commands that may fail.
import { formatProblem } from "../../src/base/errors.ts";
import { loadPlan } from "../../src/manifest/load_plan.ts";
import { unitCommands } from "../../src/manifest/systemd_words.ts";
import { assertEquals } from "../support/assert.ts";
import { fakeMachine } from "./fake_machine.ts";

async function load(path: string, files: Readonly<Record<string, string>>) {
  const paths = { "/": "directory", "/root": "directory", "/bin/web": "executable" } as const;
  const { plan, problems } = await loadPlan(path, fakeMachine({ files, paths }));
  const [process] = plan?.groups.flatMap((group) => group.processes) ?? [];
  return { process, said: problems.map(formatProblem) };
}

const UNIT = "[Service]\nExecStart=/bin/cat\nEnvironment=A=1\nTimeoutStopSec=5\n";

Deno.test("drop-ins override a unit in the order of their names", async () => {
  const { process } = await load("web.service", {
    "/srv/web.service": UNIT,
    "/srv/web.service.d/20.conf": "[Service]\nEnvironment=A=3\n",
    "/srv/web.service.d/10.conf":
      "[Service]\nExecStart=\nExecStart=/bin/ls -l\nEnvironment=A=2 B=2\n",
    "/srv/web.service.d/not.txt": "[Service]\nExecStart=/bin/sh\n",
  });
  assertEquals(process?.command, ["/bin/ls", "-l"]);
  assertEquals(process?.environment, { A: "3", B: "2" });
});

Deno.test("an instance has the drop-ins of its template, too, and a packaged unit those of /etc", async () => {
  const instance = await load("web@1.service", {
    "/srv/web@1.service": UNIT,
    "/srv/web@.service.d/b.conf": "[Service]\nEnvironment=B=%i\n",
    "/srv/web@1.service.d/a.conf": "[Service]\nEnvironment=B=own C=own\n",
  });
  assertEquals(instance.process?.environment, { A: "1", B: "1", C: "own" });
  const packaged = await load("/usr/lib/systemd/system/web.service", {
    "/usr/lib/systemd/system/web.service": UNIT,
    "/usr/lib/systemd/system/web.service.d/a.conf": "[Service]\nEnvironment=A=theirs\n",
    "/etc/systemd/system/web.service.d/a.conf": "[Service]\nEnvironment=A=ours\n",
  });
  assertEquals(packaged.process?.environment, { A: "ours" });
});

Deno.test("what is wrong in a drop-in is said with its own file and line", async () => {
  const { said } = await load("web.service", {
    "/srv/web.service": `${UNIT}StandardOutput=null\n`,
    "/srv/web.service.d/a.conf": "[Service]\n\nTimeoutStopSec=soon\nnonsense\nCPUQuota=5%\n",
  });
  assertEquals(said, [
    'web.service.d/a.conf:3: [program:web] TimeoutStopSec: Cannot read "soon" as a time',
    "web.service.d/a.conf:4: Cannot read as KEY=VALUE: write [Service] and KEY=VALUE below it",
    "web.service.d/a.conf:5: warning: [program:web] CPUQuota: Ignored: processor time is not shared out",
  ]);
});

Deno.test("commands of a line are run one after the other, and those with a - may fail", async () => {
  const several = await load("web.service", {
    "/srv/web.service":
      "[Service]\nType=oneshot\nExecStart=-/bin/ls ';' ; /bin/cat \\; ; \nTimeoutStopSec=5\n",
  });
  const line = "{ /bin/ls ';' || :; } && /bin/cat ';'";
  assertEquals(several.process?.command, ["/bin/sh", "-c", line]);
  const one = await load("web.service", {
    "/srv/web.service": "[Service]\nExecStart=-/bin/cat\nTimeoutStopSec=5\nStandardOutput=null\n",
  });
  assertEquals(one.process?.command, ["/bin/cat"]);
  assertEquals(one.said, [
    "web.service:2: warning: [program:web] ExecStart: A failure of it counts as one here, and as a success in systemd: say in exitcodes which do not",
  ]);
});

Deno.test("unitCommands() splits at semicolons that are words of their own", () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["a b", ["a b"]],
    ["a ; b", ["a", "b"]],
    ["a;b ;c", ["a;b ;c"]],
    ["a ';' b ; c", ["a ';' b", "c"]],
    [`a "x ; y" \\; z`, [`a "x ; y" \\; z`]],
    ["a ;", ["a"]],
    ["", []],
  ];
  for (const [text, commands] of cases) assertEquals(unitCommands(text), commands, text);
});
