// Options as Python's getopt reads them.
import { getopt, type GetoptSpec } from "../../src/cli/getopt.ts";
import { assertEquals } from "../support/assert.ts";

const SPECS: readonly GetoptSpec[] = [
  { name: "configuration", letter: "c", valued: true },
  { name: "nodaemon", letter: "n", valued: false },
  { name: "nocleanup", letter: "k", valued: false },
  { name: "logfile", letter: "l", valued: true },
  { name: "logfile_backups", letter: "z", valued: true },
  { name: "minprocs", valued: true },
];

const CASES: readonly (readonly [string, string])[] = [
  ["", ""],
  ["-n -c x", "nodaemon= configuration=x"],
  ["-nc x", "nodaemon= configuration=x"],
  ["-ncx", "nodaemon= configuration=x"],
  ["-c -n", "configuration=-n"],
  ["--configuration=a=b", "configuration=a=b"],
  ["--configuration a", "configuration=a"],
  ["--conf a --nod", "configuration=a nodaemon="],
  ["--logfile x", "logfile=x"],
  ["--minprocs=", "minprocs="],
  ["-n status -c x", "nodaemon= | status -c x"],
  ["-n -- -c x", "nodaemon= | -c x"],
  ["-", "| -"],
  ["--no", "option --no not a unique prefix"],
  ["--nope", "option --nope not recognized"],
  ["-nx", "option -x not recognized"],
  ["-c", "option -c requires argument"],
  ["--minprocs", "option --minprocs requires argument"],
  ["--nodaemon=1", "option --nodaemon must not have an argument"],
];

Deno.test("getopt() reads letters, long names, shortened ones and words", () => {
  for (const [line, wanted] of CASES) {
    const read = getopt(line === "" ? [] : line.split(" "), SPECS);
    const text = "fault" in read ? read.fault : [
      ...read.options.map(({ name, value }) => `${name}=${value}`),
      ...(read.words.length > 0 ? ["|", ...read.words] : []),
    ].join(" ");
    assertEquals(text, wanted, line);
  }
});
