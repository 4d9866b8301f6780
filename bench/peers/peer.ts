// What a supervisor has to say about itself to be measured.

/** Programs that are to be kept running, all alike. */
export interface Job {
  /** Empty folder for configuration, sockets and state. */
  readonly folder: string;
  /** Folder below which the output of the programs goes. */
  readonly logs: string;
  readonly command: readonly string[];
  readonly count: number;
  /** Restart a program that grows beyond this. */
  readonly memoryCapMiB?: number;
  /** The program fails at once: never give it up. */
  readonly isFailing?: boolean;
}

/** How the supervisor is started for a job, and how it is asked to stop everything. */
export interface Launch {
  readonly command: readonly string[];
  readonly stop:
    | { readonly kind: "signal"; readonly signal: Deno.Signal }
    | { readonly kind: "command"; readonly command: readonly string[] };
  /** Command of its client that lists all programs. */
  readonly status?: readonly string[];
  /** Unix socket of its HTTP API, where it has ours. */
  readonly socket?: string;
}

/** A supervisor that is installed here. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  /** Command of its client that asks nobody, to see what the client's start costs. */
  readonly client?: readonly string[];
  readonly hasMemoryCap: boolean;
  /** Writes the configuration into the folder of the job. */
  readonly prepare: (job: Job) => Launch;
}

/** A supervisor to look for: gives it, or the reason why it cannot take part. */
export interface Candidate {
  readonly name: string;
  readonly find: () => Promise<Peer | string>;
}

/** Rotation, the same for all who rotate. */
export const ROTATE_BYTES = 50 * 1024 * 1024;
/** Enough for everything that is written here, so that what is missing was lost and not thrown away. */
export const BACKUPS = 40;

/** Runs a command and gives its output, or nothing when it is not installed. */
export async function ask(command: readonly string[]): Promise<string | undefined> {
  const [file = "", ...args] = command;
  try {
    const { stdout, stderr } = await new Deno.Command(file, { args, stdin: "null" }).output();
    const decoder = new TextDecoder();
    return `${decoder.decode(stdout)}${decoder.decode(stderr)}`.trim();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Gives the version of a Debian package, as most of these programs do not tell their own. */
export async function debianVersion(name: string): Promise<string> {
  const answer = await ask(["dpkg-query", "-W", "-f", "${Version}", name]);
  return answer === undefined || answer.includes("no packages") ? "" : answer;
}

/** Quotes words for sh. */
export function shellWords(words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
}

/** Writes an executable script. */
export function writeScript(path: string, body: string): void {
  Deno.writeTextFileSync(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}

/** Names the folders of `count` programs so that they sort by number. */
export function programNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `web_${String(i).padStart(3, "0")}`);
}
