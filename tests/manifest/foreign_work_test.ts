// What other formats say about readiness, order, times and hooks, and what is said of what they say otherwise.
import { formatProblem } from "../../src/base/errors.ts";
import { importManifest } from "../../src/manifest/import_manifest.ts";
import { loadPlan } from "../../src/manifest/load_plan.ts";
import { probeWord } from "../../src/manifest/ready_words.ts";
import { assertEquals } from "../support/assert.ts";
import { fakeMachine, loadText } from "./fake_machine.ts";

async function load(name: string, text: string) {
  const files = { [`/srv/${name}`]: text };
  const paths = { "/": "directory", "/root": "directory" } as const;
  const { plan, problems } = await loadPlan(name, fakeMachine({ files, paths }));
  const processes = plan?.groups.flatMap((group) => group.processes) ?? [];
  return { processes, said: problems.map(formatProblem) };
}

/** Imports several files together; gives the plan of what comes out, and the report. */
async function imported(files: Readonly<Record<string, string>>) {
  const placed = Object.entries(files).map(([name, text]) => [`/srv/${name}`, text] as const);
  const paths = { "/": "directory", "/root": "directory" } as const;
  const machine = fakeMachine({ files: Object.fromEntries(placed), paths });
  const { text, problems } = await importManifest(Object.keys(files), machine);
  const { plan } = await loadText(text ?? "", { name: "again.toml", paths });
  const processes = plan?.groups.flatMap((group) => group.processes) ?? [];
  return { processes, said: problems.map(formatProblem) };
}

const CHECKS: readonly (readonly [unknown, string | null])[] = [
  [["CMD", "true"], "exec:true"],
  [["NONE"], null],
  [["CMD", "curl", "-f", "http://localhost/"], "http://localhost/"],
  [
    ["CMD", "curl", "--fail", "-sS", "-o", "/dev/null", "https://x.example/a"],
    "https://x.example/a",
  ],
  [["CMD", "curl", "http://localhost/"], "exec:curl http://localhost/"],
  [["CMD", "curl", "-fk", "https://localhost/"], "exec:curl -fk https://localhost/"],
  [["CMD", "curl", "-f", "-H", "A: b", "http://h/"], "exec:curl -f -H 'A: b' http://h/"],
  [
    "curl -fsS 'http://localhost:80/?a=b&c=d' >/dev/null 2>&1 || exit 1",
    "http://localhost/?a=b&c=d",
  ],
  ["wget --no-verbose --tries=1 --spider http://localhost/ || exit 1", "http://localhost/"],
  ["wget -qO- 127.0.0.1:8080/health", "http://127.0.0.1:8080/health"],
  [
    "curl -f http://a/ && curl -f http://b/",
    `exec:/bin/sh -c 'curl -f http://a/ && curl -f http://b/'`,
  ],
  ["curl -f http://localhost/ | grep ok", `exec:/bin/sh -c 'curl -f http://localhost/ | grep ok'`],
  [["CMD-SHELL", "pg_isready -U $$USER"], `exec:/bin/sh -c 'pg_isready -U $USER'`],
  [["CMD", "nc", "-z", "localhost", "6379"], "tcp:6379"],
  [["CMD", "nc", "-zU", "/run/a.sock"], "unix:/run/a.sock"],
  [["CMD", "nc", "-w", "1", "h", "1"], "exec:nc -w 1 h 1"],
];

Deno.test("a compose health check is a probe of ours where the runner can look itself", async () => {
  for (const [test, word] of CHECKS) {
    const text = JSON.stringify({ services: { a: { command: "cat", healthcheck: { test } } } });
    const { processes: [process], said } = await load("compose.json", text);
    assertEquals(said, []);
    const probe = process?.liveness.health?.probe;
    assertEquals([test, probe === undefined ? null : probeWord(probe)], [test, word]);
    const when = process?.ready?.when;
    assertEquals(when?.kind === "probe" ? probeWord(when.probe) : null, word);
  }
});

