// Event listeners as people write them, with supervisord's module and without, beside supervisord and alone.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { type Case, runCase } from "../support/both.ts";
import { hasCommand } from "../support/namespaces.ts";
import { callRemote, type RemoteCall } from "../support/remote_call.ts";
import { CHILDREN, Sandbox } from "../support/runner_process.ts";
import { until } from "../support/wait.ts";

/** The Python listener needs supervisord's module. */
const isThere = hasCommand("supervisord");
if (!isThere) console.log("No tests of event listeners in Python: supervisord is not installed");

const PYTHON = `/usr/bin/python3 ${CHILDREN}/event_listener.py`;

const SIDE_BY_SIDE: Case = {
  name: "event listeners",
  manifest: `
[eventlistener:hears]
command=${PYTHON} %(here)s/events.txt
events=PROCESS_STATE,PROCESS_GROUP,SUPERVISOR_STATE_CHANGE,PROCESS_COMMUNICATION
buffer_size=100
stdout_logfile=NONE
stderr_logfile=%(here)s/hears.err
[program:captures]
command=${CHILDREN}/captures.sh stay
stdout_capture_maxbytes=1MB
stderr_capture_maxbytes=1MB
stdout_logfile=NONE
stderr_logfile=NONE
[program:ends]
command=sh -c "sleep 1.5; exit 3"
autorestart=false
stdout_logfile=NONE
stderr_logfile=NONE
[program:bad]
command=/bin/false
startretries=1
stdout_logfile=NONE
stderr_logfile=NONE
[program:off]
command=/bin/cat
autostart=false
`,
  settled: [/gave up: bad/, /exited: ends/, /entered RUNNING.*\n[^]*entered RUNNING/],
  written: {
    "events.txt": "PROCESS_STATE_FATAL",
  },
};

/** The events about each process and about the whole, each in its order: between them it is chance. */
function byProcess(text: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const line of text.trim().split("\n")) {
    const name = /COMMUNICATION_\w+|processname:\w+|groupname:\w+/.exec(line)?.[0] ?? "whole";
    (found[name] ??= []).push(line);
  }
  return found;
}

Deno.test({
  name: "a listener hears from us what it hears from supervisord, to the last event",
  ignore: !isThere || Deno.uid() !== 0,
  fn: async () => {
    await using box = new Sandbox();
    const [theirs, ours] = await Promise.all([
      runCase(box, "theirs", SIDE_BY_SIDE),
      runCase(box, "ours", SIDE_BY_SIDE),
    ]);
    const [expected, heard] = [theirs, ours].map((one) =>
      byProcess(one.files["events.txt"]?.replace(/^.*\n/, "") ?? "")
    );
    const captures = heard?.["processname:captures"] ?? [];
    const last = captures.at(-1) ?? "";
    // supervisord ends its listeners without waiting for them: its own may miss the very last event.
    const theirEnd = expected?.["processname:captures"] ?? [];
    if (!theirEnd.includes(last)) theirEnd.push(last);
    assertEquals(heard, expected);
    assertTrue(captures.at(-1)?.includes("PROCESS_STATE_STOPPED") ?? false, captures.join("\n"));
    assertEquals(ours.files["hears.err"], theirs.files["hears.err"]);
  },
});

function remote(box: Sandbox, ...calls: readonly RemoteCall[]): Promise<string[]> {
  return callRemote(box.path("s.sock"), calls);
}

function sendEvent(type: string, content: string): RemoteCall {
  return ["sendRemoteCommEvent", type, content];
}

/** What the listeners have written: who, and the event without its header. */
async function heardIn(box: Sandbox, file: string): Promise<string[]> {
  const lines = (await box.read(file)).split("\n").slice(0, -1);
  return lines.map((line) => line.replace(/^\S+ 3\.0 \S+ \S+ /, ""));
}

function heardAll(box: Sandbox, file: string, count: number): Promise<string[]> {
  return until(`${count} events in ${file}`, async () => {
    const heard = await heardIn(box, file);
    return heard.length >= count && heard;
  });
}

const SERVER = (box: Sandbox) => `[supervisord]\n[unix_http_server]\nfile=${box.path("s.sock")}\n`;

