// No supervisor at all: what the machine itself takes for the same work. Not a peer, but what peers are held against.
import { BASE_VERSION, cachedBase } from "../../tools/denort.ts";
import { type Candidate, type Job, programNames, shellWords, writeScript } from "./peer.ts";

/** Name of the column. */
export const LIMIT = "limit";

/** Gives the candidate; the program it compiles goes into `folder`. */
export function limit(folder: string): Candidate {
  return {
    name: LIMIT,
    async find() {
      const empty = await compileEmpty(folder);
      return {
        name: LIMIT,
        version: "",
        ...(empty === undefined ? {} : { client: [empty] }),
        hasMemoryCap: false,
        prepare(job) {
          const script = `${job.folder}/plain.sh`;
          writeScript(script, [...loopsOf(job), "wait"].join("\n"));
          return { command: [script], stop: { kind: "signal", signal: "SIGTERM" } };
        },
      };
    },
  };
}

/** `program | cat > file` for every program, in a loop as the plainest form of a restart. */
function loopsOf(job: Job): string[] {
  return programNames(job.count).map((name) => {
    const log = shellWords([`${job.logs}/${name}.log`]);
    return `while :; do ${shellWords(job.command)}; done | cat >${log} &`;
  });
}

/** Compiles a program that does nothing, where there is a base runtime to do it with. */
async function compileEmpty(folder: string): Promise<string | undefined> {
  const base = Deno.env.get("DENORT_BIN") ??
    (Deno.version.deno === BASE_VERSION ? await cachedBase() : undefined);
  if (base === undefined) return undefined;
  const [source, program] = [`${folder}/empty.js`, `${folder}/empty`];
  Deno.writeTextFileSync(source, "");
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["compile", "-q", "-A", "--no-check", "--no-code-cache", "-o", program, source],
    env: { DENORT_BIN: base },
    cwd: folder,
  }).output();
  return success ? program : undefined;
}
