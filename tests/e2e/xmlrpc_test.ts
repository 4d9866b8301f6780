// Python's xmlrpc.client calls every method with right and wrong arguments: the same answers as from supervisord.
import { fileURLToPath } from "node:url";
import { METHODS } from "../../src/control/supervisor/method_table.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { CHILDREN } from "../support/runner_process.ts";
import {
  HEAD,
  programSection,
  PYTHON,
  SupervisorPair,
  type SupervisorSide,
} from "../support/supervisor_pair.ts";
import { until } from "../support/wait.ts";

const DRIVER = fileURLToPath(new URL("../support/xmlrpc_calls.py", import.meta.url));
const FOREVER = `${CHILDREN}/forever.sh`;

const MANIFEST = HEAD.replace("[supervisord]", "[supervisord]\nidentifier=shop") +
  programSection("web", `${CHILDREN}/says_and_stays.sh '日本 <&>'`, "exitcodes=0,3\npriority=5") +
  programSection("cat", "/bin/cat", "redirect_stderr=true\nstderr_logfile=NONE") +
  programSection(
    "pool",
    FOREVER,
    "numprocs=2\nprocess_name=%(program_name)s_%(process_num)d\nautostart=false\n" +
      "stdout_logfile=%(here)s/pool_%(process_num)d.out\nstderr_logfile=NONE\n" +
      "stopsignal=INT\nstopwaitsecs=7\nstopasgroup=true\ndirectory=/tmp\nstartretries=9",
  ) +
  programSection(
    "quick",
    `${CHILDREN}/exit_with.sh 3`,
    "autostart=false\nstartsecs=9\nstartretries=0",
  ) +
  programSection(
    "missing",
    "no-such-command",
    "autostart=false\nstdout_logfile=/dev/stdout\nstdout_logfile_maxbytes=0",
  ) +
  programSection("plain", "/etc/passwd", "autostart=false");

type Call = readonly [string, ...(readonly unknown[])];

const s = (name: string, ...words: readonly unknown[]): Call => [`supervisor.${name}`, ...words];
const multi = (...calls: readonly Call[]): Call => [
  "system.multicall",
  calls.map(([methodName, ...params]) => ({ methodName, params })),
];

/** In this order; each begins with what the ones before have left. */
const CALLS: readonly Call[] = [
  ["system.listMethods"],
  ["system.methodSignature", "nope"],
  ["system.methodHelp", "nope"],
  s("getAPIVersion"),
  s("getVersion"),
  s("getSupervisorVersion"),
  s("getIdentification"),
  s("getState"),
  s("getAllConfigInfo"),
  s("getAllProcessInfo"),
  s("getProcessInfo", "web"),
  s("getProcessInfo", "nope"),
  s("getProcessInfo", "pool"),
  s("getProcessInfo", "pool:*"),
  s("startProcess", "web"),
  s("startProcess", "missing"),
  s("startProcess", "plain"),
  s("startProcess", "quick"),
  s("startProcess", "nope"),
  s("startProcess", "nope:*"),
  s("startProcess", "pool:pool_0"),
  s("startProcess", "pool:pool_1", false),
  s("startProcess"),
  s("startProcess", "a", "b", "c"),
  s("startProcessGroup", "pool"),
  s("startProcessGroup", "missing"),
  s("startProcessGroup", "nope"),
  s("getProcessInfo", "quick"),
  s("signalProcess", "web", "CONT"),
  s("signalProcess", "web", "sigcont"),
  s("signalProcess", "web", 18),
  s("signalProcess", "web", 0),
  s("signalProcess", "web", "NOPE"),
  s("signalProcess", "web", 999),
  s("signalProcess", "quick", "HUP"),
  s("signalProcess", "nope", "HUP"),
  s("signalProcessGroup", "pool", "CONT"),
  s("signalProcessGroup", "pool", "NOPE"),
  s("signalProcessGroup", "nope", "CONT"),
  s("signalProcess", "pool:*", "CONT"),
  s("readProcessStdoutLog", "web", 0, 0),
  s("readProcessStdoutLog", "web", 0, 3),
  s("readProcessStdoutLog", "web", -4, 0),
  s("readProcessLog", "web", -4, 0),
  s("readProcessStdoutLog", "web", -4, 1),
  s("readProcessStdoutLog", "web", 0, -1),
  s("readProcessStdoutLog", "web", "0", "3"),
  s("readProcessStdoutLog", "nope", 0, 0),
  s("readProcessStderrLog", "web", 0, 0),
  s("readProcessStderrLog", "cat", 0, 0),
  s("readProcessStderrLog", "pool:pool_0", 0, 0),
  s("tailProcessStdoutLog", "web", 0, 100),
  s("tailProcessStdoutLog", "web", 0, 5),
  s("tailProcessLog", "web", 13, 100),
  s("tailProcessStderrLog", "web", 0, 5),
  s("tailProcessStderrLog", "cat", 0, 5),
  s("tailProcessStdoutLog", "nope", 0, 5),
  s("clearProcessLogs", "web"),
  s("clearProcessLog", "web"),
  s("clearProcessLogs", "nope"),
  s("clearProcessLogs", "pool:*"),
  s("readProcessStdoutLog", "web", 0, 0),
  s("sendProcessStdin", "cat", "ä\n"),
  s("sendProcessStdin", "cat", 5),
  s("sendProcessStdin", "quick", "x"),
  s("sendProcessStdin", "nope", "x"),
  s("sendProcessStdin", "cat:*", "x"),
  s("sendRemoteCommEvent", "type", "data"),
  s("sendRemoteCommEvent", "type"),
  s("readLog", -1, 1),
  s("readMainLog", 0),
  s("reloadConfig"),
  s("addProcessGroup", "web"),
  s("addProcessGroup", "nope"),
  s("removeProcessGroup", "web"),
  s("removeProcessGroup", "nope"),
  s("removeProcessGroup", "plain"),
  s("getProcessInfo", "plain"),
  s("addProcessGroup", "plain"),
  multi(s("getIdentification"), s("stopProcess", "pool:pool_0"), s("stopProcess", "pool:pool_0")),
  multi(["nope"], ["system.multicall", []], s("startProcess", "pool:pool_0"), s("getState", 1)),
  ["system.multicall", 5],
  s("stopProcess", "pool:pool_0"),
  s("stopProcess", "pool:pool_0"),
  s("stopProcess", "nope"),
  s("stopProcess", "web", false),
  s("stopProcessGroup", "pool"),
  s("stopProcessGroup", "nope"),
  s("stopProcess", "pool:*"),
  s("nope"),
  ["nope"],
  ["a.b.c"],
  s("_update", "x"),
  ["nope.getState"],
];

