// When a program counts as up, and what it must do to be left alone: values, combinations, refusals.
import type { ProcessPlan } from "../../src/manifest/plan.ts";
import type { ReadyWhen } from "../../src/manifest/plan_work.ts";
import { diffPlans } from "../../src/manifest/plan_diff.ts";
import { planAsText } from "../../src/manifest/plan_view.ts";
import { probeWord, readyWord } from "../../src/manifest/ready_words.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { planOf, processPlan } from "../support/plans.ts";
import { complaintsOf, planOfText } from "./fake_machine.ts";

async function programs(lines: string): Promise<readonly ProcessPlan[]> {
  const plan = await planOfText(`[program:p]\ncommand=/bin/cat\n${lines}\n`);
  return plan.groups[0]?.processes ?? [];
}

async function program(lines: string): Promise<ProcessPlan> {
  const [process] = await programs(lines);
  assertTrue(process !== undefined, lines);
  return process;
}

const LOOK = { interval: 200 } as const;
const WHEN: readonly (readonly [string, ReadyWhen])[] = [
  ["log:listening on [0-9]+", { kind: "log", pattern: "listening on [0-9]+" }],
  ["notify", { kind: "notify" }],
  ["message", { kind: "message" }],
  ["delay:5s", { kind: "delay", wait: 5_000 }],
  ["tcp:6379", { kind: "probe", probe: { kind: "tcp", host: "localhost", port: 6379 }, ...LOOK }],
  ["tcp:db.lan:1", { kind: "probe", probe: { kind: "tcp", host: "db.lan", port: 1 }, ...LOOK }],
  ["tcp:[::1]:80", { kind: "probe", probe: { kind: "tcp", host: "::1", port: 80 }, ...LOOK }],
  ["unix:/run/a b.sock", {
    kind: "probe",
    probe: { kind: "unix", path: "/run/a b.sock" },
    ...LOOK,
  }],
  ["http://a.lan:81/x?y", {
    kind: "probe",
    probe: { kind: "http", url: "http://a.lan:81/x?y", status: null },
    ...LOOK,
  }],
  ["https://a.lan/", {
    kind: "probe",
    probe: { kind: "http", url: "https://a.lan/", status: null },
    ...LOOK,
  }],
  ["exec:/bin/check 'a b' -q", {
    kind: "probe",
    probe: { kind: "exec", command: ["/bin/check", "a b", "-q"] },
    ...LOOK,
  }],
];

for (const [text, when] of WHEN) {
  Deno.test(`ready = ${text} is read, and written the same`, async () => {
    const { ready } = await program(`ready=${text}`);
    assertEquals(ready, { when, timeout: 90_000 });
    const word = readyWord(when).replaceAll('"', "'");
    assertEquals(word, text);
  });
}

Deno.test("ready takes short forms of this machine's URLs, and none for nothing", async () => {
  for (
    const [text, url] of [
      ["http:8080/health", "http://localhost:8080/health"],
      ["https:8443", "https://localhost:8443/"],
      ["http:http://a/#b", "http://a/"],
    ]
  ) {
    const { liveness: { health } } = await program(`health=${text}`);
    assertEquals(health === null ? null : probeWord(health.probe), url);
  }
  const nothing = await program("ready=none\nhealth=none\nwatchdog=0\nmax_silence=0");
  assertEquals([nothing.ready, Object.values(nothing.liveness)], [null, [null, null, null]]);
});

Deno.test("ready and health know the number of the process", async () => {
  const processes = await programs(
    "process_name=p%(process_num)d\nnumprocs=2\nready=tcp:808%(process_num)d\n" +
      "health=http:908%(process_num)d/",
  );
  assertEquals(processes.map(({ ready }) => ready === null ? "" : readyWord(ready.when)), [
    "tcp:8080",
    "tcp:8081",
  ]);
  const probes = processes.map(({ liveness: { health } }) =>
    health === null ? "" : probeWord(health.probe)
  );
  assertEquals(probes, ["http://localhost:9080/", "http://localhost:9081/"]);
});

Deno.test("liveness has its defaults, and takes others", async () => {
  const { liveness: { health } } = await program("health=tcp:1");
  const probe = { kind: "tcp", host: "localhost", port: 1 };
  assertEquals(health, { probe, interval: 10_000, timeout: 5_000, failures: 3, grace: 0 });
  const own = await program(
    "health=tcp:1\nhealth_interval=2s\nhealth_timeout=500ms\nhealth_failures=1\n" +
      "health_grace=1m\nwatchdog=30s\nmax_silence=10m",
  );
  assertEquals(own.liveness, {
    watchdog: 30_000,
    health: { probe, interval: 2_000, timeout: 500, failures: 1, grace: 60_000 },
    maxSilence: 600_000,
  });
});

