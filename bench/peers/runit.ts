// runit: runsvdir, and runsv and svlogd for every program.
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

export const runit: Candidate = {
  name: "runit",
  async find() {
    const usage = await ask(["runsvdir"]);
    if (usage === undefined) return "not installed (Debian: runit)";
    return {
      name: "runit",
      version: await debianVersion("runit"),
      hasMemoryCap: false,
      prepare(job) {
        const services = `${job.folder}/services`;
        for (const name of programNames(job.count)) writeService(`${services}/${name}`, name, job);
        // A folder that has changed within this second is looked at a second later: let it be older.
        Deno.utimeSync(services, 0, 0);
        // SIGHUP stops the services too; after SIGTERM they would stay.
        return {
          command: ["runsvdir", "-P", services],
          stop: { kind: "signal", signal: "SIGHUP" },
        };
      },
    };
  },
};

function writeService(folder: string, name: string, job: Job): void {
  const logs = `${job.logs}/${name}`;
  Deno.mkdirSync(`${folder}/log`, { recursive: true });
  Deno.mkdirSync(logs, { recursive: true });
  Deno.writeTextFileSync(`${logs}/config`, `s${ROTATE_BYTES}\nn${BACKUPS}\n`);
  writeScript(`${folder}/run`, `exec 2>&1\nexec ${shellWords(job.command)}`);
  writeScript(`${folder}/log/run`, `exec svlogd ${shellWords([logs])}`);
}
