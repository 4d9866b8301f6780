// Joins the chunks of a bundle that are loaded together: each file costs more than its text, and `start` needs many.
import { Buffer } from "node:buffer";

/** Bundles `entry`, leaving out the files of `externals`, into a file of its name in `folder`. */
export type Bundle = (
  entry: string,
  options: { readonly folder: string; readonly externals: readonly string[] },
) => Promise<void>;

/**
 * Commands that are to be there at once: what they load is kept apart from what only a supervisor needs. Of those
 * that read a manifest `supervisorctl` is left out: `start` would have eleven files more for its sake, and each file
 * is looked at again whenever something is imported.
 */
const LIGHT: readonly string[] = [
  ...["act", "events", "help", "jlist", "list", "logs", "pid", "reopen", "restart_self", "run_job"],
  ...["scale", "send", "show_environment", "shutdown", "start_command", "status"],
  ...["status_watch", "top", "update", "version"],
];

/** They load next to nothing, and nothing of what others share with them is put together with more. */
const LIGHTEST: readonly string[] = ["exec", "exec_names", "script", "script_box", "script_worker"];

interface Chunks {
  /** Text by file name. */
  readonly texts: ReadonlyMap<string, string>;
  /** Everything that is loaded with the file of a module that is imported when needed. */
  readonly loadedWith: (module: string) => ReadonlySet<string>;
}

interface Group {
  readonly name: string;
  readonly members: readonly string[];
}

/** Rewrites the bundle in `folder` with fewer files. What is loaded when does not change, and no module is there twice. */
export async function joinChunks(folder: string, bundle: Bundle): Promise<void> {
  for (const { name, members } of groupsOf(await readChunks(folder))) {
    if (members.length < 2) continue;
    const { texts } = await readChunks(folder);
    await join({ name, members }, { folder, texts, bundle });
  }
}

/** In the order of loading; nothing in one of them needs anything of a later one. */
function groupsOf({ texts, loadedWith }: Chunks): readonly Group[] {
  const apart = union([loadedWith("main"), ...LIGHTEST.map(loadedWith)]);
  const light = union([apart, ...LIGHT.map(loadedWith)]);
  const core = union(["command_line", "version"].map(loadedWith)).difference(apart);
  const rest = ["status", "act", "list"].map(loadedWith)
    .reduce((all, one) => all.intersection(one)).difference(core.union(apart));
  const start = loadedWith("start");
  const heavy = start.difference(light).difference(core);
  // Whoever reads a manifest reads TOML, mostly.
  const toml = loadedWith("toml").difference(light).difference(core);
  const manifest = heavy.intersection(loadedWith("check")).union(toml);
  const groups: readonly (readonly [string, ReadonlySet<string>])[] = [
    ["core", core],
    ["common", rest.intersection(start)],
    ["client", rest.difference(start)],
    ["manifest", manifest],
    ["supervisor", heavy.difference(manifest)],
  ];
  return groups.map(([name, files]) => ({
    name: `${name}.js`,
    // What asks where it lies has to stay there.
    members: [...files].filter((file) => !(texts.get(file) ?? "").includes("import.meta")).sort(),
  }));
}

function union(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  return sets.reduce((all, one) => all.union(one), new Set<string>());
}

async function readChunks(folder: string): Promise<Chunks> {
  const texts = new Map<string, string>();
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".js")) texts.set(name, await Deno.readTextFile(`${folder}/${name}`));
  }
  const collect = (file: string, seen: Set<string>): Set<string> => {
    if (seen.has(file)) return seen;
    seen.add(file);
    for (const next of importsOf(texts.get(file) ?? "")) collect(next, seen);
    return seen;
  };
  const loadedWith = (module: string) => {
    const file = [...texts.keys()].find((name) =>
      name.replace(/(-[A-Z0-9]{8})?\.js$/, "") === module
    );
    if (file === undefined) throw new Error(`There is no chunk of ${module} to join`);
    return collect(file, new Set());
  };
  return { texts, loadedWith };
}

function importsOf(text: string): readonly string[] {
  return [...text.matchAll(/(?:from|import)"\.\/([^"]+)"/g)].map(([, file = ""]) => file);
}

