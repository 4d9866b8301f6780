// Dependencies in the pool: starts in waves, stops in reverse, what waits in vain, and restarts that follow others.
import type { ProcessPlan, RunnerPlan } from "../../src/manifest/plan.ts";
import type { DependencyPlan } from "../../src/manifest/plan_work.ts";
import { waitTexts } from "../../src/core/dependencies.ts";
import { assertEquals } from "../support/assert.ts";
import { planOf, processPlan, SUPERVISORD } from "../support/plans.ts";
import { PoolWorld } from "../support/pool_world.ts";

const AT_ONCE = { ...SUPERVISORD, startSeconds: 0 };
/** Up after one second. */
const SLOW = { ...SUPERVISORD, startSeconds: 1_000 };
const ONCE = {
  type: "oneshot",
  restart: { ...AT_ONCE, autorestart: "never" },
} as const satisfies Partial<ProcessPlan>;

interface Need {
  readonly until?: DependencyPlan["until"];
  readonly restartsWith?: boolean;
}

function need(target: string, { until = "ready", restartsWith = false }: Need = {}) {
  return { target, ids: [`${target}:${target}`], until, restartsWith };
}

function program(
  name: string,
  dependsOn: readonly DependencyPlan[] = [],
  own: Partial<ProcessPlan> = {},
): ProcessPlan {
  return processPlan(name, { restart: AT_ONCE, dependsOn, ...own });
}

function boot(
  processes: readonly ProcessPlan[],
  runner: Partial<RunnerPlan> = {},
): PoolWorld {
  const world = new PoolWorld(planOf(processes, runner));
  world.post({ kind: "boot" });
  return world;
}

type Kind = "start" | "stop" | "restart" | "kill";

function command(world: PoolWorld, kind: Kind, ...names: string[]): void {
  const ids = names.map((name) => `${name}:${name}`);
  world.post({ kind: "command", command: { kind, ids } });
}

function update(world: PoolWorld, processes: readonly ProcessPlan[]): void {
  world.post({ kind: "command", command: { kind: "update", plan: planOf(processes) } });
}

function shutdown(world: PoolWorld): void {
  world.post({ kind: "command", command: { kind: "shutdown", why: "test" } });
}

function states(world: PoolWorld): Record<string, string> {
  return Object.fromEntries(
    [...world.pool.processes.values()].map(({ plan, state }) => [plan.name, state.name]),
  );
}

function waits(world: PoolWorld, name: string): readonly string[] {
  return waitTexts(world.pool, `${name}:${name}`);
}

/** Who has been told to stop, in order. */
function told(world: PoolWorld): string[] {
  return world.signals.map(({ id }) => id.slice(id.indexOf(":") + 1));
}

function exit(world: PoolWorld, name: string, status = 0): void {
  world.exitWith(`${name}:${name}`, status);
}

const CHAIN = [
  program("web", [need("api")]),
  program("api", [need("db")], { restart: SLOW }),
  program("db", [], { restart: SLOW }),
];

Deno.test("stepPool() boots in waves, each when the one before is RUNNING", () => {
  const world = boot(CHAIN);
  assertEquals(states(world), { web: "STOPPED", api: "STOPPED", db: "STARTING" });
  assertEquals(waits(world, "web"), ["api: ready"]);
  world.pass(1_000);
  assertEquals(states(world), { web: "STOPPED", api: "STARTING", db: "RUNNING" });
  world.pass(1_000);
  assertEquals(states(world), { web: "RUNNING", api: "RUNNING", db: "RUNNING" });
  assertEquals(world.pool.waiting.size, 0);
});

Deno.test("stepPool() tells once who waits for whom", () => {
  const world = boot(CHAIN);
  world.pass(5_000);
  const texts = world.facts.flatMap((fact) =>
    fact.kind === "waiting-for" ? [[fact.id, ...fact.texts, fact.inVain]] : []
  );
  assertEquals(texts, [["web:web", "api: ready", false], ["api:api", "db: ready", false]]);
});

Deno.test("stepPool() starts what waits for a child as soon as there is one", () => {
  const world = boot([
    program("web", [need("db", { until: "started" })]),
    program("db", [], { restart: SLOW }),
  ]);
  assertEquals(states(world), { web: "RUNNING", db: "STARTING" });
});

