// Names of processes: every form, what is said about it, and what is near to an unknown one.
import { newPool } from "../../src/core/pool.ts";
import { namedOf, resolveNames } from "../../src/core/resolve_names.ts";
import { assertEquals } from "../support/assert.ts";
import { planOf, processPlan } from "../support/plans.ts";

function slot(group: string, instance: number, program = group) {
  return processPlan(`${program}_0${instance}`, { group, program, instance });
}

const NAMED = namedOf(newPool(
  planOf([
    processPlan("web"),
    slot("worker", 0),
    slot("worker", 1),
    slot("worker", 2),
    slot("one", 0),
    processPlan("mail", { group: "shop" }),
    processPlan("web", { group: "shop" }),
    slot("shop", 0, "cron"),
    slot("shop", 1, "cron"),
    processPlan("Web", { group: "Upper" }),
  ]),
  0,
));

const WORKERS = ["worker:worker_00", "worker:worker_01", "worker:worker_02"];

/** Name, ids, note. */
const KNOWN: readonly (readonly [string, readonly string[], string])[] = [
  ["all", NAMED.processes.map(({ id }) => id), ""],
  ["*", NAMED.processes.map(({ id }) => id), ""],
  ["*:*", NAMED.processes.map(({ id }) => id), ""],
  ["worker:worker_01", ["worker:worker_01"], ""],
  ["worker:*", WORKERS, ""],
  ["worker:", WORKERS, ""],
  ["worker", WORKERS, "worker means the 3 processes of worker:*"],
  ["worker:1", ["worker:worker_01"], "worker:1 means worker:worker_01"],
  ["one", ["one:one_00"], "one means one:one_00"],
  ["worker_02", ["worker:worker_02"], "worker_02 means worker:worker_02"],
  ["web", ["web:web"], "web means web:web, not shop:web"],
  ["web:web", ["web:web"], ""],
  ["shop:web", ["shop:web"], ""],
  ["mail", ["shop:mail"], "mail means shop:mail"],
  ["cron", ["shop:cron_00", "shop:cron_01"], "cron means 2 processes: shop:cron_00, shop:cron_01"],
  ["shop:cron_*", ["shop:cron_00", "shop:cron_01"], ""],
  ["*:web", ["web:web", "shop:web"], ""],
  ["work*", WORKERS, ""],
  ["*_0[12]", ["worker:worker_01", "worker:worker_02", "shop:cron_01"], ""],
  ["worker_0?", WORKERS, ""],
  ["w*:*_00", ["worker:worker_00"], ""],
  ["Web", ["Upper:Web"], "Web means Upper:Web"],
];

for (const [name, ids, note] of KNOWN) {
  Deno.test(`resolveNames() knows what ${name} means`, () => {
    const notes = note === "" ? [] : [note];
    assertEquals(resolveNames([name], NAMED), { ids, unknown: [], notes });
  });
}

/** Name, the near one. */
const UNKNOWN: readonly (readonly [string, string])[] = [
  ["wrker", "worker"],
  ["worker:worker_09", "worker:worker_00"],
  ["worker:7", "worker"],
  ["1", ""],
  ["0", ""],
  ["ALL", "all"],
  ["worker:*x", "worker"],
  ["nothing:*", ""],
  ["xyz*", ""],
  ["", ""],
  [":", ""],
  ["__proto__", ""],
];

for (const [name, meant] of UNKNOWN) {
  Deno.test(`resolveNames() does not know ${name}`, () => {
    assertEquals(resolveNames([name], NAMED), { ids: [], unknown: [{ name, meant }], notes: [] });
  });
}

Deno.test("resolveNames() gives each process once, in the order of the names", () => {
  const { ids } = resolveNames(["shop:mail", "all", "worker", "shop:mail"], NAMED);
  assertEquals(ids.length, NAMED.processes.length);
  assertEquals(ids.slice(0, 2), ["shop:mail", NAMED.processes[0]?.id]);
});

Deno.test("resolveNames() knows a group that has no processes", () => {
  const plan = planOf([processPlan("web")]);
  const groups = [...plan.groups, { name: "empty", priority: 1, processes: [] }];
  const named = namedOf(newPool({ ...plan, groups }, 0));
  for (const name of ["empty", "empty:*", "empty:"]) {
    assertEquals(resolveNames([name], named).unknown, [], name);
  }
});

Deno.test("resolveNames() counts what is too much to list", () => {
  const many = Array.from({ length: 5 }, (_, number) => slot("shop", number, "cron"));
  const { notes } = resolveNames(["cron"], namedOf(newPool(planOf(many), 0)));
  assertEquals(notes, [
    "cron means 5 processes: shop:cron_00, shop:cron_01, shop:cron_02, …",
  ]);
});
