// Compose services that extend others, and what of `deploy` and of empty commands is told.
import { formatProblem } from "../../src/base/errors.ts";
import { loadPlan } from "../../src/manifest/load_plan.ts";
import { assertEquals } from "../support/assert.ts";
import { fakeMachine } from "./fake_machine.ts";

async function load(services: unknown) {
  const files = { "/srv/compose.json": JSON.stringify({ services }, null, 1) };
  const { plan, problems } = await loadPlan("compose.json", fakeMachine({ files }));
  const processes = plan?.groups.flatMap((group) => group.processes) ?? [];
  return { processes, said: problems.map(formatProblem) };
}

Deno.test("a service takes over what the one it extends says, and it does not", async () => {
  const { processes, said } = await load({
    base: {
      command: ["cat", "base"],
      environment: ["A=1", "B=1"],
      restart: "always",
      stop_signal: "SIGINT",
      container_name: "first",
    },
    middle: { extends: "base", environment: { B: 2, C: "2" } },
    last: { extends: { service: "middle" }, command: ["cat", "last"], stop_signal: "SIGQUIT" },
  });
  assertEquals(said, []);
  const [first, last, middle] = processes;
  assertEquals([first?.id, middle?.id, last?.id], ["first:first", "middle:middle", "last:last"]);
  assertEquals(middle?.command, ["cat", "base"]);
  assertEquals(middle?.environment, { A: "1", B: "2", C: "2" });
  assertEquals([last?.command, last?.environment], [["cat", "last"], middle?.environment]);
  assertEquals(last?.restart.autorestart, "always");
});

const REFUSED: readonly (readonly [unknown, string])[] = [
  [{ a: { command: "cat", extends: "b" } }, 'a: Cannot extend "b": there is no such service'],
  [{ a: { command: "cat", extends: "a" } }, 'a: Cannot extend "a": it extends itself'],
  [
    { a: { command: "cat", extends: "b" }, b: { command: "cat", extends: { service: "a" } } },
    'b: Cannot extend "a": it extends itself',
  ],
];

Deno.test("services that extend nothing, or each other, are refused by name", async () => {
  for (const [services, text] of REFUSED) {
    const { said } = await load(services);
    assertEquals(said.some((one) => one.endsWith(text)), true, said.join("\n"));
  }
});

Deno.test("another file is not read for extends, and that is said", async () => {
  const { said } = await load({
    a: { command: "cat", restart: "always", extends: { file: "x.yml", service: "b" } },
  });
  assertEquals(said.map((one) => one.replace(/^.*?\] /, "")), [
    "extends: Ignored: services of other files are not read into it",
  ]);
});

Deno.test("limits of deploy that mean nothing here are told, and tries are taken", async () => {
  const { processes, said } = await load({
    a: {
      command: "cat",
      deploy: {
        mode: "global",
        resources: { limits: { cpus: "0.5", memory: "64M" }, reservations: { memory: "5M" } },
        restart_policy: { condition: "on-failure", max_attempts: 4, window: "5s" },
      },
    },
    b: { command: [], image: "x" },
  });
  assertEquals(processes[0]?.restart.startRetries, 4);
  assertEquals(said.map((one) => one.replace(/^compose.json:\d+: warning: (\[.*?\] )?/, "")), [
    "deploy.mode: Ignored: this is one machine",
    "deploy.resources.limits.cpus: Ignored: processor time is not shared out",
    "deploy.resources.reservations.memory: Ignored: memory is not set aside",
    "deploy.restart_policy.window: Ignored: startsecs says how long a process must be up",
    "b: Left out: it has no command, only the image knows what it runs: write the command of the image into it",
  ]);
});