Deno.test({
  name: "an event that is refused, or whose listener dies, comes again and is not lost",
  ignore: !isThere,
  fn: async () => {
    await using box = new Sandbox();
    const manifest = `${SERVER(box)}
[eventlistener:pool]
command=${PYTHON} ${box.path("events.txt")}
process_name=%(process_num)d
numprocs=2
events=REMOTE_COMMUNICATION
buffer_size=5
startsecs=0
autorestart=true
stdout_logfile=${box.path("pool.out")}
`;
    const runner = box.start(manifest, { file: "runner.ini" });
    const size = (text: string) => [...text].length;
    const line = (text: string) => `REMOTE_COMMUNICATION ${size(text)} ${text}`;
    await runner.spawnOf("1");
    await until("the control socket", () => remote(box, ["getPID"]).catch(() => null));
    await remote(box, sendEvent("fail", "日本"));
    assertEquals(await heardAll(box, "events.txt", 2), Array(2).fill(line("type:fail|日本")));
    await remote(box, sendEvent("die", "x"));
    const dead = await heardAll(box, "events.txt", 4);
    assertEquals(dead.slice(2), Array(2).fill(line("type:die|x")));
    await runner.said(/exited: [01] \(exit status 7/);
    // Both are kept busy: five events wait, the sixth pushes out the oldest of them.
    await remote(box, sendEvent("wait", "a"), sendEvent("wait", "b"));
    await heardAll(box, "events.txt", 6);
    const numbers = [1, 2, 3, 4, 5, 6];
    await remote(box, ...numbers.map((number) => sendEvent("ok", `${number}`)));
    await runner.said(/ERRO pool pool event buffer overflowed, discarding event \d+/);
    box.write("events.txt.go", "");
    const all = (await heardAll(box, "events.txt", 11)).slice(6).toSorted();
    assertEquals(all, [2, 3, 4, 5, 6].map((number) => line(`type:ok|${number}`)));
    // One that talks nonsense gets nothing more; the other gets everything.
    await remote(box, sendEvent("babble", ""));
    await runner.said(/[01]: has entered the UNKNOWN state and will no longer receive events/);
    await remote(box, sendEvent("ok", "y"), sendEvent("ok", "z"));
    // The nonsense was heard twice: it went to the other one, then.
    const last = await heardAll(box, "events.txt", 15);
    assertEquals(last.slice(-2), [line("type:ok|y"), line("type:ok|z")]);
    assertTrue((await box.read("pool.out")).includes("FAIL"), "stdout is logged, too");
    assertEquals(await runner.stop(), 0);
  },
});

Deno.test("a listener in shell hears bytes: output, captures, ticks, groups that come and go", async () => {
  await using box = new Sandbox();
  const listener = (extra: string) => `
[eventlistener.shell]
command = ["${CHILDREN}/event_listener.sh", "${box.path("events.txt")}"]
events = ["PROCESS_LOG", "PROCESS_COMMUNICATION", "PROCESS_GROUP", "TICK_5"]
buffer_size = 50
startsecs = 0
[program.captures]
command = ["${CHILDREN}/captures.sh"]
startsecs = 0
autorestart = false
stdout_capture_maxbytes = "1MB"
stderr_capture_maxbytes = 3
stdout_events_enabled = true
stderr_events_enabled = true
stdout_logfile = "${box.path("captures.out")}"
stderr_logfile = "${box.path("captures.err")}"
${extra}`;
  const runner = box.start(listener(""));
  await runner.said("exited: captures");
  const pid = `${await runner.spawnOf("captures")}`;
  const heard = async () =>
    (await box.read("events.txt")).replaceAll(`pid:${pid}`, "pid:N").split("\n").slice(0, -1);
  const head = "processname:captures groupname:captures pid:N";
  const size = (text: string) => new TextEncoder().encode(text).length - 1 + pid.length;
  const wanted = [
    ["PROCESS_LOG_STDERR", `${head} channel:stderr|plain|`],
    ["PROCESS_COMMUNICATION_STDOUT", `${head}|out 日本`],
    ["PROCESS_COMMUNICATION_STDERR", `${head}|err`],
    ["PROCESS_LOG_STDOUT", `${head} channel:stdout|<!--XSUP`],
  ] as const;
  for (const [name, text] of wanted) {
    const line = `${name} ${size(text)} ${text}`;
    await until(`${line} in\n${(await heard()).join("\n")}`, async () => {
      return (await heard()).includes(line);
    });
  }
  assertEquals(await box.read("captures.out"), "before after\ntail <!--XSUP");
  assertEquals(await box.read("captures.err"), "plain\n");
  box.write("runner.toml", listener(`[program.new]\ncommand = "/bin/cat"\nstdin = "pipe"\n`));
  runner.signal("SIGHUP");
  await runner.spawnOf("new");
  box.write("runner.toml", listener(""));
  runner.signal("SIGHUP");
  await until("the group to go", async () => {
    return (await heard()).includes("PROCESS_GROUP_REMOVED 14 groupname:new|");
  });
  assertTrue((await heard()).includes("PROCESS_GROUP_ADDED 14 groupname:new|"), "it never came");
  const tick = await until("a tick", async () => {
    return (await heard()).join("\n").match(/^TICK_5 15 when:(\d+)$/m)?.[1];
  });
  assertEquals(Number(tick) % 5, 0);
  assertEquals(await runner.stop(), 0);
});
