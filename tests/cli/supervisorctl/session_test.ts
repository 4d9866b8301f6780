// supervisorctl's commands against a server that is told what to answer: lines, calls and exit statuses.
import { completions } from "../../../src/cli/supervisorctl/completion.ts";
import { obey } from "../../../src/cli/supervisorctl/command_table.ts";
import { isUrl, readCtlOptions } from "../../../src/cli/supervisorctl/ctl_options.ts";
import { helpLines, helpOverview } from "../../../src/cli/supervisorctl/help.ts";
import { plainLines } from "../../../src/cli/supervisorctl/plain_lines.ts";
import {
  HttpStatus,
  NoConnection,
  type RpcServer,
  type Session,
} from "../../../src/cli/supervisorctl/session.ts";
import { struct, XmlRpcFault, type XmlRpcValue } from "../../../src/control/xmlrpc/value.ts";
import { assertEquals } from "../../support/assert.ts";

type Answers = Readonly<Record<string, XmlRpcValue | Error | ((words: string) => XmlRpcValue)>>;

/** Runs lines in a session whose server gives these answers, by method name without `supervisor.`. */
async function run(
  lines: readonly string[],
  answers: Answers,
  typed: readonly string[] | null = null,
): Promise<{ readonly lines: string[]; readonly status: number; readonly calls: string[] }> {
  const out: string[] = [];
  const calls: string[] = [];
  const input = [...typed ?? []];
  const server = (url: string): RpcServer => ({
    url,
    call: (method, ...params) => {
      const name = method.replace("supervisor.", "");
      const words = params.map(String).join(" ");
      if (name !== "getVersion") calls.push(`${name} ${words}`.trim());
      const answer = name === "getVersion" ? answers[name] ?? "3.0" : answers[name] ?? true;
      if (answer instanceof Error) return Promise.reject(answer);
      try {
        return Promise.resolve(typeof answer === "function" ? answer(words) : answer);
      } catch (error) {
        return Promise.reject(error);
      }
    },
    follow: () => Promise.reject(new HttpStatus(404)),
  });
  const ask = (prompt: string) => {
    out.push(`? ${prompt}`);
    return Promise.resolve(input.shift() ?? null);
  };
  const session: Session = {
    server: server("unix:///s"),
    exitStatus: 0,
    isInteractive: typed !== null,
    typed: { ask, askSecret: ask, [Symbol.dispose]: () => {} },
    connect: ({ url, credentials }) => server(url + (credentials?.password ?? "")),
    print: (line) => void out.push(line),
    write: () => true,
    complain: (line) => void out.push(`! ${line}`),
    onInterrupt: () => ({ [Symbol.dispose]: () => {} }),
  };
  for (const line of lines) await obey(session, line);
  return { lines: out, status: session.exitStatus, calls };
}

const info = (group: string, name: string, state: number, statename: string) =>
  struct({
    group,
    name,
    state,
    statename,
    description: `about ${name}`,
    pid: state === 20 ? 7 : 0,
  });
const outcome = (name: string, status: number) =>
  struct({ group: name, name, status, description: `text ${status}` });
const faulty = (code: number) => new XmlRpcFault(code, `text ${code}`);

Deno.test("status pads names and says by its exit status how things are", async () => {
  const all = [info("web", "web", 20, "RUNNING"), info("g", "x".repeat(40), 0, "STOPPED")];
  const { lines, status } = await run(["status"], { getAllProcessInfo: all });
  assertEquals(lines, [
    `web${" ".repeat(42)}RUNNING   about web`,
    `g:${"x".repeat(40)}   STOPPED   about ${"x".repeat(40)}`,
  ]);
  assertEquals(status, 3);
  const up = await run(["status web"], { getAllProcessInfo: all });
  assertEquals(up.status, 0);
  const unknown = await run(["status nope zz:*"], { getAllProcessInfo: all });
  assertEquals([unknown.status, unknown.lines], [4, [
    "nope: ERROR (no such process)",
    "zz: ERROR (no such group)",
  ]]);
});

