// Sections beside programs: groups, order, includes, the runner, servers, fcgi programs, listeners.
import type { Plan } from "../../src/manifest/plan.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { loadText, planOfText, problemsOf } from "./fake_machine.ts";

function ids({ groups }: Plan): readonly string[] {
  return groups.flatMap(({ processes }) => processes.map(({ id }) => id));
}

function programs(...names: readonly string[]): string {
  return names.map((name) => `[program:${name}]\ncommand=/bin/cat\n`).join("");
}

Deno.test("groups and processes are sorted by priority, then by name as text", async () => {
  const text = `${programs("b", "a")}[program:z]\ncommand=/bin/cat\npriority=1
[program:w]\ncommand=/bin/cat\nnumprocs=3\nnumprocs_start=9\nprocess_name=w_%(process_num)d
[eventlistener:e]\ncommand=/bin/cat\nevents=EVENT\n`;
  assertEquals(ids(await planOfText(text)), [
    "e:e",
    "z:z",
    "a:a",
    "b:b",
    "w:w_10",
    "w:w_11",
    "w:w_9",
  ]);
});

Deno.test("a group takes its programs in; one program may be in two", async () => {
  const text = `${
    programs("a", "b", "c")
  }[group:x]\nprograms=b,a\npriority=3\n[group:y]\nprograms=a\n`;
  const { groups } = await planOfText(text);
  assertEquals(
    groups.map(({ name, priority, processes }) => [name, priority, processes.map(({ id }) => id)]),
    [["x", 3, ["x:a", "x:b"]], ["c", 999, ["c:c"]], ["y", 999, ["y:a"]]],
  );
});

Deno.test("twins are told: of two groups the first stays, of two processes the last", async () => {
  const text = `${programs("a", "b")}[group:a]\nprograms=b\n`;
  assertEquals(ids(await planOfText(text)), ["a:b"]);
  assertEquals(await problemsOf(text), [
    'test.ini:1: warning: [program:a] Ignored: the group of [group:a] has the name "a", too: ' +
    "rename one of them",
  ]);
  const same = `[program:a]\ncommand=/bin/cat\nprocess_name=n
[program:b]\ncommand=/bin/ls\nprocess_name=n\n[group:g]\nprograms=a,b\n`;
  const twins = await planOfText(same);
  assertEquals(twins.groups[0]?.processes.map(({ command }) => command), [["/bin/ls"]]);
  assertEquals(twins.notices.map(({ what }) => what), [
    'Two processes of the group have the name "n": only one of them runs',
  ]);
});

Deno.test("included files come in order and override; what they include is ignored", async () => {
  const files = {
    "/srv/conf.d/2.ini": "[program:a]\npriority=2\n[include]\nfiles=x\n",
    "/srv/conf.d/1.ini":
      "[program:a]\npriority=1\ncommand=/bin/ls\n[program:n]\ncommand=/bin/cat\n",
    "/srv/conf.d/3.toml": `[program.t]\ncommand = "/bin/cat"\n`,
  };
  const text = `${programs("a")}[include]\nfiles = conf.d/*.ini none/*.ini\n  conf.d/*.toml\n`;
  const included = await planOfText(text, { files });
  assertEquals(ids(included), ["a:a", "n:n", "t:t"]);
  assertEquals(included.groups[0]?.priority, 2);
  assertEquals(included.groups[0]?.processes[0]?.command, ["/bin/ls"]);
  assertEquals(await problemsOf(text, { files }), [
    'test.ini:4: warning: [include] files: No file matches "none/*.ini"',
    "/srv/conf.d/2.ini:3: warning: [include] Ignored: an included file cannot include others",
  ]);
  assertEquals(await problemsOf("[include]\n"), [
    "test.ini:1: [include] files: Required, but not set: " +
    "use patterns such as conf.d/*.ini, separated by blanks",
  ]);
});

Deno.test("a manifest that is not there or not UTF-8 is told", async () => {
  const { plan: none, problems } = await loadText("", { name: "x.ini" });
  assertEquals([none?.groups, problems], [[], []]);
  assertEquals(await problemsOf("[program:a]\ncommand=/bin/cat ; \uFFFD\uFFFD\n"), [
    "test.ini:2: warning: The file is not UTF-8: convert it, or some characters will be wrong",
  ]);
});

Deno.test("[DEFAULT] stands in for what sections do not say", async () => {
  const text = `[DEFAULT]\nautostart=false\nnonsense=1\n${programs("a")}`;
  assertEquals((await planOfText(text)).groups[0]?.processes[0]?.autostart, false);
  assertEquals(await problemsOf(text), [
    "test.ini:3: warning: [DEFAULT] nonsense: Unknown key, ignored",
  ]);
});