Deno.test("compose's conditions are what is waited for, and what cannot be waited for is told", async () => {
  const { processes, said } = await load(
    "compose.yaml",
    `services:
  a: { command: cat, depends_on: [b] }
  b: { command: cat, depends_on: { c: { condition: service_completed_successfully, restart: true } } }
  c: { command: cat, depends_on: { d: { condition: service_healthy } } }
  d: { command: cat, depends_on: { e: { condition: service_started, required: false } } }
  f: { command: cat, depends_on: { g: { condition: service_started } } }
`,
  );
  const waits = processes.map(({ name, type, dependsOn }) => [
    name,
    type,
    ...dependsOn.map(({ target, until, restartsWith }) =>
      `${target}:${until}${restartsWith ? " again" : ""}`
    ),
  ]);
  assertEquals(waits.toSorted(), [
    ["a", "service", "b:started"],
    ["b", "service", "c:done again"],
    ["c", "oneshot", "d:ready"],
    ["d", "service"],
    ["f", "service"],
  ]);
  assertEquals(said, [
    "compose.yaml:6: warning: [program:f] depends_on: Not waited for: g is no program here",
  ]);
  const ends = 'services:\n  a: { command: cat, restart: "no" }\n  b: { command: cat }\n';
  const { processes: [once, plain] } = await load("compose.yaml", ends);
  assertEquals([once?.type, plain?.type], ["oneshot", "service"]);
  const odd = "services:\n  a:\n    command: cat\n    depends_on:\n      b: { condition: soon }\n";
  assertEquals(
    (await load("compose.yaml", odd)).said.at(-1),
    [
      'compose.yaml:5: [program:a] depends_on: Cannot read "soon" as a condition: ',
      "use one of service_started, service_healthy, service_completed_successfully",
    ].join(""),
  );
});

Deno.test("PM2's cron_restart is a schedule for what is not started again, and restarts what is", async () => {
  const job = await load(
    "pm2.json",
    '{"script":"cat","autorestart":false,"cron_restart":"0 6 * * *"}',
  );
  assertEquals(job.said, []);
  assertEquals(job.processes[0]?.schedule?.expression, "0 6 * * *");
  const service = await load("pm2.json", '{"script":"cat","cron_restart":"0 6 * * *"}');
  assertEquals([service.said, service.processes[0]?.schedule], [[], null]);
  assertEquals(service.processes[0]?.restart.restartAt, {
    expression: "0 6 * * *",
    timeZone: null,
  });
  const off = await load("pm2.json", '{"script":"cat","cron_restart":0}');
  assertEquals([off.said, off.processes[0]?.schedule], [[], null]);
  assertEquals(off.processes[0]?.restart.restartAt, undefined);
});

Deno.test("PM2's wait_ready and shutdown_with_message are messages of Node, here too", async () => {
  const { said, processes: [app] } = await load(
    "pm2.json",
    '{"script":"cat","wait_ready":true,"listen_timeout":120000,"shutdown_with_message":true,"kill_timeout":3000}',
  );
  assertEquals(said, []);
  assertEquals(app?.ready, { when: { kind: "message" }, timeout: 120_000 });
  assertEquals([app?.stop.message, app?.stop.steps], ["shutdown", [{ signal: 2, wait: 3_000 }]]);
  const { processes: [silent] } = await load(
    "pm2.json",
    '{"script":"cat","wait_ready":false,"shutdown_with_message":false}',
  );
  assertEquals([silent?.ready, silent?.stop.message], [null, null]);
});

Deno.test("units that are imported together wait for each other as systemd has it", async () => {
  const unit = (lines: string, more = "") =>
    `[Unit]\n${lines}\n[Service]\nExecStart=/bin/cat\n${more}`;
  const { processes, said } = await imported({
    "redis.service": unit(""),
    "seed.service": unit("Before=web.service", "Type=oneshot\n"),
    "web.service": unit("Requires=redis.service\nAfter=redis.service network.target"),
    "mail.service": unit("Requires=redis.service"),
    "log.service": unit("After=redis.service\nBindsTo=redis.service\nPartOf=shop.target"),
    "old.service": unit("Wants=gone.service\nAfter=gone.service"),
    "main.service": unit(
      "After=part@.service job.service\nConditionPathExists=/%v",
      "LogsDirectory=%m\n",
    ),
    "part@.service": unit("PartOf=main.service\nBefore=main.service"),
    "job.service": unit(""),
    "job.timer": "[Timer]\nOnCalendar=daily\n",
  });
  const waits = processes.map(({ name, dependsOn }) => [
    name,
    ...dependsOn.map(({ target, until, restartsWith }) =>
      `${target}:${until}${restartsWith ? " again" : ""}`
    ),
  ]);
  assertEquals(waits.toSorted(), [
    ["job"],
    ["log", "redis:ready again"],
    ["mail", "redis:started"],
    ["main", "part@:ready"],
    ["old"],
    ["part@"],
    ["redis"],
    ["seed"],
    ["web", "redis:ready", "seed:done"],
  ]);
  assertEquals(said.filter((one) => !/Condition|Logs|template/.test(one)), [
    "old.service:2: warning: [program:old] Wants: Not kept for gone.service: import their units together with this one",
    "old.service:3: warning: [program:old] After: Not kept for gone.service: import their units together with this one",
    "main.service:2: warning: [program:main] After: Not waited for: job.service is run when it is due",
    "part@.service:2: warning: [program:part@] PartOf: Not waited for: main.service is started after it",
  ]);
});

