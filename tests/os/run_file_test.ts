// The file that keeps the runs of jobs: what was written is read, and nothing else is believed.
import type { JobRecords, PastRun } from "../../src/core/job_state.ts";
import { readRunFile, writeRunFile } from "../../src/os/run_file.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

const NOTHING = { paused: [], jobs: [] };
const RUN = { id: "a:a", run: 3, why: "schedule", planned: 60_000, attempt: 1 } as const;

function past(values: Partial<PastRun> = {}): PastRun {
  const times = { began: { wall: 60_000, mono: 0 }, ended: { wall: 65_000, mono: 5_000 } };
  const exit = { kind: "code", code: 0 } as const;
  return { ...RUN, ...times, result: "ok", exit, reason: "", ...values };
}

const RECORDS: JobRecords = {
  paused: ["b:b"],
  jobs: [{
    key: "a:a",
    runs: [{ ...RUN, why: "manual", planned: null, began: { wall: 90_000, mono: 0 } }],
    past: [
      past({ result: "failed", exit: { kind: "signal", signal: 9, coreDumped: false } }),
      past({ result: "lost", exit: null, reason: "the runner ended" }),
      past({ exit: { kind: "lost" } }),
    ],
    last: past(),
    lastSuccess: 65_000,
  }],
};

function inFolder(test: (folder: string) => void): void {
  const folder = Deno.makeTempDirSync({ prefix: "runner-runs-" });
  try {
    test(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("readRunFile() gives back what writeRunFile() has put there, with lengths instead of monotonic times", () => {
  inFolder((folder) => {
    const path = `${folder}/state/pool.runs`;
    const [job] = RECORDS.jobs;
    if (job === undefined) throw new Error("there is no job");
    const long = past({
      began: { wall: 60_000, mono: 7e6 },
      ended: { wall: 65_000, mono: 7e6 + 5_000 },
    });
    assertEquals(writeRunFile(path, { ...RECORDS, jobs: [{ ...job, last: long }] }), "");
    assertEquals(readRunFile(path), { records: RECORDS, fault: "" });
    assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
    assertEquals([...Deno.readDirSync(`${folder}/state`)].map(({ name }) => name), ["pool.runs"]);
  });
});

Deno.test("readRunFile() takes nothing from a file that is missing, cut off, somebody else's or no file", () => {
  inFolder((folder) => {
    const path = `${folder}/pool.runs`;
    assertEquals(readRunFile(path), { records: NOTHING, fault: "" });
    const texts = [
      '{"version":1,"jobs":[{"key"',
      "",
      "null",
      "[]",
      '{"version":2,"jobs":[]}',
      "{}",
    ];
    for (const text of texts) {
      Deno.writeTextFileSync(path, text);
      const { records, fault } = readRunFile(path);
      assertEquals([records, fault !== ""], [NOTHING, true], text);
    }
    Deno.removeSync(path);
    Deno.mkdirSync(path);
    assertEquals(readRunFile(path), { records: NOTHING, fault: "it is no file" });
  });
});

Deno.test("readRunFile() drops what is no run, and keeps the rest", () => {
  inFolder((folder) => {
    const path = `${folder}/pool.runs`;
    writeRunFile(path, RECORDS);
    const text = Deno.readTextFileSync(path);
    const spoil = (change: (job: Record<string, unknown>) => void) => {
      const value = JSON.parse(text);
      change(value.jobs[0]);
      Deno.writeTextFileSync(path, JSON.stringify(value));
      return readRunFile(path).records.jobs[0];
    };
    const wrong: readonly [string, unknown][] = [
      ["why", "whim"],
      ["began", 1e300],
      ["ended", "yesterday"],
      ["result", "great"],
      ["exit", { kind: "code", code: "0" }],
      ["exit", 7],
      ["duration", null],
      ["reason", {}],
      ["id", null],
      ["planned", true],
    ];
    const good = RECORDS.jobs[0]?.last;
    for (const [key, value] of wrong) {
      const bad = { ...JSON.parse(text).jobs[0].last, [key]: value };
      const job = spoil((one) => one["past"] = [bad, null, one["last"]]);
      assertEquals(job?.past, [good], `${key} = ${JSON.stringify(value)}`);
    }
    assertEquals(spoil((one) => one["key"] = 1), undefined);
    const bare = spoil((one) =>
      ["runs", "past", "last", "lastSuccess"].forEach((key) => delete one[key])
    );
    assertEquals(bare, { key: "a:a", runs: [], past: [], last: null, lastSuccess: null });
  });
});

Deno.test("a place that cannot be used is a fault in words, and nothing is thrown", () => {
  assertTrue(writeRunFile("/proc/no-such-folder/pool.runs", RECORDS) !== "", "cannot be written");
});
