// When the runs of jobs are written: with each that begins or ends, less often where writing takes long.
import { RunKeeper } from "../../src/cli/run_keeper.ts";
import { readRunFile } from "../../src/os/run_file.ts";
import { assertEquals } from "../support/assert.ts";
import { FakeClock } from "../support/fake_host.ts";
import { every, jobPlan, MINUTE } from "../support/jobs.ts";
import { planOf } from "../support/plans.ts";
import { PoolWorld } from "../support/pool_world.ts";

const ID = "job:job";

/** A clock by which a look at it takes time, as a slow disk does. */
class SlowClock extends FakeClock {
  cost = 0;
  override now() {
    const now = super.now();
    this.pass(this.cost);
    return now;
  }
}

function rig(folder: string, path = `${folder}/pool.runs`, hasFile = false) {
  const world = new PoolWorld(planOf([jobPlan()]), { calendar: every });
  world.post({ kind: "boot" });
  const clock = new SlowClock();
  const said: string[] = [];
  const log = { write: (level: string, text: string) => void said.push(`${level} ${text}`) };
  const keeper = new RunKeeper(path, { clock, log, hasFile });
  const kept = () => {
    const [job] = readRunFile(path).records.jobs;
    return job === undefined ? "nothing" : `${job.runs.length} ${job.past.length}`;
  };
  return { world, clock, said, keeper, kept, path };
}

async function inFolder(test: (folder: string) => void): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "runner-keeper-" });
  try {
    test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("RunKeeper writes when a run begins or ends, and not when time passes", () =>
  inFolder((folder) => {
    const { world, keeper, kept, path } = rig(folder);
    keeper.look(world.pool);
    world.pass(MINUTE - 1);
    keeper.look(world.pool);
    assertEquals(kept(), "nothing");
    world.pass(1);
    keeper.look(world.pool);
    assertEquals(kept(), "1 0");
    Deno.removeSync(path);
    world.pass(30_000);
    keeper.look(world.pool);
    assertEquals(kept(), "nothing", "nothing has happened");
    world.exitWith(ID, 0);
    keeper.look(world.pool);
    assertEquals(kept(), "0 1");
    keeper[Symbol.dispose]();
  }));

Deno.test("RunKeeper waits where writing takes long, and writes the latest when it is closed", () =>
  inFolder((folder) => {
    const { world, clock, keeper, kept } = rig(folder);
    clock.cost = 50;
    world.pass(MINUTE);
    keeper.look(world.pool);
    clock.cost = 0;
    world.exitWith(ID, 0);
    keeper.look(world.pool);
    assertEquals([kept(), clock.waiting], ["1 0", 1], "too early");
    clock.pass(1_000);
    assertEquals([kept(), clock.waiting], ["0 1", 0]);
    clock.cost = 50;
    world.pass(MINUTE);
    keeper.look(world.pool);
    clock.cost = 0;
    world.exitWith(ID, 0);
    keeper.look(world.pool);
    keeper[Symbol.dispose]();
    assertEquals([kept(), clock.waiting], ["0 2", 0]);
  }));

Deno.test("RunKeeper says once that there is no place for its file, and again after it has worked", () =>
  inFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/state`, "");
    const { world, said, keeper, kept } = rig(folder, `${folder}/state/pool.runs`);
    const end = () => {
      world.pass(MINUTE);
      keeper.look(world.pool);
      world.exitWith(ID, 0);
      keeper.look(world.pool);
    };
    end();
    assertEquals(said.length, 1);
    assertEquals(/^info Cannot keep the runs of jobs in \S+: ./.test(said[0] ?? ""), true, said[0]);
    Deno.removeSync(`${folder}/state`);
    end();
    assertEquals([said.length, kept()], [1, "0 2"]);
    keeper[Symbol.dispose]();
  }));

Deno.test("RunKeeper begins no file for nothing, and empties one that is there", () =>
  inFolder((folder) => {
    const hold = (world: PoolWorld, kind: "pause" | "resume") =>
      world.post({ kind: "command", command: { kind, ids: [ID] } });
    const { world, keeper, path } = rig(folder);
    keeper.look(world.pool);
    assertEquals([...Deno.readDirSync(folder)].length, 0);
    hold(world, "pause");
    keeper.look(world.pool);
    assertEquals(readRunFile(path).records.paused, [ID]);
    const next = rig(folder, path, true);
    next.keeper.look(next.world.pool);
    assertEquals(readRunFile(path).records.paused, []);
    keeper[Symbol.dispose]();
    next.keeper[Symbol.dispose]();
  }));
