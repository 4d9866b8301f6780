// s6: s6-svscan, and s6-supervise and s6-log for every program.
import {
  ask,
  BACKUPS,
  type Candidate,
  debianVersion,
  type Job,
  programNames,
  ROTATE_BYTES,
  shellWords,
  writeScript,
} from "./peer.ts";

export const s6: Candidate = {
  name: "s6",
  async find() {
    const usage = await ask(["s6-svscan", "--help"]);
    if (usage === undefined) return "not installed (Debian: s6)";
    return {
      name: "s6",
      version: await debianVersion("s6"),
      hasMemoryCap: false,
      prepare(job) {
        const services = `${job.folder}/services`;
        for (const name of programNames(job.count)) writeService(`${services}/${name}`, name, job);
        return {
          command: ["s6-svscan", "-c", "1000", services],
          stop: { kind: "signal", signal: "SIGTERM" },
        };
      },
    };
  },
};

function writeService(folder: string, name: string, job: Job): void {
  const logs = `${job.logs}/${name}`;
  Deno.mkdirSync(`${folder}/log`, { recursive: true });
  writeScript(`${folder}/run`, `exec 2>&1\nexec ${shellWords(job.command)}`);
  writeScript(
    `${folder}/log/run`,
    `exec s6-log n${BACKUPS} s${ROTATE_BYTES} ${shellWords([logs])}`,
  );
}
