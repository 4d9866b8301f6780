// `runner check`: every problem at once, or the plan as it would run.
import { EXIT, formatProblem } from "../base/errors.ts";
import { planAsJson, planAsText } from "../manifest/plan_view.ts";
import { dueTimes } from "../manifest/plan_view_schedule.ts";
import { memoryLimit } from "../os/memory_limit.ts";
import { systemClock } from "../os/system_clock.ts";
import { findManifest } from "./find_manifest.ts";
import { foreignChoice } from "./foreign_options.ts";
import { loadManifest, problemLines } from "./load_manifest.ts";
import type { CommandLine } from "./options.ts";
import { printLine, sayLine } from "./output.ts";

/** Exit status 0 and the plan on stdout, or 2 and the problems on stderr. */
export async function check(line: CommandLine): Promise<number> {
  const path = findManifest(line);
  const strictness = line.has("strict") ? "strict" : "check";
  const loaded = await loadManifest(path, {
    strictness,
    choice: foreignChoice(line),
    isOnce: true,
  });
  const { plan, errors, warnings, environment } = loaded;
  const isJson = line.has("json");
  for (const warning of warnings) sayLine(formatProblem(warning));
  if (plan === null) {
    if (isJson) printLine(JSON.stringify({ problems: errors, warnings }, null, 2));
    for (const text of problemLines(path, errors)) sayLine(text);
    return EXIT.usage;
  }
  const memory = memoryLimit();
  const { wall: now } = systemClock().now();
  printLine(
    isJson
      ? JSON.stringify(
        {
          plan: planAsJson(plan),
          due: dueTimes(plan, now),
          memory,
          warnings,
          environment,
          sources: loaded.sources(),
        },
        null,
        2,
      )
      : planAsText(plan, memory, now),
  );
  return EXIT.done;
}