Deno.test("each fault of start, stop, signal and clear has its words and its exit status", async () => {
  const cases: readonly (readonly [string, string, number, string, number])[] = [
    ["start", "startProcess", 10, "a: ERROR (no such process)", 1],
    ["start", "startProcess", 20, "a: ERROR (no such file)", 1],
    ["start", "startProcess", 21, "a: ERROR (file is not executable)", 1],
    ["start", "startProcess", 60, "a: ERROR (already started)", 0],
    ["start", "startProcess", 50, "a: ERROR (spawn error)", 7],
    ["start", "startProcess", 40, "a: ERROR (abnormal termination)", 7],
    ["stop", "stopProcess", 70, "a: ERROR (not running)", 0],
    ["stop", "stopProcess", 30, "text 30", 1],
    ["signal HUP", "signalProcess", 11, "a: ERROR (bad signal name)", 1],
    ["signal HUP", "signalProcess", 70, "a: ERROR (not running)", 7],
    ["clear", "clearProcessLogs", 10, "a: ERROR (no such process)", 1],
    ["clear", "clearProcessLogs", 30, "a: ERROR (failed)", 1],
  ];
  for (const [command, method, code, line, wanted] of cases) {
    const { lines, status } = await run([`${command} a`], { [method]: faulty(code) });
    assertEquals([lines, status], [[line], wanted], `${command} ${code}`);
  }
});

Deno.test("names are one process, a whole group, or all", async () => {
  const answers = {
    stopProcessGroup: [outcome("p", 80), outcome("q", 70)],
    startAllProcesses: [outcome("z", 50), outcome("y", 80)],
  };
  const { lines, status, calls } = await run(["stop a g:*", "start x all"], answers);
  assertEquals(calls, ["stopProcess a", "stopProcessGroup g", "startAllProcesses"]);
  assertEquals(lines, [
    "a: stopped",
    "p: stopped",
    "q: ERROR (not running)",
    "z: ERROR (spawn error)",
    "y: started",
  ]);
  assertEquals(status, 7);
  const gone = { startProcessGroup: faulty(10), stopProcessGroup: faulty(10) };
  assertEquals((await run(["start g:*"], gone)).status, 2);
  assertEquals((await run(["stop g:*"], gone)).status, 1);
  const restarted = await run(["restart a"], {});
  assertEquals(restarted.lines, ["a: stopped", "a: started"]);
});

Deno.test("nobody at the address: each command says so in its way", async () => {
  const none = (kind: "refused" | "missing" | "other") => {
    const error = new NoConnection(kind, "Cannot reach it", {});
    return { getVersion: error, shutdown: error, reloadConfig: error };
  };
  const cases: readonly (readonly [string, "refused" | "missing" | "other", string, number])[] = [
    ["status", "refused", "unix:///s refused connection", 4],
    ["status", "missing", "unix:///s no such file", 4],
    ["start a", "refused", "unix:///s refused connection", 4],
    ["start a", "missing", "unix:///s no such file", 7],
    ["start a", "other", "error: Cannot reach it", 1],
    ["shutdown", "missing", "ERROR: unix:///s no such file (already shut down?)", 1],
    ["reread", "refused", "error: unix:///s refused connection", 1],
  ];
  for (const [line, kind, wanted, status] of cases) {
    const done = await run([line], none(kind));
    assertEquals([done.lines, done.status], [[wanted], status], `${line} ${kind}`);
  }
});

Deno.test("a server that is none of ours, or speaks another version, is told apart", async () => {
  const other = await run(["pid"], { getVersion: "4.0" });
  assertEquals(other.status, 5);
  const bare = await run(["pid"], { getVersion: faulty(1) });
  assertEquals(bare.status, 3);
  const locked = await run(["pid"], { getVersion: new HttpStatus(401) });
  assertEquals([locked.lines, locked.status], [["Server requires authentication"], 1]);
});

Deno.test("a password is asked for in the shell", async () => {
  let isOpen = false;
  const answers = {
    getVersion: () => {
      if (!isOpen) {
        isOpen = true;
        throw new HttpStatus(401);
      }
      return "3.0";
    },
    getPID: 42,
  };
  const { lines } = await run(["pid"], answers, ["me", "secret"]);
  assertEquals(lines, ["Server requires authentication", "? Username:", "? Password:", "", "42"]);
});

Deno.test("shutdown and reload are asked about in the shell only", async () => {
  assertEquals((await run(["shutdown", "reload"], {})).lines, [
    "Shut down",
    "Restarted supervisord",
  ]);
  const asked = await run(["shutdown", "shutdown", "reload"], {}, ["n", "Yes"]);
  assertEquals(asked.calls, ["shutdown"]);
});

