// The library face of runner; run as a program, it is the command line.
export { formatProblem, type Problem, RunnerError } from "./src/base/errors.ts";
export { main } from "./src/main.ts";
import { main } from "./src/main.ts";

if (import.meta.main) {
  const status = await main(Deno.args);
  if (status !== null) Deno.exit(status);
}