for (const until of ["ready", "done"] as const) {
  Deno.test(`stepPool() waits for the end of a oneshot that shall be ${until}`, () => {
    const world = boot([
      program("web", [need("migrate", { until })]),
      program("migrate", [], ONCE),
    ]);
    assertEquals(states(world), { web: "STOPPED", migrate: "RUNNING" });
    assertEquals(waits(world, "web"), ["migrate: done"]);
    exit(world, "migrate");
    assertEquals(states(world), { web: "RUNNING", migrate: "EXITED" });
  });
}

Deno.test("stepPool() leaves those in their wait whose oneshot has failed, until it is repaired", () => {
  const world = boot([program("web", [need("migrate")]), program("migrate", [], ONCE)]);
  exit(world, "migrate", 3);
  assertEquals(states(world), { web: "STOPPED", migrate: "EXITED" });
  assertEquals(waits(world, "web"), ["migrate: done, but migrate has failed (exit status 3)"]);
  const last = world.facts.findLast((fact) => fact.kind === "waiting-for");
  assertEquals(last?.kind === "waiting-for" && last.inVain, true);
  command(world, "start", "migrate");
  assertEquals(waits(world, "web"), ["migrate: done"]);
  exit(world, "migrate");
  assertEquals(states(world), { web: "RUNNING", migrate: "EXITED" });
});

Deno.test("stepPool() says through all waits that a dependency is FATAL, and goes on when it is up", () => {
  const world = new PoolWorld(planOf(CHAIN));
  world.broken.set("db:db", "no such command");
  world.post({ kind: "boot" });
  world.pass(60_000);
  assertEquals(states(world), { web: "STOPPED", api: "STOPPED", db: "FATAL" });
  assertEquals(waits(world, "api"), ["db: ready, but db is FATAL (no such command)"]);
  assertEquals(waits(world, "web"), ["api: ready, but api waits in vain"]);
  world.broken.clear();
  command(world, "start", "db");
  world.pass(2_000);
  assertEquals(states(world), { web: "RUNNING", api: "RUNNING", db: "RUNNING" });
});

Deno.test("stepPool() starts at boot what others need, even if it does not start by itself", () => {
  const world = boot([program("web", [need("db")]), program("db", [], { autostart: false })]);
  assertEquals(states(world), { web: "RUNNING", db: "RUNNING" });
});

Deno.test("stepPool() starts with a program all that it needs and that is down", () => {
  const world = boot(CHAIN.map((plan) => ({ ...plan, autostart: false })));
  assertEquals(states(world), { web: "STOPPED", api: "STOPPED", db: "STOPPED" });
  command(world, "start", "web");
  world.pass(2_000);
  assertEquals(states(world), { web: "RUNNING", api: "RUNNING", db: "RUNNING" });
});

Deno.test("stepPool() does not run a oneshot again that is done", () => {
  const plans = [
    program("web", [need("migrate")], { autostart: false }),
    program("migrate", [], ONCE),
  ];
  const world = boot(plans);
  exit(world, "migrate");
  command(world, "start", "web");
  assertEquals(world.runs("migrate:migrate"), 1);
  assertEquals(states(world), { web: "RUNNING", migrate: "EXITED" });
});

Deno.test("stepPool() gives up a wait when the one who waits is stopped", () => {
  const world = boot(CHAIN);
  command(world, "stop", "api");
  world.pass(5_000);
  assertEquals(states(world), { web: "STOPPED", api: "STOPPED", db: "RUNNING" });
  assertEquals(waits(world, "web"), ["api: ready, but api is stopped"]);
  command(world, "stop", "web");
  command(world, "start", "api");
  world.pass(5_000);
  assertEquals(states(world), { web: "STOPPED", api: "RUNNING", db: "RUNNING" });
});

Deno.test("stepPool() stops only what it is told to, whoever depends on it", () => {
  const world = boot(CHAIN);
  world.pass(2_000);
  command(world, "stop", "db");
  exit(world, "db");
  assertEquals(states(world), { web: "RUNNING", api: "RUNNING", db: "STOPPED" });
});

