/// <reference path="../../src/types/script.d.ts" />
// A worker: does a job a second, until it is asked to stop.
import { type Job, work } from "./job.ts";

const [queue = "default"] = Deno.args;
let isStopping = false;
runner.stopping.then((signal) => {
  console.log(`${signal}: the job at hand is finished first`);
  isStopping = true;
});
runner.ready();
for (let id = 1; !isStopping; id++) {
  const job: Job = { id, queue };
  console.log(work(job));
  runner.jobDone();
  await new Promise((resolve) => setTimeout(resolve, 1000));
}
