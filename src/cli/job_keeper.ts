// Keeps on disk how far the jobs with `catch_up` have got, and gives it to the pool at the start.
import { type Job, type JobMemory, type Jobs, newJobs, timingText } from "../core/job_state.ts";
import type { Pool } from "../core/pool.ts";
import { plansInOrder } from "../core/pool.ts";
import type { OwnLog } from "../engine/own_log.ts";
import { loadCron } from "../manifest/cron.ts";
import type { ProcessPlan } from "../manifest/plan.ts";
import { readJobFile, writeJobFile } from "../os/job_file.ts";
import { stateFolder } from "../os/state_folder.ts";
import type { Ground } from "./pool_ground.ts";

export class JobKeeper {
  /** Null: there is no place for a file. */
  readonly #path: string | null;
  readonly #log: Pick<OwnLog, "write">;
  #seen: readonly Job[] = [];
  #written = "";
  #hasFailed = false;
  /** What the pool begins with. */
  readonly jobs: Jobs;

  constructor(path: string | null, log: Pick<OwnLog, "write">) {
    this.#path = path;
    this.#log = log;
    const reading = path === null ? { jobs: [], fault: "" } : readJobFile(path);
    if (reading.fault !== "") this.#say(reading.fault);
    this.jobs = newJobs(reading.jobs);
  }

  /** To be called when the pool has settled; costs nothing when no job has got on. */
  look({ jobs }: Pool): void {
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

  #say(fault: string): void {
    const path = this.#path ?? "a file";
    this.#log.write("debug", `Cannot keep in ${path} what is to be caught up: ${fault}`);
  }
}

function memoryOf({ key, schedule, done }: Job): JobMemory {
  return { key, timing: timingText(schedule), done };
}

/** Ready also for the jobs that the program before us has left. */
export async function openJobs({ request, name, log }: Ground): Promise<JobKeeper> {
  const { adopted = null } = request;
  const adoptedPlans = adopted === null ? [] : plansInOrder(adopted.engine.pool.plan);
  if (adoptedPlans.some(isTimed)) await loadCron();
  const folder = stateFolder();
  return new JobKeeper(folder === null ? null : `${folder}/${name.key}.jobs`, log);
}

/** Whether times of cron will be asked for. */
function isTimed({ schedule, restart }: ProcessPlan): boolean {
  return schedule !== null || restart.restartAt !== undefined;
}
