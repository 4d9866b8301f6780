// What a child says of itself: the answers of tells_about_itself.sh.
import type { Sandbox } from "./runner_process.ts";
import { until } from "./wait.ts";

/** The facts that a child has written to a log: `name` to value; `env:NAME` for its environment. */
export async function factsIn(box: Sandbox, log: string): Promise<Map<string, string>> {
  const text = await until(`the facts in ${log}`, async () => {
    const found = await box.read(log);
    return found.endsWith("end of facts\n") ? found : null;
  });
  return new Map(
    text.split("\n").map((line) => {
      const cut = line.indexOf("=");
      return [line.slice(0, cut), line.slice(cut + 1)];
    }),
  );
}
