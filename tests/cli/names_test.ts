// The names under which the program is another one.
import { namedCall } from "../../src/cli/names.ts";
import { readSupervisordOptions } from "../../src/cli/supervisord.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("namedCall() goes by the name of the link, then by the first word", () => {
  const args = (calledAs: string, ...words: readonly string[]) =>
    namedCall(calledAs, words)?.args ?? null;
  assertEquals(args("/usr/bin/supervisorctl", "status", "all"), ["status", "all"]);
  assertEquals(args("supervisord"), []);
  assertEquals(args("./runner", "supervisorctl", "-i"), ["-i"]);
  assertEquals(args("supervisorctl", "supervisord"), ["supervisord"]);
  for (const word of ["status", "constructor", "__proto__", "toString"]) {
    assertEquals(args("/usr/bin/runner", word), null, word);
    assertEquals(args(word, "x"), null, word);
  }
  assertEquals(args("", "supervisord.conf"), null);
  assertEquals(args("runner"), null);
});

Deno.test("readSupervisordOptions() turns options into settings that stand over the file", () => {
  const line = "-nc /etc/s.conf -l/var/log/s.log --logfile_maxbytes=1MB -k --minprocs 5 -s -u www";
  const read = readSupervisordOptions(line.split(" "));
  if ("fault" in read) throw new Error(read.fault);
  assertEquals(read.configuration, "/etc/s.conf");
  assertEquals([...read.overrides], [
    ["nodaemon", true],
    ["logfile", "/var/log/s.log"],
    ["logfile_maxbytes", "1MB"],
    ["nocleanup", true],
    ["minprocs", "5"],
    ["silent", true],
    ["user", "www"],
  ]);
  assertEquals(read.words, [
    "--nodaemon",
    "--logfile=/var/log/s.log",
    "--logfile_maxbytes=1MB",
    "--nocleanup",
    "--minprocs=5",
    "--silent",
    "--user=www",
  ]);
});

Deno.test("readSupervisordOptions() says what it cannot take", () => {
  const fault = (line: string) => {
    const read = readSupervisordOptions(line.split(" "));
    return "fault" in read ? read.fault : read.shows;
  };
  assertEquals(fault("start all"), "positional arguments are not supported: start all");
  assertEquals(fault("-c a -c b"), "conflicting command line option '--configuration'");
  assertEquals(fault("-n -n"), "conflicting command line option '--nodaemon'");
  assertEquals(fault("-x"), "option -x not recognized");
  assertEquals(fault("--profile_options=calls"), "option --profile_options is not supported here");
  assertEquals([fault("-h"), fault("-?"), fault("-v"), fault("-n")], [
    "help",
    "help",
    "version",
    null,
  ]);
});
