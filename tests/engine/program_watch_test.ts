// ProgramWatch with a clock moved by hand: when programs are told, and of what.
import { newPool } from "../../src/core/pool.ts";
import { ProgramWatch } from "../../src/engine/program_watch.ts";
import type { ProcessPlan } from "../../src/manifest/plan.ts";
import type { FileWatcher, WatchRequest } from "../../src/ports/file_watch.ts";
import { assertEquals } from "../support/assert.ts";
import { FakeClock } from "../support/fake_host.ts";
import { LOG, planOf, processPlan } from "../support/plans.ts";

class FakeFiles implements FileWatcher {
  readonly open = new Map<string, (path: string) => void>();

  watch({ globs }: WatchRequest, changed: (path: string) => void): Disposable {
    const name = globs.join();
    this.open.set(name, changed);
    return {
      [Symbol.dispose]: () => {
        if (this.open.get(name) === changed) this.open.delete(name);
      },
    };
  }

  change(name: string, ...paths: readonly string[]): void {
    const changed = this.open.get(name);
    if (changed === undefined) throw new Error(`nobody watches ${name}`);
    for (const path of paths) changed(path);
  }
}

function watched(name: string, glob: string, own: Partial<ProcessPlan> = {}): ProcessPlan {
  return processPlan(name, { watch: { paths: [glob], ignore: [], debounce: 200 }, ...own });
}

class Bench implements Disposable {
  readonly clock = new FakeClock();
  readonly files = new FakeFiles();
  readonly told: string[] = [];
  readonly watch = new ProgramWatch({
    files: this.files,
    clock: this.clock,
    post: ({ ids, file, more }) => void this.told.push(`${ids.join("+")} ${file} ${more}`),
    say: () => {},
  });

  follow(...plans: readonly ProcessPlan[]): void {
    this.watch.follow(newPool(planOf(plans, { pidfile: "/w/run.pid" }), 1_000));
  }

  [Symbol.dispose](): void {
    this.watch[Symbol.dispose]();
  }
}

Deno.test("ProgramWatch tells once of what comes in quick succession", () => {
  using bench = new Bench();
  bench.follow(watched("a", "/w/**"));
  bench.files.change("/w/**", "/w/1", "/w/2");
  bench.clock.pass(150);
  bench.files.change("/w/**", "/w/2", "/w/3");
  bench.clock.pass(199);
  assertEquals(bench.told, []);
  bench.clock.pass(1);
  assertEquals(bench.told, ["a:a /w/1 2"]);
  bench.clock.pass(10_000);
  bench.files.change("/w/**", "/w/4");
  bench.clock.pass(200);
  assertEquals(bench.told.slice(1), ["a:a /w/4 0"]);
});

Deno.test("ProgramWatch does not wait for the end of a flood that has none", () => {
  using bench = new Bench();
  bench.follow(watched("a", "/w/**"));
  for (let round = 0; round < 150; round++) {
    bench.files.change("/w/**", `/w/${round % 7}`);
    bench.clock.pass(100);
  }
  assertEquals(bench.told, ["a:a /w/0 6"]);
});

Deno.test("ProgramWatch tells all processes of a program together, and programs apart", () => {
  using bench = new Bench();
  bench.follow(
    watched("a_0", "/w/**", { group: "a", program: "a" }),
    watched("a_1", "/w/**", { group: "a", program: "a" }),
    watched("b", "/w/b*"),
    processPlan("c"),
  );
  bench.files.change("/w/**", "/w/x");
  bench.files.change("/w/b*", "/w/bx");
  bench.clock.pass(200);
  assertEquals(bench.told, ["a:a_0+a:a_1 /w/x 0", "b:b /w/bx 0"]);
});

Deno.test("ProgramWatch leaves alone what the runner itself writes", () => {
  using bench = new Bench();
  const log = { ...LOG, destination: { kind: "file", path: "/w/a.out" } } as const;
  bench.follow(watched("a", "/w/**", { stdout: log }), watched("b", "/v/**"));
  const own = ["/w/a.out", "/w/a.out.1", "/w/a.out.12.gz", "/w/run.pid"];
  bench.files.change("/w/**", ...own);
  bench.clock.pass(1_000);
  assertEquals(bench.told, []);
  bench.files.change("/w/**", ...own, "/w/a.output");
  bench.clock.pass(1_000);
  assertEquals(bench.told, ["a:a /w/a.output 0"]);
});

Deno.test("ProgramWatch follows the plan: new patterns, fewer programs, none", () => {
  using bench = new Bench();
  bench.follow(watched("a", "/w/**"), watched("b", "/v/**"));
  bench.files.change("/v/**", "/v/1");
  bench.follow(watched("a", "/u/**"), watched("b", "/v/**"));
  assertEquals([...bench.files.open.keys()], ["/v/**", "/u/**"]);
  bench.clock.pass(200);
  assertEquals(bench.told, ["b:b /v/1 0"]);
  bench.files.change("/u/**", "/u/1");
  bench.follow(processPlan("a"));
  assertEquals([bench.files.open.size, bench.clock.waiting], [0, 0]);
});