Deno.test("the runner has supervisord's files only where a section asks for them", async () => {
  const alone = (await planOfText(programs("a"))).runner;
  assertEquals([alone.logfile, alone.pidfile, alone.wantsDaemon], [{ kind: "auto" }, null, false]);
  const classic = (await planOfText("[supervisord]\nnodaemon=false\n")).runner;
  assertEquals(classic.logfile, { kind: "file", path: "/srv/supervisord.log" });
  assertEquals([classic.pidfile, classic.wantsDaemon], ["/srv/supervisord.pid", true]);
  const full = await planOfText(`[supervisord]
logfile=~/r.log\nlogfile_maxbytes=1MB\nlogfile_backups=3\nloglevel=DEBUG\npidfile=r.pid\numask=077
minfds=2048\nminprocs=400\nchildlogdir=/missing\nnocleanup=true\nuser=www\nidentifier=me\nstrip_ansi=yes
shutdown_when=any-fatal\nshutdown_timeout=8s\nlog_stdout=false\nlog_format=json\nsilent=true
[program:p]\ncommand=/bin/cat\n`);
  const { user, ...runner } = full.runner;
  assertEquals(user?.name, "www");
  assertEquals(runner, {
    logfile: { kind: "file", path: "/root/r.log" },
    logfileMaxBytes: 1024 ** 2,
    logfileBackups: 3,
    logLevel: "debug",
    logFormat: "json",
    logStdout: false,
    pidfile: "/srv/r.pid",
    childLogDir: "/missing",
    noCleanup: true,
    wantsDaemon: false,
    silent: true,
    umask: 0o077,
    directory: null,
    minfds: 2048,
    minprocs: 400,
    identifier: "me",
    shutdownWhen: "any-fatal",
    shutdownTimeout: 8000,
  });
  assertEquals(full.groups[0]?.processes[0]?.stdout.stripAnsi, true);
});

Deno.test("servers are kept, and the first gives its address to programs", async () => {
  const text = `${
    programs("a")
  }[inet_http_server]\nport=*:9001\nallow_insecure=true\n[unix_http_server]
file=%(here)s/r.sock\nchmod=0770\nchown=www:staff\nusername=u\npassword=100%%\n`;
  const { servers, groups, notices } = await planOfText(text);
  assertEquals(servers, [
    {
      kind: "inet",
      section: "inet_http_server",
      address: "*:9001",
      mode: null,
      owner: null,
      username: null,
      password: null,
      allowedHosts: [],
    },
    {
      kind: "unix",
      section: "unix_http_server",
      address: "/srv/r.sock",
      mode: 0o770,
      owner: { uid: 33, gid: 50 },
      username: "u",
      password: "100%",
      allowedHosts: [],
    },
  ]);
  assertEquals(groups[0]?.processes[0]?.serverUrl, "unix:///srv/r.sock");
  assertEquals(notices, []);
  const inet = await planOfText(
    `${programs("a")}[inet_http_server]\nport=9001\nallow_insecure=1\n`,
  );
  assertEquals(inet.groups[0]?.processes[0]?.serverUrl, "http://localhost:9001");
});

Deno.test("an fcgi-program keeps its socket, in a group, too", async () => {
  const text =
    `[fcgi-program:f]\ncommand=/bin/cat\nsocket=unix:///run/%(program_name)s.sock\nuser=www
socket_backlog=64\n[group:g]\nprograms=f\n`;
  const process = (await planOfText(text)).groups[0]?.processes[0];
  assertEquals([process?.id, process?.kind], ["g:f", "fcgi-program"]);
  assertEquals(process?.fcgi, {
    socket: "unix:///run/f.sock",
    backlog: 64,
    owner: { uid: 33, gid: 33 },
    mode: 0o700,
  });
});

Deno.test("an eventlistener starts first and names known events", async () => {
  const text =
    `[eventlistener:e]\ncommand=/bin/cat\nevents=tick_5, PROCESS_STATE\nbuffer_size=20\n`;
  const { groups } = await planOfText(text);
  assertEquals(groups[0]?.priority, -1);
  assertEquals(groups[0]?.processes[0]?.priority, 999);
  assertEquals(groups[0]?.processes[0]?.listener, {
    events: ["PROCESS_STATE", "TICK_5"],
    bufferSize: 20,
    lengthUnit: "characters",
  });
  assertEquals(groups[0]?.processes[0]?.stdin, "pipe");
  const [told] = await problemsOf("[eventlistener:e]\ncommand=/bin/cat\nevents=TICK_6\n");
  assertTrue(
    told?.startsWith('test.ini:3: [eventlistener:e] events: There is no event "TICK_6"') ?? false,
    told ?? "",
  );
});

Deno.test("plug-ins in Python are told by file and line, the built-in one is not", async () => {
  const text = `[supervisorctl]\nserverurl=unix:///tmp/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
whatever = 1
[rpcinterface:laforge]
supervisor.rpcinterface_factory = laforge:make
[ctlplugin:x]
`;
  const ignored = "Ignored: plug-ins in Python are not supported";
  assertEquals(await problemsOf(text), [
    `test.ini:6: warning: [rpcinterface:laforge] ${ignored} (laforge:make)`,
    `test.ini:8: warning: [ctlplugin:x] ${ignored}`,
  ]);
});