Deno.test("update stops, removes, adds, and names what it does not know", async () => {
  const answers = {
    reloadConfig: [[["new"], ["changed"], ["old"]]],
    stopProcessGroup: [],
    getAllProcessInfo: [info("changed", "changed", 20, "RUNNING")],
  };
  const all = await run(["update"], answers);
  assertEquals(all.lines, [
    "old: stopped",
    "old: removed process group",
    "changed: stopped",
    "changed: updated process group",
    "new: added process group",
  ]);
  const some = await run(["update new zz"], answers);
  assertEquals([some.lines, some.status], [
    ["ERROR: no such group: zz", "new: added process group"],
    1,
  ]);
  const stuck = await run(["update old"], { ...answers, stopProcessGroup: [outcome("old", 30)] });
  assertEquals(stuck.lines.at(-1), "old: has problems; not removing");
});

Deno.test("reread sorts its differences; a bad file is told in full", async () => {
  const { lines } = await run(["reread"], { reloadConfig: [[["b"], ["c"], ["a"]]] });
  assertEquals(lines, ["a: disappeared", "b: available", "c: changed"]);
  const bad = await run(["reread"], { reloadConfig: new XmlRpcFault(92, "CANT_REREAD: why") });
  assertEquals([bad.lines, bad.status], [["ERROR: CANT_REREAD: why"], 1]);
});

Deno.test("a line that is no command is an unknown syntax; ? is help", async () => {
  const { lines, status } = await run(["", "foo bar", "constructor", "!ls"], {});
  assertEquals(lines, [
    "*** Unknown syntax: foo bar",
    "*** Unknown syntax: constructor",
    "*** Unknown syntax: !ls",
  ]);
  assertEquals(status, 1);
  assertEquals((await run(["? pid"], {})).lines, helpLines("pid"));
  assertEquals((await run(["help nope"], {})).lines, ["*** No help on nope"]);
});

Deno.test("helpOverview() lists the commands as the original does", () => {
  assertEquals(helpOverview().slice(1, -1), [
    "default commands (type help <topic>):",
    "=====================================",
    "add    exit      open  reload  restart   start   tail   ",
    "avail  fg        pid   remove  shutdown  status  update ",
    "clear  maintail  quit  reread  signal    stop    version",
  ]);
});

Deno.test("completions() offers commands, groups and processes", async () => {
  const named = () =>
    Promise.resolve([{ group: "web", name: "web" }, { group: "pool", name: "p-0" }, {
      group: "pool",
      name: "p-1",
    }]);
  const of = async (line: string) => (await completions(line, named))[0];
  assertEquals(await of("re"), ["reload ", "remove ", "reread ", "restart "]);
  assertEquals(await of("help sta"), ["start ", "status "]);
  assertEquals(await of("stop "), ["web ", "pool:p-0 ", "pool:* ", "pool:p-1 "]);
  assertEquals(await of("stop web pool:p-1"), ["pool:p-1 "]);
  assertEquals(await of("update p"), ["pool "]);
  assertEquals(await of("avail x"), []);
});

Deno.test("plainLines() cuts lines wherever the reads do, shows the prompt and gives the last line", async () => {
  const parts = ["sta", "tus\nä".slice(0, 5), "\n\nlast"].map((part) =>
    new TextEncoder().encode(part)
  );
  const shown: string[] = [];
  const read = (buffer: Uint8Array) => {
    const part = parts.shift();
    if (part !== undefined) buffer.set(part);
    return Promise.resolve(part?.length ?? null);
  };
  using lines = plainLines({ read }, (text) => void shown.push(text));
  const found = [];
  for (let line = await lines.ask("> "); line !== null; line = await lines.ask("> ")) {
    found.push(line);
  }
  assertEquals(found, ["status", "ä", "", "last"]);
  assertEquals(shown.length, 5);
});

Deno.test("readCtlOptions() takes supervisorctl's options", () => {
  const read = readCtlOptions([
    "-c",
    "x",
    "-iu",
    "me",
    "-p",
    "pw",
    "-s",
    "http://h:1",
    "status",
    "-x",
  ]);
  if (read === "help" || "fault" in read) throw new Error(String(read));
  assertEquals(
    [
      read.configuration,
      read.interactive,
      read.username,
      read.password,
      read.serverurl,
      read.words,
    ],
    ["x", true, "me", "pw", "http://h:1", ["status", "-x"]],
  );
  assertEquals(readCtlOptions(["-h"]), "help");
  assertEquals(readCtlOptions(["-u", "a", "-u", "b"]), {
    fault: "conflicting command line option 'username'",
  });
  assertEquals(
    ["http://h:1", "unix:///s", "ftp://x", "/s", "http://", "http://h:99999"].map(isUrl),
    [
      true,
      true,
      false,
      false,
      false,
      false,
    ],
  );
});