interface JoinParts {
  readonly folder: string;
  readonly texts: ReadonlyMap<string, string>;
  readonly bundle: Bundle;
}

async function join({ name, members }: Group, { folder, texts, bundle }: JoinParts): Promise<void> {
  const target: Target = { name, numbers: new Map(members.map((file, index) => [file, index])) };
  const outside = [...texts].filter(([file]) => !target.numbers.has(file));
  for (const file of members) await giveMap(`${folder}/${file}`, texts.get(file) ?? "");
  const entry = members.map((file) => passOn(file, texts.get(file) ?? "", target));
  await Deno.writeTextFile(`${folder}/${name}`, entry.join("\n"));
  const joined = `${folder}/joined`;
  await bundle(`${folder}/${name}`, {
    folder: joined,
    externals: outside.map(([file]) => `./${file}`),
  });
  for (const part of [name, `${name}.map`]) {
    await Deno.rename(`${joined}/${part}`, `${folder}/${part}`);
  }
  await Deno.remove(joined);
  const called = new Set([...texts.values()].flatMap(calledFrom));
  for (const file of members) {
    await Deno.remove(`${folder}/${file}.map`);
    if (!called.has(file)) await Deno.remove(`${folder}/${file}`);
    else {await Deno.writeTextFile(
        `${folder}/${file}`,
        standIn(texts.get(file) ?? "", file, target),
      );}
  }
  for (const [file, text] of outside) {
    const changed = redirect(text, target);
    if (changed !== text) await Deno.writeTextFile(`${folder}/${file}`, changed);
  }
}

/** The file that takes the place of others, and their numbers, which tell their names apart in it. */
interface Target {
  readonly name: string;
  readonly numbers: ReadonlyMap<string, number>;
}

function newName(name: string, file: string, { numbers }: Target): string {
  return `m${numbers.get(file)}_${name}`;
}

/** What the joined file gives of one that is in it. */
function passOn(file: string, text: string, target: Target): string {
  const names = exportsOf(text).map((one) => `${one} as ${newName(one, file, target)}`);
  return names.length > 0 ? `export{${names.join(",")}}from"./${file}";` : `import"./${file}";`;
}

/** For one that is imported when needed: the same names, from the joined file. */
function standIn(text: string, file: string, target: Target): string {
  const names = exportsOf(text).map((one) => `${newName(one, file, target)} as ${one}`);
  return `export{${names.join(",")}}from"./${target.name}";\n`;
}

/** They stand at the end; only what a licence wants to be kept comes after them. */
function exportsOf(text: string): readonly string[] {
  const list = /export\{([^}]*)\};?\s*(?:\/\*[^]*?\*\/\s*)*$/.exec(text)?.[1] ?? "";
  return list.split(",").filter((one) => one !== "").map((one) => one.split(" as ").at(-1) ?? one);
}

/** The files that a text imports when they are needed. */
function calledFrom(text: string): readonly string[] {
  return [...text.matchAll(/import\("\.\/([^"]+)"\)/g)].map(([, file = ""]) => file);
}

/** The text with what it imports from files that have been joined. */
function redirect(text: string, target: Target): string {
  const path = `"./${target.name}"`;
  return text
    .replaceAll(/(import|export)\{([^}]*)\}from"\.\/([^"]+)"/g, (all, word, list, file) => {
      if (!target.numbers.has(file)) return all;
      const names = String(list).split(",").map((one) => {
        const [name = "", own = name] = one.split(" as ");
        return `${newName(name, file, target)} as ${own}`;
      });
      return `${word}{${names.join(",")}}from${path}`;
    })
    .replaceAll(/import"\.\/([^"]+)"/g, (all, file) => {
      return target.numbers.has(file) ? `import${path}` : all;
    });
}

/** A map inside the text is followed by the bundler: places in the joined file lead to the sources. */
async function giveMap(path: string, text: string): Promise<void> {
  const map = Buffer.from(await Deno.readFile(`${path}.map`)).toString("base64");
  const url = `data:application/json;base64,${map}`;
  await Deno.writeTextFile(path, `${text}\n//# sourceMappingURL=${url}\n`);
}
