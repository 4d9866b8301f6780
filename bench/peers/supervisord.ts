// supervisord, from Debian's package `supervisor`.
import { ask, BACKUPS, type Candidate, type Job, ROTATE_BYTES } from "./peer.ts";

export const supervisord: Candidate = {
  name: "supervisord",
  async find() {
    const version = await ask(["supervisord", "--version"]);
    if (version === undefined) return "not installed (Debian: supervisor)";
    return {
      name: "supervisord",
      version,
      client: ["supervisorctl", "version"],
      hasMemoryCap: false,
      prepare(job) {
        const config = `${job.folder}/supervisord.conf`;
        Deno.writeTextFileSync(config, configOf(job));
        return {
          command: ["supervisord", "-n", "-c", config],
          stop: { kind: "signal", signal: "SIGTERM" },
          status: ["supervisorctl", "-c", config, "status"],
        };
      },
    };
  },
};

function configOf(job: Job): string {
  return [
    "[unix_http_server]",
    `file=${job.folder}/s.sock`,
    "[rpcinterface:supervisor]",
    "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface",
    "[supervisorctl]",
    `serverurl=unix://${job.folder}/s.sock`,
    "[supervisord]",
    "nodaemon=true",
    "silent=true",
    `logfile=${job.folder}/supervisord.log`,
    `pidfile=${job.folder}/supervisord.pid`,
    `childlogdir=${job.folder}`,
    "[program:web]",
    `command=${job.command.join(" ")}`,
    `numprocs=${job.count}`,
    "process_name=%(program_name)s_%(process_num)03d",
    `stdout_logfile=${job.logs}/%(program_name)s_%(process_num)03d.log`,
    `stdout_logfile_maxbytes=${ROTATE_BYTES}`,
    `stdout_logfile_backups=${BACKUPS}`,
    "redirect_stderr=true",
    ...(job.isFailing ? ["startsecs=0", "autorestart=true"] : []),
    "",
  ].join("\n");
}
