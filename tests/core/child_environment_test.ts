// What a child finds in its environment, and which of several values wins.
import { childEnvironment } from "../../src/core/child_environment.ts";
import type { ProcessPlan } from "../../src/manifest/plan.ts";
import { assertEquals } from "../support/assert.ts";
import { processPlan } from "../support/plans.ts";

const USER = { name: "www", uid: 33, gid: 33, groups: [33], home: "/srv/www", shell: "/bin/sh" };

function environmentOf(own: Partial<ProcessPlan>, serverUrl: string | null = null) {
  return childEnvironment(processPlan("web", own), {
    inherited: { PATH: "/bin", HOME: "/root", LC_ALL: "C", LC_TIME: "C", SECRET: "s" },
    serverUrl,
    marks: { RUNNER_MARK: "m" },
  });
}

Deno.test("childEnvironment() is ours, then SUPERVISOR_*, then the manifest's", () => {
  assertEquals(environmentOf({ environment: { SECRET: "t", SUPERVISOR_ENABLED: "0" } }), {
    PATH: "/bin",
    HOME: "/root",
    LC_ALL: "C",
    LC_TIME: "C",
    SECRET: "t",
    SUPERVISOR_ENABLED: "0",
    SUPERVISOR_PROCESS_NAME: "web",
    SUPERVISOR_GROUP_NAME: "web",
    RUNNER_MARK: "m",
  });
});

Deno.test("childEnvironment() follows user= unless the manifest says otherwise", () => {
  const env = environmentOf({ user: USER, environment: { HOME: "/tmp" } });
  assertEquals([env["HOME"], env["USER"], env["LOGNAME"]], ["/tmp", "www", "www"]);
});

Deno.test("childEnvironment() lets through only what inherit_env names", () => {
  const env = environmentOf({ inheritEnv: ["PATH", "LC_*"] });
  const kept = Object.keys(env).filter((name) => !/^(SUPERVISOR|RUNNER)_/.test(name));
  assertEquals(kept, ["PATH", "LC_ALL", "LC_TIME"]);
});

Deno.test("childEnvironment() takes the globs of inherit_env literally but for *", () => {
  const env = environmentOf({ inheritEnv: ["L.*", "P?TH"] });
  assertEquals(env["PATH"], undefined);
  assertEquals(env["LC_ALL"], undefined);
});

Deno.test("childEnvironment() cannot be talked out of its mark", () => {
  assertEquals(environmentOf({ environment: { RUNNER_MARK: "x" } })["RUNNER_MARK"], "m");
});

for (
  const [serverUrl, first, wanted] of [
    ["AUTO", "unix:///run/x.sock", "unix:///run/x.sock"],
    ["AUTO", null, undefined],
    ["http://localhost:9001", "unix:///run/x.sock", "http://localhost:9001"],
    [null, "unix:///run/x.sock", undefined],
  ] as const
) {
  Deno.test(`childEnvironment() gives ${wanted} for serverurl ${serverUrl} with ${first}`, () => {
    assertEquals(environmentOf({ serverUrl }, first)["SUPERVISOR_SERVER_URL"], wanted);
  });
}

Deno.test("childEnvironment() keeps the service manager's words from children, unless they are named", () => {
  const inherited = {
    NOTIFY_SOCKET: "/n",
    WATCHDOG_USEC: "1",
    WATCHDOG_PID: "2",
    NODE_CHANNEL_FD: "3",
    PATH: "/bin",
  };
  const given = (inheritEnv: readonly string[] | null) => {
    const plan = processPlan("web", { inheritEnv });
    const env = childEnvironment(plan, { inherited, serverUrl: null, marks: {} });
    return Object.keys(env).filter((name) => !name.startsWith("SUPERVISOR_"));
  };
  assertEquals(given(null), ["PATH"]);
  assertEquals(given(["*"]), ["PATH"]);
  assertEquals(given(["NOTIFY_SOCKET"]), ["NOTIFY_SOCKET"]);
});
