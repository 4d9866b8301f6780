// Keeps on disk how far the jobs with `catch_up` have got, and gives it to the pool at the start.
import { isTimed, type Job, type JobMemory, timingText } from "../core/job_state.ts";
import { type Jobs, newJobs, NO_RECORDS } from "../core/job_state.ts";
import type { Pool } from "../core/pool.ts";
import { plansInOrder } from "../core/pool.ts";
import type { OwnLog } from "../engine/own_log.ts";
import { jobKey, loadCron } from "../manifest/cron.ts";
import { readJobFile, writeJobFile } from "../os/job_file.ts";
import { readRunFile } from "../os/run_file.ts";
import { stateFolder } from "../os/state_folder.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ground } from "./pool_ground.ts";
import { RunKeeper } from "./run_keeper.ts";

export interface KeeperParts {
  readonly clock: Clock;
  readonly log: Pick<OwnLog, "write">;
  /** adopted: the program before has left all there is to know; idle: the plan has no schedule. */
  readonly mode: "fresh" | "adopted" | "idle";
}

export class JobKeeper implements Disposable {
  /** Null: there is no place for a file. */
  readonly #path: string | null;
  readonly #log: Pick<OwnLog, "write">;
  readonly #runs: RunKeeper;
  #seen: readonly Job[] = [];
  #written = "";
  #hasFailed = false;
  /** What the pool begins with. */
  readonly jobs: Jobs;

  /** `name`: of the files, without their ending. */
  constructor(name: string | null, { log, clock, mode }: KeeperParts) {
    this.#path = name && `${name}.jobs`;
    this.#log = log;
    const isRead = name !== null && mode === "fresh";
    const memory = isRead ? readJobFile(`${name}.jobs`) : { jobs: [], fault: "" };
    if (memory.fault !== "") this.#say(memory.fault);
    const kept = isRead ? readRunFile(`${name}.runs`) : { records: NO_RECORDS, fault: "" };
    if (kept.fault !== "") {
      const text = `Cannot read ${name}.runs: ${kept.fault}: the history of jobs begins anew`;
      log.write("warn", text);
    }
    this.jobs = newJobs(memory.jobs, kept.records);
    const { jobs, paused } = kept.records;
    const hasFile = mode === "adopted" || jobs.length > 0 || paused.length > 0;
    this.#runs = new RunKeeper(name && `${name}.runs`, { log, clock, hasFile });
  }

  /** To be called when the pool has settled; costs nothing when no job has got on. */
  look(pool: Pool): void {
    const { jobs } = pool;
    this.#runs.look(pool);
    if (jobs.items === this.#seen) return;
    this.#seen = jobs.items;
    const kept = jobs.items.filter(({ schedule }) => schedule.catchUp === "once").map(memoryOf);
    // A file is begun with the first such job.
    if (kept.length === 0 && this.#written === "") return;
    const text = JSON.stringify(kept);
    if (text === this.#written) return;
    const fault = this.#path === null
      ? "there is no folder for it"
      : writeJobFile(this.#path, kept);
    if (fault === "") this.#written = text;
    // Said once; a full disk may have room again.
    else if (!this.#hasFailed) this.#say(fault);
    this.#hasFailed = fault !== "";
  }

  [Symbol.dispose](): void {
    this.#runs[Symbol.dispose]();
  }

  #say(fault: string): void {
    const path = this.#path ?? "a file";
    this.#log.write("debug", `Cannot keep in ${path} what is to be caught up: ${fault}`);
  }
}

function memoryOf({ key, schedule, done }: Job): JobMemory {
  return { key, timing: timingText(schedule), done };
}

/** Ready also for the jobs that the program before us has left. */
export async function openJobs({ request, name, log, clock }: Ground): Promise<JobKeeper> {
  const { plan, adopted = null } = request;
  const adoptedPlans = adopted === null ? [] : plansInOrder(adopted.engine.pool.plan);
  if (adoptedPlans.some(isTimed)) await loadCron();
  const folder = stateFolder();
  const timed = plansInOrder(plan).filter(isTimed).map(jobKey);
  // Whoever has no schedule has nothing there: the disk is not asked.
  const mode = adopted !== null ? "adopted" : timed.length === 0 ? "idle" : "fresh";
  const keeper = new JobKeeper(folder && `${folder}/${name.key}`, { log, clock, mode });
  for (const key of keeper.jobs.paused.filter((one) => timed.includes(one))) {
    const program = key.slice(key.indexOf(":") + 1);
    log.write("warn", `paused: the schedule of ${program}, as before: runner resume ${program}`);
  }
  return keeper;
}
