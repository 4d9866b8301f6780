// The programs that are supervised: C where there is a compiler, else sh.
import { fileURLToPath } from "node:url";

const NAMES = ["sleeps", "exits", "leaks", "writes"] as const;

export type FixtureName = typeof NAMES[number];

export interface Fixtures {
  readonly folder: string;
  /** The shell forms can only read the wall clock. */
  readonly isWallClock: boolean;
  readonly path: (name: FixtureName) => string;
}

/** Builds the fixtures into a folder; `CC` names another compiler. */
export async function buildFixtures(folder: string): Promise<Fixtures> {
  const source = fileURLToPath(new URL("fixtures/", import.meta.url));
  const isCompiled = await compileAll(source, folder);
  return {
    folder: isCompiled ? folder : source,
    isWallClock: !isCompiled,
    path: (name) => isCompiled ? `${folder}/${name}` : `${source}${name}.sh`,
  };
}

async function compileAll(source: string, folder: string): Promise<boolean> {
  for (const name of NAMES) {
    const args = ["-O2", "-o", `${folder}/${name}`, `${source}${name}.c`];
    // Static where possible: the loader's work is not what is measured.
    if (!await compile(["-static", ...args]) && !await compile(args)) return false;
  }
  return true;
}

async function compile(args: readonly string[]): Promise<boolean> {
  const compiler = Deno.env.get("CC") ?? "cc";
  try {
    return (await new Deno.Command(compiler, { args: [...args], stderr: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
