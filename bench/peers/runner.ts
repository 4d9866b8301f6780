// Ourselves, the compiled binary.
import { ask, BACKUPS, type Candidate, type Job, ROTATE_BYTES } from "./peer.ts";

/** Gives the candidate for the binary at `path`. */
export function runner(path: string): Candidate {
  return {
    name: "runner",
    async find() {
      const version = await ask([path, "version"]);
      if (version === undefined) return `no ${path}: build it with ./denow task compile`;
      return {
        name: "runner",
        version: version.replace(/^runner\s+/, "").split("\n")[0] ?? "",
        client: [path, "version"],
        hasMemoryCap: true,
        prepare(job) {
          const manifest = `${job.folder}/runner.toml`;
          Deno.writeTextFileSync(manifest, manifestOf(job));
          return {
            command: [path, "start", manifest],
            stop: { kind: "signal", signal: "SIGTERM" },
            status: [path, "status", "-c", manifest],
            socket: socketOf(job),
          };
        },
      };
    },
  };
}

function socketOf(job: Job): string {
  return `${job.folder}/r.sock`;
}

function manifestOf(job: Job): string {
  return [
    "[runner]",
    "log_stdout = false",
    `logfile = ${JSON.stringify(`${job.folder}/runner.log`)}`,
    "[unix_http_server]",
    `file = ${JSON.stringify(socketOf(job))}`,
    "[program.web]",
    `command = ${JSON.stringify(job.command)}`,
    `numprocs = ${job.count}`,
    'process_name = "%(program_name)s_%(process_num)03d"',
    `stdout_logfile = ${JSON.stringify(`${job.logs}/%(program_name)s_%(process_num)03d.log`)}`,
    `stdout_logfile_maxbytes = ${ROTATE_BYTES}`,
    `stdout_logfile_backups = ${BACKUPS}`,
    "redirect_stderr = true",
    ...(job.memoryCapMiB === undefined ? [] : [`max_memory = "${job.memoryCapMiB}MB"`]),
    ...(job.isFailing ? ["startsecs = 0"] : []),
    "",
  ].join("\n");
}
