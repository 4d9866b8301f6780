// What the files of a service say for a plan, and that strange names and paths survive the quoting.
import { openrcScript } from "../../src/core/openrc_script.ts";
import { nameFault, serviceName, serviceSpec } from "../../src/core/service_spec.ts";
import { systemdUnit } from "../../src/core/systemd_unit.ts";
import type { RunnerPlan } from "../../src/manifest/plan.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { planOf, processPlan } from "../support/plans.ts";

const WWW = { name: "www", uid: 33, gid: 33, groups: [33], home: "/srv", shell: "/bin/sh" };
const OWN: Parameters<typeof serviceSpec>[1] = {
  name: "runner-shop",
  binary: "/usr/bin/runner",
  manifest: "/etc/shop.toml",
  environment: null,
  directory: "/etc",
  isUserService: false,
};

function specOf(own: Partial<typeof OWN> = {}, runner: Partial<RunnerPlan> = {}) {
  return serviceSpec(planOf([processPlan("web")], runner), { ...OWN, ...own }, 12_300);
}

function hasLine(text: string, line: string): boolean {
  return text.split("\n").includes(line);
}

function assertLines(text: string, wanted: readonly string[]): void {
  for (const line of wanted) assertTrue(hasLine(text, line), `${line}\nis not in\n${text}`);
}

Deno.test("systemdUnit() takes times, limits and user from the plan", () => {
  assertLines(systemdUnit(specOf({}, { user: WWW, minfds: 700_000 })), [
    "Type=notify",
    "ExecStart=/usr/bin/runner start --nodaemon --configuration /etc/shop.toml",
    "ExecReload=/bin/kill -HUP $MAINPID",
    "KillMode=mixed",
    "WatchdogSec=60",
    "TimeoutStartSec=103",
    "TimeoutStopSec=23",
    "User=www",
    "LimitNOFILE=700000:700000",
    "RuntimeDirectory=runner-33",
    "Environment=RUNNER_RUNTIME_DIR=%t/runner-33",
    "StateDirectory=runner-33",
    "WantedBy=multi-user.target",
  ]);
});

Deno.test("systemdUnit() of a user asks for nothing that only root can give", () => {
  const text = systemdUnit(specOf({ isUserService: true }, { user: WWW }));
  assertLines(text, ["WantedBy=default.target"]);
  for (const key of ["User=", "LimitNOFILE=", "LimitNPROC=", "After=", "StateDirectory="]) {
    assertEquals(text.includes(`\n${key}`), false, key);
  }
});

Deno.test("systemdUnit() delegates its cgroup only where programs have limits of their own", () => {
  const web = processPlan("web");
  const limited = { ...web, memory: { ...web.memory, hardLimit: 1024 } };
  const unit = (process: typeof web) => systemdUnit(serviceSpec(planOf([process]), OWN, 0));
  assertEquals([unit(web), unit(limited)].map((text) => hasLine(text, "Delegate=yes")), [
    false,
    true,
  ]);
});

const WORDS: readonly (readonly [string, string])[] = [
  ["/a b.toml", `"/a b.toml"`],
  ["/50%.toml", "/50%%.toml"],
  ["/$x.toml", `"/$$x.toml"`],
  [`/a"b\\c.toml`, `"/a\\"b\\\\c.toml"`],
  ["/ä;#.toml", `"/ä;#.toml"`],
  ["/a\nExecStartPre=b", `"/a\\nExecStartPre=b"`],
];

for (const [manifest, wanted] of WORDS) {
  Deno.test(`systemdUnit() quotes ${JSON.stringify(manifest)}`, () => {
    const text = systemdUnit(specOf({ manifest }));
    const line = `ExecStart=/usr/bin/runner start --nodaemon --configuration ${wanted}`;
    assertLines(text, [line]);
    assertEquals(text.match(/^Exec/gm)?.length, 2, text);
  });
}

Deno.test("openrcScript() takes times, limits and user from the plan", () => {
  assertLines(openrcScript(specOf({}, { user: WWW, minfds: 2048 })), [
    "command_user='www'",
    `retry="TERM/23/KILL/5"`,
    `rc_ulimit="\${rc_ulimit:--n 2048}"`,
    "export RUNNER_RUNTIME_DIR='/run/runner-33'",
    `\tcheckpath --directory --mode 0700 --owner 'www' "$RUNNER_RUNTIME_DIR"`,
    "export RUNNER_STATE_DIR='/var/lib/runner-33'",
    `\tcheckpath --directory --mode 0700 --owner 'www' "$RUNNER_STATE_DIR"`,
    `command_args='start --nodaemon --configuration '\\''/etc/shop.toml'\\'''`,
    "command='/usr/bin/runner'",
    "directory='/etc'",
  ]);
});

Deno.test("openrcScript() keeps blanks in paths through both readings of them", () => {
  assertLines(openrcScript(specOf({ binary: "/opt/my apps/runner", directory: "/srv/$x y" })), [
    `command=''\\''/opt/my apps/runner'\\'''`,
    `directory=''\\''/srv/$x y'\\'''`,
  ]);
});

Deno.test("serviceName() follows the manifest's name, and is one that can be", () => {
  const names = [
    "/etc/runner/runner.toml",
    "/etc/supervisord.conf",
    "/etc/my shop.v2.toml",
    "/x/ä",
  ];
  assertEquals(names.map(serviceName), ["runner", "runner", "runner-my-shop-v2", "runner--"]);
  for (const name of names) assertEquals(nameFault(serviceName(name)), null);
  for (const name of ["", "../x", "a b", "-x", "a".repeat(101)]) {
    assertTrue(nameFault(name) !== null, name);
  }
});

Deno.test("a service keeps the overlay it was installed with", () => {
  const spec = specOf({ environment: "production" });
  assertLines(systemdUnit(spec), [
    "ExecStart=/usr/bin/runner start --nodaemon --environment production --configuration /etc/shop.toml",
  ]);
  const text = openrcScript(spec);
  const line = text.split("\n").find((one) => one.startsWith("command_args="));
  assertTrue(line?.includes("--environment '\\''production'\\'' --configuration") === true, text);
});