const TAKES_NAME = [...METHODS.keys()].map((name): Call => ["system.methodSignature", name]);

async function call(side: SupervisorSide, calls: readonly Call[]): Promise<readonly unknown[]> {
  const made = await side.run([PYTHON, DRIVER, side.socket], JSON.stringify(calls));
  const { stdout, stderr, code } = made;
  if (code !== 0) throw new Error(`python ended with ${code}: ${stderr}`);
  return JSON.parse(stdout, (key, value) => comparable(key, value, side.folder));
}

/** Without what depends on when and where it was. */
function comparable(key: string, value: unknown, folder: string): unknown {
  if (["pid", "now", "start", "stop"].includes(key)) return value === 0 ? 0 : "N";
  if (typeof value !== "string") return value;
  return value.replaceAll(folder, "HERE")
    .replace(/^pid \d+, uptime \d+:\d\d:\d\d$/, "pid N, uptime T")
    .replace(/^[A-Z][a-z]{2} \d\d \d\d:\d\d [AP]M$/, "WHEN");
}

Deno.test("xmlrpc.client gets the same from us as from supervisord, method for method and fault for fault", async () => {
  await using pair = new SupervisorPair(MANIFEST);
  await pair.both((side) => side.isUp());
  await pair.both((side) =>
    until("web has spoken", async () => (await side.read("web.out")).includes("日本"))
  );
  const { theirs, ours } = await pair.both((side) => call(side, CALLS));
  for (const [index, made] of CALLS.entries()) {
    assertEquals([made, ours[index]], [made, theirs[index]]);
  }
  const signatures = await pair.both((side) => call(side, TAKES_NAME));
  assertEquals(signatures.ours, signatures.theirs);
  await pair.both((side) =>
    until("cat has answered", async () => (await side.read("cat.out")) === "ä\n")
  );
});

Deno.test("calls that make supervisord fail are faults with us, and the wire is always XML", async () => {
  const loud = programSection(
    "loud",
    "/usr/bin/printf '\\033[31m\\000\\377x'",
    "autorestart=false",
  );
  await using pair = new SupervisorPair(HEAD + loud);
  await pair.both((side) => side.isUp());
  await pair.both((side) =>
    until("it has spoken", async () => (await side.read("loud.out")) !== "")
  );
  const calls = [
    s("startProcess", 5),
    s("readProcessStdoutLog", "loud", "x", 0),
    ["system.multicall", [5]],
    s("readProcessStdoutLog", "loud", 0, 0),
    s("tailProcessStdoutLog", "loud", 0, 100),
  ] as const;
  const { theirs, ours } = await pair.both((side) => call(side, calls));
  assertEquals(theirs, ["http 500", "http 500", "http 500", "http 500", "http 500"]);
  assertEquals(ours, [
    "fault 2: INCORRECT_PARAMETERS",
    "fault 2: INCORRECT_PARAMETERS",
    [{ faultCode: 2, faultString: "INCORRECT_PARAMETERS: No methodName" }],
    "��x",
    ["��x", 8, false],
  ]);
});

Deno.test("a bad manifest is CANT_REREAD, a restart with it is refused, and shutdown ends all calls", async () => {
  const stubborn = programSection("slow", `${CHILDREN}/ignores_term.sh`, "stopwaitsecs=3");
  await using pair = new SupervisorPair(HEAD + stubborn);
  const { ours } = pair;
  await ours.isUp();
  await until("it ignores TERM", async () => (await ours.read("slow.out")) !== "");
  ours.write("s.conf", HEAD + stubborn + "numprocs=many\n");
  const [reread, restart] = await call(ours, [s("reloadConfig"), s("restart")]);
  assertTrue(
    /^fault 92: CANT_REREAD: HERE\/s.conf:\d+: \[program:slow\] numprocs/.test(String(reread)),
    String(reread),
  );
  assertEquals(restart, reread);
  ours.write("s.conf", HEAD + stubborn);
  const ending = await call(ours, [
    s("getState"),
    s("shutdown"),
    s("getState"),
    s("startAllProcesses"),
    s("shutdown"),
    ["system.listMethods", 1],
    s("sendRemoteCommEvent", "a", "b"),
  ]);
  const over = "fault 6: SHUTDOWN_STATE";
  const wrong = "fault 2: INCORRECT_PARAMETERS";
  const up = { statecode: 1, statename: "RUNNING" };
  assertEquals(ending, [up, true, over, over, over, wrong, true]);
});