const PORT = "use a port from 1 to 65535, or HOST:PORT";
const REFUSED: readonly (readonly [string, string])[] = [
  [
    "ready=lgo:x",
    'ready: Cannot read "lgo:x" as readiness (did you mean "log"?): use log:REGEX, notify, message, delay:TIME, ' +
    "tcp:PORT, tcp:HOST:PORT, unix:PATH, http://HOST:PORT/PATH or exec:COMMAND",
  ],
  ["ready=log:a(", 'ready: Cannot read "a(" as a regular expression: use one of JavaScript'],
  ["ready=log:", "ready: The expression is empty: use log:REGEX, such as log:listening on"],
  ["ready=tcp:0", `ready: Cannot read "0" as a port: ${PORT}`],
  ["ready=tcp:65536", `ready: Cannot read "65536" as a port: ${PORT}`],
  ["ready=tcp:a b:1", `ready: Cannot read "a b:1" as a port: ${PORT}`],
  ["ready=unix:app.sock", 'ready: Cannot read "app.sock" as a socket: use an absolute path'],
  [
    "health=http://",
    'health: Cannot read "http://" as a URL: use a URL such as http://localhost:8080/health, or http:8080/health',
  ],
  ["ready=exec:", "ready: The command is empty: use exec:COMMAND"],
  ["ready=exec:'a", `ready: Cannot read "'a" as a command: No closing quotation`],
  [
    "ready=delay:soon",
    'ready: Cannot read "soon" as a time: use a number of seconds, or a time such as 500ms, 10s, 5m, 1h30m, 2d',
  ],
  [
    "health=notify",
    'health: Cannot read "notify" as a probe: use tcp:PORT, tcp:HOST:PORT, unix:PATH, http://HOST:PORT/PATH or exec:COMMAND',
  ],
  ["ready=tcp:1\nready_interval=0", "ready_interval: 0s is too short: use 10ms or more"],
  ["watchdog=50ms", "watchdog: 50ms is too short: use 100ms or more"],
  [
    "ready=delay:2m\nready_timeout=10s",
    "ready_timeout: It would never be ready: the delay is 2m: use a longer time, or remove it",
  ],
  ["ready_timeout=10s", "ready_timeout: Ignored without ready: set ready, too"],
  ["health_grace=10s", "health_grace: Ignored without health: set health, too"],
  [
    "ready=notify\nready_interval=1s",
    "ready_interval: Ignored: nothing is looked at again and again: remove it, or let ready be a probe",
  ],
];

for (const [lines, expected] of REFUSED) {
  Deno.test(`readiness says what is wrong with ${lines.replaceAll("\n", ", ")}`, async () => {
    const found = await complaintsOf(lines);
    assertEquals(found, [expected]);
  });
}

Deno.test("a delay that is longer than the usual time has its own", async () => {
  const { ready } = await program("ready=delay:2m");
  assertEquals(ready, { when: { kind: "delay", wait: 120_000 }, timeout: 240_000 });
});

Deno.test("planAsText() tells of readiness and liveness", () => {
  const liveness = {
    watchdog: 30_000,
    health: {
      probe: { kind: "unix", path: "/run/a.sock" },
      interval: 10_000,
      timeout: 5_000,
      failures: 3,
      grace: 60_000,
    },
    maxSilence: 600_000,
  } as const;
  const ready = { when: { kind: "notify" }, timeout: 90_000 } as const;
  const text = planAsText(planOf([processPlan("web", { ready, liveness })]));
  const lines = text.split("\n").filter((line) => /^ *(ready|watchdog|health|max s)/.test(line));
  assertEquals(lines.map((line) => line.trim().replace(/ {2,}/, ": ")), [
    "ready: notify, within 1m30s",
    "watchdog: WATCHDOG=1 within 30s",
    "health: unix:/run/a.sock every 10s, each within 5s; restarted after 3 failed looks in a row, " +
    "none of the first 1m",
    "max silence: 10m",
  ]);
});

Deno.test("diffPlans() starts a program anew for what stands in its environment, and for no more", async () => {
  const cases: readonly (readonly [string, "restart" | "adjust"])[] = [
    ["watchdog=10s", "restart"],
    ["watchdog=30s\nhealth=tcp:1", "adjust"],
    ["watchdog=30s\nready=tcp:1", "adjust"],
    ["watchdog=30s\nmax_silence=1m", "adjust"],
    ["max_silence=1m", "restart"],
  ];
  const before = planOf([await program("watchdog=30s")]);
  for (const [lines, kind] of cases) {
    const diff = diffPlans(before, planOf([await program(lines)]));
    assertEquals(diff[kind], ["p:p"], lines);
  }
});
