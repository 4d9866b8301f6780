// The same manifest under supervisord and under us: what each has said and left, in comparable words.
import { BINARY, Sandbox } from "./runner_process.ts";
import { textOf, until } from "./wait.ts";

/** A pool and when there is nothing more to see of it. */
export interface Case {
  readonly name: string;
  /** The manifest after `[supervisord]`; paths begin with %(here)s. */
  readonly manifest: string;
  /** More files, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** The log must match each of these before the pool is stopped. */
  readonly settled: readonly RegExp[];
  /** Files that must hold this text before that. */
  readonly written?: Readonly<Record<string, string>>;
  /** Processes that stop one after the other. */
  readonly stopsInOrder?: RegExp;
}

/** What became of a case on one side. */
export interface Outcome {
  readonly code: number;
  /** Lines about each process, in order, without times and pids. */
  readonly processes: Readonly<Record<string, readonly string[]>>;
  /** In which order processes were spawned first, and stopped as far as that is promised. */
  readonly order: readonly string[];
  /** Every file it has left, with its text, mode and owner. */
  readonly files: Readonly<Record<string, string>>;
}

const OWN_FILES = ["own.log", "own.pid", "pool.ini", "said.txt", "run"];

/** Runs a case on one side, in a folder of its own. */
export async function runCase(box: Sandbox, side: "theirs" | "ours", one: Case): Promise<Outcome> {
  const folder = box.path(`${one.name.replaceAll(/\W+/g, "_")}/${side}`);
  Deno.mkdirSync(folder, { recursive: true });
  const at = (name: string) => `${folder}/${name}`;
  const head = "[supervisord]\nlogfile=%(here)s/own.log\npidfile=%(here)s/own.pid\n" +
    "childlogdir=%(here)s\n";
  Deno.writeTextFileSync(at("pool.ini"), head + one.manifest);
  for (const [name, text] of Object.entries(one.files ?? {})) {
    Deno.writeTextFileSync(at(name), text);
  }
  const words = side === "ours"
    ? [BINARY, "start", "pool.ini"]
    : ["supervisord", "--nodaemon", "--configuration", "pool.ini"];
  const child = new Deno.Command("sh", {
    args: ["-c", 'umask 022; exec "$@" >said.txt 2>&1', "sh", ...words],
    cwd: folder,
    env: { RUNNER_RUNTIME_DIR: at("run"), LC_ALL: "C.UTF-8" },
    stdin: "null",
  }).spawn();
  try {
    await settle(one, { at, side });
  } finally {
    child.kill("SIGTERM");
  }
  const { code } = await child.status;
  const log = (await textOf(at("own.log"))).replaceAll(folder, "HERE");
  return { code, ...events(log, one), files: await filesIn(folder) };
}

async function settle(
  one: Case,
  { at, side }: { readonly at: (name: string) => string; readonly side: string },
): Promise<void> {
  for (const pattern of one.settled) {
    const isSeen = async () => pattern.test(await textOf(at("own.log")));
    await until(`${one.name} (${side}): ${pattern}`, isSeen, 40_000);
  }
  for (const [name, text] of Object.entries(one.written ?? {})) {
    await until(`${one.name} (${side}): ${name}`, async () => {
      return (await textOf(at(name))).includes(text);
    });
  }
}

const EVENT =
  /(?:spawned: '(?<a>[^']+)'|(?:exited|stopped|success|gave up|killing)[: ]+'?(?<b>[\w-]+)'?|spawnerr:)[^;\n]*(?:; (?:not )?expected\))?/g;

/** The lines of the log that people grep for, by process. */
function events(log: string, { stopsInOrder }: Case): Pick<Outcome, "processes" | "order"> {
  const processes: Record<string, string[]> = {};
  const order: string[] = [];
  for (const match of log.matchAll(EVENT)) {
    const name = match.groups?.["a"] ?? match.groups?.["b"] ?? "spawnerr";
    // Ours names the program, too.
    const text = match[0].replace(/with pid \d+|\(\d+\)/, "PID").replace(
      /^(spawnerr: )\w+: /,
      "$1",
    );
    if (text.startsWith("spawned") && !(name in processes)) order.push(`start ${name}`);
    (processes[name] ??= []).push(text);
    if (text.startsWith("stopped") && stopsInOrder?.test(name)) order.push(`stop ${name}`);
  }
  return { processes, order };
}

async function filesIn(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (OWN_FILES.includes(name) || isDirectory) continue;
    const { mode, uid, gid } = Deno.statSync(`${folder}/${name}`);
    const text = (await textOf(`${folder}/${name}`)).replaceAll(folder, "HERE");
    const lines = text.split("\n").filter((line) => !/^(RUNNER_|_=)/.test(line));
    found[name] = `${((mode ?? 0) & 0o777).toString(8)} ${uid}:${gid}\n${lines.join("\n")}`;
  }
  return found;
}