Deno.test("stepPool() stops several in reverse order, each when those that depend on it are down", () => {
  const world = boot(CHAIN);
  world.pass(2_000);
  command(world, "stop", "db", "api", "web");
  assertEquals(told(world), ["web"]);
  exit(world, "web");
  assertEquals(told(world), ["web", "api"]);
  exit(world, "api");
  assertEquals(told(world), ["web", "api", "db"]);
  exit(world, "db");
  assertEquals(states(world), { web: "STOPPED", api: "STOPPED", db: "STOPPED" });
});

Deno.test("stepPool() passes over one that only waited for its next try when it stops several", () => {
  const world = boot([program("web", [need("db")], { restart: SLOW }), program("db")]);
  exit(world, "web", 1);
  assertEquals(states(world), { web: "BACKOFF", db: "RUNNING" });
  command(world, "stop", "db", "web");
  assertEquals(told(world), ["db"]);
});

Deno.test("stepPool() lets one go on that is started again before its turn to stop has come", () => {
  const world = boot([program("web", [need("db")]), program("db")]);
  command(world, "stop", "db", "web");
  command(world, "start", "db");
  exit(world, "web");
  assertEquals(states(world), { web: "STOPPED", db: "RUNNING" });
  assertEquals(told(world), ["web"]);
});

Deno.test("stepPool() restarts several: down in reverse order, up in order", () => {
  const world = boot([program("web", [need("db")]), program("db", [], { restart: SLOW })]);
  world.pass(1_000);
  command(world, "restart", "web", "db");
  exit(world, "web");
  assertEquals(states(world), { web: "STOPPED", db: "STOPPING" });
  exit(world, "db");
  assertEquals(states(world), { web: "STOPPED", db: "STARTING" });
  world.pass(1_000);
  assertEquals(states(world), { web: "RUNNING", db: "RUNNING" });
  assertEquals([world.runs("web:web"), world.runs("db:db")], [2, 2]);
});

Deno.test("stepPool() restarts one whose dependency is down only when that is up again", () => {
  const world = boot([program("web", [need("db")]), program("db", [], { restart: SLOW })]);
  world.pass(1_000);
  command(world, "stop", "db");
  exit(world, "db");
  command(world, "restart", "web");
  exit(world, "web");
  assertEquals(states(world), { web: "STOPPED", db: "STARTING" });
  world.pass(1_000);
  assertEquals(states(world), { web: "RUNNING", db: "RUNNING" });
});

Deno.test("stepPool() shuts down in reverse order of dependencies, whatever the priorities say", () => {
  const world = boot([
    program("web", [need("db")], { priority: 10 }),
    program("db", [], { priority: 20 }),
    program("log", [], { priority: 5 }),
  ]);
  shutdown(world);
  assertEquals(told(world), ["web"]);
  exit(world, "web");
  assertEquals(told(world), ["web", "db"]);
  exit(world, "db");
  assertEquals(told(world), ["web", "db", "log"]);
  exit(world, "log");
  assertEquals(world.finished, 0);
});

Deno.test("stepPool() shuts down in reverse order within one priority", () => {
  const world = boot(CHAIN);
  world.pass(2_000);
  shutdown(world);
  assertEquals(told(world), ["web"]);
  exit(world, "web");
  exit(world, "api");
  exit(world, "db");
  assertEquals(told(world), ["web", "api", "db"]);
  assertEquals(world.finished, 0);
});

Deno.test("stepPool() tells everything to stop at half of the deadline, and kills the rest at its end", () => {
  const world = boot([program("web", [need("db")]), program("db")]);
  shutdown(world);
  world.pass(4_999);
  assertEquals(told(world), ["web"]);
  world.pass(1);
  assertEquals(told(world), ["web", "db"]);
  exit(world, "db");
  world.pass(5_000);
  assertEquals(world.signals.at(-1)?.signal, 9);
  exit(world, "web");
  assertEquals(world.finished, 0);
});

Deno.test("stepPool() starts nothing any more once the end has begun", () => {
  const world = boot(CHAIN);
  shutdown(world);
  exit(world, "db");
  assertEquals(world.finished, 0);
  assertEquals([world.runs("web:web"), world.runs("api:api")], [0, 0]);
});

const ALL_EXITED = { shutdownWhen: "all-exited" } as const;

