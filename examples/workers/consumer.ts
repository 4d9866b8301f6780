// Takes jobs from a queue: says when it is ready, that it lives, and how much it has done.
const BEAT_MS = 10_000;
const JOB_MS = 500;

let isOver = false;
runner.stopping.then(() => isOver = true);
const beats = setInterval(() => runner.heartbeat(), BEAT_MS);
runner.ready();

while (!isOver) {
  await new Promise((resolve) => setTimeout(resolve, JOB_MS));
  runner.jobDone();
  runner.metric("queue_length", Math.round(Math.random() * 100));
}
clearInterval(beats);
console.log("the job at hand is done");
