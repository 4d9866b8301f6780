// Checks that imports go down the floors only, without cycles, and that every file is in a room we know.
import { join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The rooms by floor. Rooms of one floor never import each other; files of one room may. */
const FLOORS: readonly (readonly string[])[] = [
  ["src/base", "src/types"],
  ["src/manifest"],
  ["src/core"],
  ["src/ports"],
  ["src/engine", "src/os"],
  ["src/control"],
  ["src/cli"],
  ["src/main.ts", "mod.ts"],
];

/** The way in: of the top floor's two files, mod.ts may import src/main.ts. */
const ENTRY = { from: "mod.ts", to: "src/main.ts" };

/** What sources may take from outside src/. */
const SHARED_FILES = ["deno.json", "docs/openapi.json"];

/** The files a file imports, by paths relative to the root. */
export type Imports = ReadonlyMap<string, readonly string[]>;

if (import.meta.main) {
  const root = resolve(Deno.args[0] ?? ".");
  const imports = await readImports(root);
  const faults = [...checkRooms(imports), ...checkDirections(imports), ...checkCycles(imports)];
  for (const fault of faults) console.error(`floors: ${fault}`);
  if (faults.length > 0) Deno.exit(1);
  console.error(`floors: ${imports.size} files, imports go down only`);
}

/** Says which files are in no room. */
export function checkRooms(imports: Imports): string[] {
  return [...imports.keys()].filter((file) => place(file) === undefined).map((file) =>
    `${file} is in no room: use one of ${FLOORS.flat().join(", ")}`
  );
}

/** Says which imports go up, or across to another room of the same floor. */
export function checkDirections(imports: Imports): string[] {
  return [...imports].flatMap(([from, targets]) =>
    targets.flatMap((to) => {
      const fault = judge(from, to);
      return fault === undefined ? [] : [`${from} imports ${to}: ${fault}`];
    })
  );
}

/** Gives one line for every cycle found, as the chain of files. */
export function checkCycles(imports: Imports): string[] {
  const done = new Set<string>();
  const faults: string[] = [];
  const visit = (file: string, path: readonly string[]) => {
    const at = path.indexOf(file);
    if (at >= 0) faults.push(`cycle: ${[...path.slice(at), file].join(" -> ")}`);
    if (at >= 0 || done.has(file)) return;
    for (const target of imports.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return faults;
}

/** Asks Deno for the import graph of every source file below `root`, types included. */
export async function readImports(root: string): Promise<Imports> {
  const files = sources(root);
  const folder = await Deno.makeTempDir({ prefix: "floors-" });
  try {
    // One module that imports all of them: one question to Deno instead of one a file.
    const all = join(folder, "all.ts");
    const lines = files.map((file) => `import ${JSON.stringify(pathToFileURL(join(root, file)))};`);
    await Deno.writeTextFile(all, lines.join("\n"));
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--no-lock", "--config", join(root, "deno.json"), all],
      env: { NO_COLOR: "1" },
    }).output();
    if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
    return parseGraph(JSON.parse(new TextDecoder().decode(stdout)), root);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

interface Place {
  readonly floor: number;
  readonly room: string;
}

/** Gives the floor and room of a file. */
function place(file: string): Place | undefined {
  for (const [floor, rooms] of FLOORS.entries()) {
    const room = rooms.find((name) => file === name || file.startsWith(`${name}/`));
    if (room !== undefined) return { floor, room };
  }
  return undefined;
}

function judge(from: string, to: string): string | undefined {
  const [here, there] = [place(from), place(to)];
  if (here === undefined || SHARED_FILES.includes(to)) return undefined;
  if (there === undefined) return `${to} is no part of the product`;
  if (there.floor > here.floor) return `${there.room} is above ${here.room}`;
  const isAcross = there.floor === here.floor && there.room !== here.room;
  const isEntry = from === ENTRY.from && to === ENTRY.to;
  if (isAcross && !isEntry) return `${here.room} and ${there.room} are rooms of one floor`;
  return undefined;
}

interface Graph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly error?: string;
    readonly dependencies?: readonly {
      readonly code?: { readonly specifier?: string };
      readonly type?: { readonly specifier?: string };
    }[];
  }[];
}

function parseGraph(graph: Graph, root: string): Imports {
  const imports = new Map<string, string[]>();
  for (const { specifier, error, dependencies } of graph.modules) {
    const file = toLocal(specifier, root);
    const isOurs = file !== undefined && (place(file) !== undefined || file.startsWith("src/"));
    // What cannot be found or read is for `deno check` to say, with line and column.
    if (!isOurs || error !== undefined) continue;
    const targets = (dependencies ?? []).flatMap(({ code, type }) =>
      [code?.specifier, type?.specifier].flatMap((target) => toLocal(target, root) ?? [])
    );
    imports.set(file, [...new Set(targets)].sort());
  }
  return imports;
}

/** Gives the path below the root, or nothing for packages and built-in modules. */
function toLocal(specifier: string | undefined, root: string): string | undefined {
  if (specifier === undefined || !specifier.startsWith("file://")) return undefined;
  const path = relative(root, fileURLToPath(specifier));
  return path.startsWith("..") ? undefined : path;
}

/** Lists the TypeScript and JavaScript files of the product. */
function sources(root: string, folder = "src"): string[] {
  const inside = [...Deno.readDirSync(join(root, folder))].flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) return sources(root, path);
    return /\.(ts|tsx|js|mjs)$/.test(entry.name) ? [path] : [];
  });
  const face = [...Deno.readDirSync(root)].some((entry) => entry.name === "mod.ts");
  return folder === "src" && face ? [...inside, "mod.ts"] : inside;
}