Deno.test("stepPool() does not end while somebody waits for what is still to come", () => {
  const plans = [program("web", [need("migrate")], ONCE), program("migrate", [], ONCE)];
  const world = boot(plans, ALL_EXITED);
  exit(world, "migrate");
  assertEquals([world.finished, world.stateOf("web:web")], [null, "RUNNING"]);
  exit(world, "web");
  assertEquals(world.finished, 0);
});

Deno.test("stepPool() ends with the status of what has failed when all others wait for it in vain", () => {
  const plans = [program("web", [need("migrate")]), program("migrate", [], ONCE)];
  const world = boot(plans, ALL_EXITED);
  exit(world, "migrate", 3);
  assertEquals(world.finished, 3);
});

Deno.test("stepPool() ends when a critical oneshot has failed", () => {
  const world = boot([program("web"), program("migrate", [], { ...ONCE, critical: true })]);
  exit(world, "migrate", 4);
  exit(world, "web");
  assertEquals(world.finished, 4);
});

Deno.test("stepPool() lets an update add, change and remove dependencies", () => {
  const db = program("db", [], { restart: SLOW });
  const world = boot([program("web", [need("db")]), db]);
  update(world, [program("web"), db]);
  assertEquals(states(world), { web: "RUNNING", db: "STARTING" });
  update(world, [program("web", [need("cache")]), db, program("cache", [need("db")])]);
  assertEquals(states(world), { web: "RUNNING", db: "STARTING", cache: "STOPPED" });
  world.pass(1_000);
  assertEquals(states(world), { web: "RUNNING", db: "RUNNING", cache: "RUNNING" });
  assertEquals(world.runs("web:web"), 1);
});

Deno.test("stepPool() replaces in an update what depends on what is replaced, too, in order", () => {
  const plans = (command: string) => [
    program("web", [need("db")], { command: [command] }),
    program("db", [], { command: [command] }),
  ];
  const world = boot(plans("/bin/a"));
  update(world, plans("/bin/b"));
  assertEquals(told(world), ["web"]);
  exit(world, "web");
  assertEquals(states(world), { web: "STOPPED", db: "STOPPING" });
  exit(world, "db");
  assertEquals(states(world), { web: "RUNNING", db: "RUNNING" });
});

Deno.test("stepPool() keeps a wait over an update that changes the one who waits", () => {
  const db = program("db", [], { restart: SLOW });
  const world = boot([program("web", [need("db")], { autostart: false }), db]);
  command(world, "start", "web");
  update(world, [
    program("web", [need("db")], { autostart: false, command: ["/bin/new"] }),
    db,
  ]);
  world.pass(1_000);
  assertEquals(states(world), { web: "RUNNING", db: "RUNNING" });
});

Deno.test("stepPool() brings back one that an update was about to remove in its turn", () => {
  const plans = [program("web", [need("db")]), program("db")];
  const world = boot(plans);
  update(world, []);
  assertEquals(told(world), ["web"]);
  update(world, [program("db")]);
  exit(world, "web");
  exit(world, "db");
  assertEquals(states(world), { db: "RUNNING" });
  assertEquals(world.runs("db:db"), 2);
});

Deno.test("stepPool() runs a oneshot again when an update changes its values", () => {
  const world = boot([program("migrate", [], ONCE)]);
  exit(world, "migrate");
  update(world, [program("migrate", [], { ...ONCE, command: ["/bin/new"] })]);
  assertEquals([world.stateOf("migrate:migrate"), world.runs("migrate:migrate")], ["RUNNING", 2]);
});

Deno.test("stepPool() waits for all processes of a target, those of another number included", () => {
  const wide = (ids: readonly string[]) => [
    program("web", [{ target: "db", ids, until: "ready", restartsWith: false }]),
    ...ids.map((id, index) =>
      processPlan(id.slice(3), {
        group: "db",
        restart: index === 0 ? AT_ONCE : SLOW,
      })
    ),
  ];
  const world = boot(wide(["db:db_0", "db:db_1"]));
  assertEquals(world.stateOf("web:web"), "STOPPED");
  update(world, wide(["db:db_0"]));
  assertEquals(world.stateOf("web:web"), "RUNNING");
});

Deno.test("stepPool() lets those wait whose target has no process any more", () => {
  const none = { target: "db", ids: [], until: "ready", restartsWith: false } as const;
  const world = boot([program("web", [none])]);
  assertEquals(waits(world, "web"), ["db: ready, but there is no such process"]);
});