Deno.test("a timer makes a job of the service beside it, and misses one that is not there", async () => {
  const timer = "[Timer]\nOnCalendar=Mon 08:00\nUnit=work.service\n";
  const { processes: [process], said } = await imported({ "work.timer": timer });
  assertEquals(process, undefined);
  assertEquals(said, [
    'work.timer:1: Unit: Cannot read "work.service", which it starts: there is no such file',
  ]);
  const files = {
    "/srv/a.timer": "[Timer]\nOnCalendar=hourly\n",
    "/srv/a.service": "[Service]\nExecStart=/bin/cat\n",
  };
  const paths = { "/": "directory" } as const;
  const { plan } = await loadPlan("a.timer", fakeMachine({ files, paths }));
  assertEquals(plan?.groups[0]?.processes[0]?.schedule?.expression, "0 * * * *");
});

Deno.test("a unit's commands before and after are hooks, told of the process by our variables", async () => {
  const { processes: [process], said } = await load(
    "a.service",
    `[Service]
Type=notify
WatchdogSec=0
TimeoutStartSec=infinity
Environment=X=y
ExecStartPre=-/bin/ls "a b"
ExecStart=/bin/cat
ExecStop=/bin/kill -QUIT $MAINPID
ExecStartPost=/bin/sh -ec 'test $$PPID; echo $MAINPID > "/run/a b"'
ExecStopPost=/bin/echo $X-$MAINPID \${X}
ExecStopPost=/bin/echo "\${EXIT_STATUS}."
`,
  );
  assertEquals(said, []);
  const { hooks, ready, liveness, stop } = process ?? {};
  assertEquals(hooks?.preStart, {
    command: ["/bin/ls", "a b"],
    timeout: 30_000,
    onFailure: "warn",
  });
  assertEquals(hooks?.preStop, null);
  const script = 'test $PPID; echo $RUNNER_PID > "/run/a b"';
  assertEquals(hooks?.postStart?.command, ["/bin/sh", "-ec", script]);
  assertEquals(stop?.steps.map(({ signal }) => signal), [3]);
  assertEquals(hooks?.postExit?.command, [
    "/bin/sh",
    "-c",
    `/bin/echo '$X-$MAINPID' y && /bin/echo "$RUNNER_EXIT_CODE".`,
  ]);
  assertEquals([ready?.when, ready?.timeout, liveness?.watchdog], [
    { kind: "notify" },
    86_400_000,
    null,
  ]);
});

Deno.test("a crontab's lines are jobs; what is none is told by line", async () => {
  const { processes, said } = await load(
    "crontab",
    `MAILTO=""\nX = "a b"\n\n# no\n*/5 * * * * /bin/echo a\n0 0 * * 0 /bin/echo 50\\% $X\n@reboot /bin/ls\n`,
  );
  assertEquals(said, []);
  assertEquals(
    processes.map(({ name, type, schedule, command }) => [
      name,
      type,
      schedule?.expression ?? null,
      command.at(-1),
    ]).toSorted(),
    [
      ["echo", "service", "*/5 * * * *", "a"],
      ["echo_2", "service", "0 0 * * 0", "exec /bin/echo 50% $X"],
      ["ls", "oneshot", null, "/bin/ls"],
    ],
  );
  assertEquals(processes[0]?.environment, { X: "a b" });
  const bad = await load("crontab", "*/5 * * * *\n61 * * * * /bin/ls\n");
  assertEquals(bad.said.map((one) => one.replace(/: use five.*/s, "")), [
    'crontab:1: Cannot read "*/5 * * * *" as a line of a crontab: write five fields, or NAME=VALUE',
    'crontab:2: [program:ls] schedule: Cannot read "61 * * * *" as a schedule: minute "61": Invalid value for minute: 61',
  ]);
});
