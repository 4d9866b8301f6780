// PM2, from npm into a cache folder. It does not rotate logs by itself: its output stays in one file.
import { ask, type Candidate, type Job } from "./peer.ts";

const VERSION = "7.0.4";

export const pm2: Candidate = {
  name: "PM2",
  async find() {
    const program = await install();
    if (program === undefined) return "not installed, and npm cannot get it";
    return {
      name: "PM2",
      version: VERSION,
      client: [program, "--version"],
      hasMemoryCap: true,
      prepare(job) {
        const config = `${job.folder}/pm2.json`;
        Deno.writeTextFileSync(config, JSON.stringify({ apps: [appOf(job)] }));
        return {
          command: [program, "start", config],
          stop: { kind: "command", command: [program, "kill"] },
          status: [program, "ls"],
        };
      },
    };
  },
};

function appOf(job: Job) {
  const [script, ...args] = job.command;
  return {
    name: "web",
    script,
    args,
    interpreter: "none",
    exec_mode: "fork",
    instances: job.count,
    out_file: `${job.logs}/web.log`,
    error_file: `${job.logs}/web.err`,
    ...(job.memoryCapMiB === undefined ? {} : { max_memory_restart: `${job.memoryCapMiB}M` }),
    ...(job.isFailing ? { max_restarts: 1e9 } : {}),
  };
}

/** Gives the path of the program, installed once. */
async function install(): Promise<string | undefined> {
  const home = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME") ?? "/tmp"}/.cache`;
  const folder = `${home}/runner-bench/pm2-${VERSION}`;
  const program = `${folder}/node_modules/.bin/pm2`;
  if (exists(program)) return program;
  const flags = ["--no-audit", "--no-fund", "--omit=optional", "--loglevel=error"];
  await ask(["npm", "install", "--prefix", folder, ...flags, `pm2@${VERSION}`]);
  return exists(program) ? program : undefined;
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
