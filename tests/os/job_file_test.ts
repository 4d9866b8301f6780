// The file that says how far jobs had got: written whole, read with suspicion.
import { readJobFile, writeJobFile } from "../../src/os/job_file.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

const JOBS = [{ key: "a:a", timing: "@daily", done: 1_000 }];

function inFolder(test: (folder: string) => void): void {
  const folder = Deno.makeTempDirSync({ prefix: "runner-jobs-" });
  try {
    test(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("readJobFile() gives back what writeJobFile() has put there, and nobody else may read it", () => {
  inFolder((folder) => {
    const path = `${folder}/state/pool.jobs`;
    assertEquals(writeJobFile(path, JOBS), "");
    assertEquals(readJobFile(path), { jobs: JOBS, fault: "" });
    assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
    assertEquals([...Deno.readDirSync(`${folder}/state`)].map(({ name }) => name), ["pool.jobs"]);
  });
});

Deno.test("readJobFile() takes nothing from a file that is missing, cut off or of another kind", () => {
  inFolder((folder) => {
    const path = `${folder}/pool.jobs`;
    assertEquals(readJobFile(path), { jobs: [], fault: "" });
    const texts = ['{"version":1,"jobs":[{"key"', "[]", '{"version":2,"jobs":[]}', "null"];
    for (const text of texts) {
      Deno.writeTextFileSync(path, text);
      assertEquals(readJobFile(path).jobs, [], text);
    }
    Deno.writeTextFileSync(path, JSON.stringify({ version: 1, jobs: [{ key: 1 }, ...JOBS] }));
    assertEquals(readJobFile(path).jobs, JOBS);
    Deno.writeTextFileSync(path, " ".repeat((1 << 20) + 1));
    assertEquals(readJobFile(path), { jobs: [], fault: "it is too large" });
  });
});

Deno.test("a place that cannot be used is a fault in words, and nothing is thrown", () => {
  assertTrue(writeJobFile("/proc/no-such-folder/pool.jobs", JOBS) !== "", "cannot be written");
  inFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/file`, "");
    assertTrue(writeJobFile(`${folder}/file/pool.jobs`, JOBS) !== "", "its folder is a file");
    assertTrue(readJobFile(`${folder}/file/pool.jobs`).fault !== "", "its folder is a file");
  });
});