const FOLLOWS = [
  program("web", [need("db", { restartsWith: true })]),
  program("db", [], { restart: { ...SLOW, autorestart: "always" } }),
];

Deno.test("restart_with: a dependent is restarted once when its target is up again, not before", () => {
  const world = boot(FOLLOWS);
  world.pass(20_000);
  assertEquals(world.runs("web:web"), 1);
  exit(world, "db", 1);
  assertEquals(states(world), { web: "RUNNING", db: "STARTING" });
  world.pass(1_000);
  assertEquals(states(world), { web: "STOPPING", db: "RUNNING" });
  const stop = world.facts.findLast((fact) => fact.kind === "stopping");
  assertEquals(stop?.kind === "stopping" && stop.cause, "dependency");
  exit(world, "web");
  assertEquals(states(world), { web: "RUNNING", db: "RUNNING" });
  world.pass(60_000);
  assertEquals(world.runs("web:web"), 2);
});

Deno.test("restart_with: a restart by an operator counts, too", () => {
  const world = boot(FOLLOWS);
  world.pass(1_500);
  command(world, "restart", "db");
  exit(world, "db");
  world.pass(1_000);
  assertEquals(states(world), { web: "STOPPING", db: "RUNNING" });
});

Deno.test("restart_with: nobody is restarted who has been started since, or is not up", () => {
  const world = boot([...FOLLOWS, program("lazy", [need("db", { restartsWith: true })])]);
  world.pass(20_000);
  command(world, "stop", "lazy");
  exit(world, "lazy");
  command(world, "restart", "web", "db");
  exit(world, "web");
  exit(world, "db");
  world.pass(30_000);
  assertEquals([world.runs("web:web"), world.runs("lazy:lazy")], [2, 1]);
});

Deno.test("restart_with: a crash loop of the target is not passed on", () => {
  const world = boot(FOLLOWS);
  world.pass(20_000);
  exit(world, "db", 1);
  world.pass(1_000);
  exit(world, "web");
  assertEquals(world.runs("web:web"), 2);
  for (let crash = 0; crash < 10; crash++) {
    exit(world, "db", 1);
    world.pass(9_000);
  }
  assertEquals([world.runs("web:web"), world.stateOf("web:web")], [2, "RUNNING"]);
  world.pass(2_000);
  // Up for ten seconds: now it stays.
  assertEquals(world.stateOf("web:web"), "STOPPING");
});

Deno.test("restart_with: several are restarted in order, and one reload is one change", () => {
  const ids = ["w:w_0", "w:w_1"];
  const target = { target: "w", ids, until: "ready", restartsWith: true } as const;
  const workers = ids.map((id) => processPlan(id.slice(2), { group: "w", restart: AT_ONCE }));
  const world = boot([
    program("web", [target]),
    program("edge", [need("web"), target]),
    ...workers,
  ]);
  assertEquals(world.stateOf("edge:edge"), "RUNNING");
  world.post({ kind: "command", command: { kind: "reload", ids, atOnce: 1 } });
  world.exitWith("w:w_0", 0);
  assertEquals(told(world), ["w_0", "w_1"]);
  world.exitWith("w:w_1", 0);
  assertEquals(told(world), ["w_0", "w_1", "edge"]);
  exit(world, "edge");
  exit(world, "web");
  assertEquals(states(world), { web: "RUNNING", edge: "RUNNING", w_0: "RUNNING", w_1: "RUNNING" });
  assertEquals([world.runs("web:web"), world.runs("edge:edge")], [2, 2]);
});

Deno.test("stepPool() reloads what others depend on first, and never both at once", () => {
  const world = boot(CHAIN);
  world.pass(2_000);
  const ids = ["web:web", "api:api", "db:db"];
  world.post({ kind: "command", command: { kind: "reload", ids, atOnce: 3 } });
  assertEquals(told(world), ["db"]);
  exit(world, "db");
  world.pass(1_000);
  assertEquals(told(world), ["db", "api"]);
  exit(world, "api");
  world.pass(1_000);
  exit(world, "web");
  assertEquals(told(world), ["db", "api", "web"]);
  const last = world.facts.findLast((fact) => fact.kind === "reload");
  assertEquals(last?.kind === "reload" && last.step, "done");
});
