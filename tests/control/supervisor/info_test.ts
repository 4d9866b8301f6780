// What XML-RPC tells of processes and of their settings, field by field.
import { joinCommand } from "../../../src/control/supervisor/config_info.ts";
import { dayAndTime } from "../../../src/control/api/description.ts";
import { seconds } from "../../../src/control/supervisor/process_info.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { ApiRig, manifestOf } from "../../support/api_rig.ts";
import { LOG, SUPERVISORD } from "../../support/plans.ts";
import { callRpc } from "../../support/rpc_rig.ts";

const SLOW = { restart: SUPERVISORD };
const file = (path: string) => ({ ...LOG, destination: { kind: "file", path } } as const);

Deno.test("seconds() keeps within 32 bits", () => {
  assertEquals([-5, 1_999, 5e12].map(seconds), [0, 1, 2147483647]);
});

Deno.test("getProcessInfo tells each state as supervisord does", async () => {
  const rig = new ApiRig([
    { name: "never", own: { autostart: false } },
    { name: "up", own: { stdout: file("/log/up.out"), stderr: "stdout" } },
    { name: "starting", own: SLOW },
    { name: "retries", own: SLOW },
    { name: "gives-up", own: { restart: { ...SUPERVISORD, startRetries: 0 } } },
    { name: "ended", own: { restart: { ...SUPERVISORD, startSeconds: 0 } } },
    { name: "killed", own: { restart: { ...SUPERVISORD, startSeconds: 0, autorestart: "never" } } },
    { name: "stopping" },
  ]);
  rig.clock.pass(500);
  rig.end("retries:retries", 3);
  rig.end("gives-up:gives-up", 3);
  rig.end("ended:ended", 0);
  rig.host.end(rig.pidOf("killed:killed"), { kind: "signal", signal: 9, coreDumped: false });
  rig.engine.reap();
  rig.runner.order({ kind: "stop", ids: ["stopping:stopping"] });
  rig.clock.pass(200);
  const all = await callRpc(rig, "supervisor.getAllProcessInfo");
  assertTrue(Array.isArray(all), "no array");
  const rows = all.map((info) =>
    `${info.name} ${info.state} ${info.statename} ${info.exitstatus} ${info.spawnerr}|${info.description}`
  );
  const when = dayAndTime(1_000);
  const quickly = "Exited too quickly (process log may have details)";
  assertEquals(rows, [
    `ended 100 EXITED 0 |${when}`,
    `gives-up 200 FATAL 0 ${quickly}|${quickly}`,
    `killed 100 EXITED -1 Bad exit code -1|${when}`,
    "never 0 STOPPED 0 |Not started",
    `retries 30 BACKOFF 0 ${quickly}|${quickly}`,
    "starting 10 STARTING 0 |",
    "stopping 40 STOPPING 0 |",
    `up 20 RUNNING 0 |pid ${rig.pidOf("up:up")}, uptime 0:00:00`,
  ]);
  const { now, ...up } = Object(await callRpc(rig, "supervisor.getProcessInfo", "up"));
  assertEquals(now, 1);
  assertEquals(up, {
    name: "up",
    group: "up",
    start: 1,
    stop: 0,
    state: 20,
    statename: "RUNNING",
    spawnerr: "",
    exitstatus: 0,
    logfile: "/log/up.out",
    stdout_logfile: "/log/up.out",
    stderr_logfile: "",
    pid: rig.pidOf("up:up"),
    description: `pid ${rig.pidOf("up:up")}, uptime 0:00:00`,
  });
});

Deno.test("getAllConfigInfo tells the settings of the manifest last read, by name", async () => {
  const rig = new ApiRig([{ name: "b" }]);
  rig.write(manifestOf([{
    name: "b",
  }, {
    name: "a",
    own: {
      command: ["sh", "-c", "echo 'x'"],
      directory: "/srv",
      autostart: false,
      priority: 5,
      stderr: "stdout",
      stdout: { ...LOG, destination: { kind: "auto" }, maxBytes: 1, backups: 2, syslog: true },
      stop: {
        message: null,
        steps: [{ signal: 2, wait: 7_000 }],
        scope: "group",
        killScope: "group",
        sweepOnExit: false,
      },
      serverUrl: "http://elsewhere:1",
    },
  }]));
  await callRpc(rig, "supervisor.reloadConfig");
  const all = await callRpc(rig, "supervisor.getAllConfigInfo");
  assertTrue(Array.isArray(all) && all.length === 2, "not two");
  assertEquals([all[0].inuse, all[1].inuse, all[1].name, all[1].uid], [false, true, "b", "none"]);
  assertEquals(all[0], {
    name: "a",
    group: "a",
    group_prio: 5,
    process_prio: 5,
    inuse: false,
    autostart: false,
    command: `sh -c "echo 'x'"`,
    directory: "/srv",
    uid: "none",
    exitcodes: [0],
    startsecs: 0,
    startretries: 3,
    stopsignal: 2,
    stopwaitsecs: 7,
    killasgroup: true,
    redirect_stderr: true,
    serverurl: "http://elsewhere:1",
    stdout_logfile: "auto",
    stdout_logfile_maxbytes: 1,
    stdout_logfile_backups: 2,
    stdout_capture_maxbytes: 0,
    stdout_events_enabled: false,
    stdout_syslog: true,
    stderr_logfile: "none",
    stderr_logfile_maxbytes: 52428800,
    stderr_logfile_backups: 10,
    stderr_capture_maxbytes: 0,
    stderr_events_enabled: false,
    stderr_syslog: false,
  });
});

Deno.test("joinCommand() quotes what a shell would split", () => {
  const cases: readonly (readonly [readonly string[], string])[] = [
    [["/bin/cat", "-n", "a=b"], "/bin/cat -n a=b"],
    [["echo", "a b", ""], "echo 'a b' ''"],
    [["echo", "it's"], `echo "it's"`],
    [["echo", `it's $HOME`], `echo 'it'"'"'s $HOME'`],
  ];
  for (const [words, line] of cases) assertEquals(joinCommand(words), line);
});
