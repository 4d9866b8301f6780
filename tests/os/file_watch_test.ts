// FileWatch on real files: what counts, what does not, and what comes and goes.
import { FileWatch } from "../../src/os/file_watch.ts";
import { inotifyCalls } from "../../src/os/inotify.ts";
import { libc } from "../../src/os/libc.ts";
import { Poller } from "../../src/os/poller.ts";
import type { WatchRequest } from "../../src/ports/file_watch.ts";
import { assertEquals } from "../support/assert.ts";
import { until } from "../support/wait.ts";

// Opened for the whole process: no test leaks them.
libc();
inotifyCalls();

/** A folder that is watched, and what was told of it. */
class Bench implements AsyncDisposable {
  readonly folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "runner-watch-" }));
  readonly faults: string[] = [];
  readonly #poller = new Poller();
  readonly #watch = new FileWatch({
    poller: this.#poller,
    fault: (text) => void this.faults.push(text),
  });
  #told = new Set<string>();

  path(name: string): string {
    return `${this.folder}/${name}`;
  }

  write(name: string, text = name): void {
    Deno.writeTextFileSync(this.path(name), text);
  }

  folders(...names: readonly string[]): void {
    for (const name of names) Deno.mkdirSync(this.path(name), { recursive: true });
  }

  rename(from: string, to: string): void {
    Deno.renameSync(this.path(from), this.path(to));
  }

  watch({ globs = [], files = [], ignore = [] }: Partial<WatchRequest>): Disposable {
    const request = {
      globs: globs.map((one) => this.path(one)),
      files: files.map((one) => this.path(one)),
      ignore,
    };
    return this.#watch.watch(request, (path) => {
      this.#told.add(path.slice(this.folder.length + 1));
    });
  }

  /** Waits for a last change and gives all that was told until then. */
  async told(marker: string): Promise<string[]> {
    await until(`${marker} to be told of`, () => this.#told.has(marker));
    const told = [...this.#told].filter((one) => one !== marker).toSorted();
    this.#told = new Set();
    return told;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watch[Symbol.dispose]();
    await this.#poller[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }
}

Deno.test("FileWatch tells of files that are written, replaced, renamed and removed", async () => {
  await using bench = new Bench();
  bench.folders("src/deep");
  for (const name of ["src/a", "src/b", "src/deep/c", "src/d"]) bench.write(name);
  using _watching = bench.watch({ globs: ["src/**"] });
  bench.write("src/a", "more");
  bench.write("src/deep/.c.tmp");
  bench.rename("src/deep/.c.tmp", "src/deep/c");
  bench.rename("src/b", "src/e");
  Deno.removeSync(bench.path("src/d"));
  bench.write("other");
  bench.write("src/end");
  assertEquals(await bench.told("src/end"), ["src/a", "src/b", "src/d", "src/deep/c", "src/e"]);
});

Deno.test("FileWatch leaves alone what is ignored, and does not even look there", async () => {
  await using bench = new Bench();
  bench.folders("node_modules/x", ".git", "logs", "gen");
  using _watching = bench.watch({ globs: ["**"], ignore: ["*.md", bench.path("gen")] });
  for (const name of ["node_modules/x/a.js", ".git/HEAD", "logs/a", "a.log", "a.md", "gen/a"]) {
    bench.write(name);
  }
  for (const name of ["a.swp", ".a.ts.swp", "a~"]) bench.write(name);
  bench.write("end");
  assertEquals(await bench.told("end"), []);
});

Deno.test("FileWatch sees folders that come later, and what is in them already", async () => {
  await using bench = new Bench();
  bench.folders("src", "away/x/y");
  bench.write("away/x/y/moved.ts");
  using _watching = bench.watch({ globs: ["src/**/*.ts"] });
  bench.folders("src/a/b");
  bench.write("src/a/b/new.ts");
  bench.rename("away/x", "src/x");
  bench.write("src/x/y/later.ts");
  bench.write("src/end.ts");
  const told = await bench.told("src/end.ts");
  for (const one of ["src/a/b/new.ts", "src/x/y/moved.ts"]) assertEquals(told.includes(one), true);
  bench.write("src/x/y/more.ts");
  await bench.told("src/x/y/more.ts");
});

Deno.test("FileWatch goes on when the folder is removed and made again, parents included", async () => {
  await using bench = new Bench();
  bench.folders("p/src");
  bench.write("p/src/a");
  using _watching = bench.watch({ globs: ["p/src/**"] });
  Deno.removeSync(bench.path("p/src"), { recursive: true });
  bench.folders("p/src");
  bench.write("p/src/a");
  await bench.told("p/src/a");
  Deno.removeSync(bench.path("p"), { recursive: true });
  bench.folders("p/src");
  bench.write("p/src/b");
  await bench.told("p/src/b");
  bench.rename("p", "q");
  bench.folders("p/src");
  bench.write("p/src/c");
  await bench.told("p/src/c");
});

Deno.test("FileWatch waits for a folder that is not there yet", async () => {
  await using bench = new Bench();
  using _watching = bench.watch({ globs: ["a/b/c/*.json"] });
  bench.folders("a/b");
  bench.folders("a/b/c");
  bench.write("a/b/c/x.json");
  await bench.told("a/b/c/x.json");
});

Deno.test("FileWatch follows a link that is switched to another folder", async () => {
  await using bench = new Bench();
  bench.folders("releases/1/src", "releases/2/src");
  bench.write("releases/1/src/a");
  bench.write("releases/2/src/a");
  Deno.symlinkSync("releases/1", bench.path("current"));
  using _watching = bench.watch({ globs: ["current/src/**"] });
  Deno.symlinkSync("releases/2", bench.path("next"));
  bench.rename("next", "current");
  await bench.told("current/src/a");
  bench.write("releases/1/src/old");
  bench.write("releases/2/src/new");
  assertEquals(await bench.told("current/src/new"), []);
});

Deno.test("FileWatch sees files behind links: the way ConfigMaps are mounted", async () => {
  await using bench = new Bench();
  bench.folders("..1", "..2");
  bench.write("..1/app.toml", "1");
  bench.write("..2/app.toml", "2");
  Deno.symlinkSync("..1", bench.path("..data"));
  Deno.symlinkSync("..data/app.toml", bench.path("app.toml"));
  using _watching = bench.watch({ files: ["app.toml"] });
  Deno.symlinkSync("..2", bench.path("..data_tmp"));
  bench.rename("..data_tmp", "..data");
  assertEquals(await bench.told("app.toml"), []);
  // What the link leads to is written.
  bench.write("..2/app.toml", "3");
  assertEquals(await bench.told("app.toml"), []);
});

Deno.test("FileWatch is not led round by links", async () => {
  await using bench = new Bench();
  bench.folders("src/a", "shared");
  Deno.symlinkSync("..", bench.path("src/a/up"));
  Deno.symlinkSync("../shared", bench.path("src/shared"));
  using _watching = bench.watch({ globs: ["src/**"] });
  bench.write("shared/x");
  await bench.told("src/shared/x");
  bench.write("src/end");
  await bench.told("src/end");
});

Deno.test("FileWatch tells nobody after the end, and others go on", async () => {
  await using bench = new Bench();
  bench.folders("src");
  const first = bench.watch({ globs: ["src/a*"] });
  using _second = bench.watch({ globs: ["src/b*"] });
  first[Symbol.dispose]();
  bench.write("src/a");
  bench.write("src/b");
  assertEquals(await bench.told("src/b"), []);
});

Deno.test("FileWatch keeps up with a flood of changes", async () => {
  await using bench = new Bench();
  bench.folders("src");
  using _watching = bench.watch({ globs: ["src/**"] });
  for (let index = 0; index < 200; index++) {
    bench.folders(`src/${index}/x`);
    for (const name of ["a", "b", "c"]) bench.write(`src/${index}/x/${name}`);
  }
  bench.write("src/199/x/end");
  const told = await bench.told("src/199/x/end");
  assertEquals(told.filter((one) => one.endsWith("/a")).length, 200);
});
