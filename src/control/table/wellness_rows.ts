// The facts that tell how the present run of a process is, for `describe` and the page. Pure.
import type { ProcessDetail } from "../api/types.ts";
import type { HealthLookView, WellnessView } from "../api/wellness_types.ts";
import { formatAge } from "./age_text.ts";

type Row = readonly [string, string];

/** `now` is wall time in milliseconds. A runner of an older version says nothing of it. */
export function wellnessRows(
  { wellness = null }: Partial<Pick<ProcessDetail, "wellness">>,
  now: number,
): readonly Row[] {
  if (wellness === null) return [];
  const { health, heartbeat, status, condition, errno, metrics } = wellness;
  const numbers = Object.entries(metrics).map(([name, value]) => `${name} ${value}`);
  return [
    ["ready", readyText(wellness, now)],
    ["health", health === null ? "" : healthText(health, now)],
    ["heartbeat", heartbeat === null ? "" : ago(heartbeat, now)],
    ["says", [condition, status].filter((text) => text !== "").join(": ")],
    ["says errno", errno === null ? "" : String(errno)],
    ["metrics", numbers.join(", ")],
  ];
}

function readyText({ waitsFor, waiting, readySince }: WellnessView, now: number): string {
  if (waitsFor !== "") return `waiting for ${waitsFor}${waiting === "" ? "" : ` (${waiting})`}`;
  return readySince === null ? "" : `for ${formatAge((now - Date.parse(readySince)) / 1000)}`;
}

function healthText({ at, fault, failures }: HealthLookView, now: number): string {
  if (fault === "") return `good, ${ago(at, now)}`;
  const count = failures === 0 ? "" : `, ${failures} in a row`;
  return `bad${count}, ${ago(at, now)}: ${fault}`;
}

function ago(time: string, now: number): string {
  return `${formatAge((now - Date.parse(time)) / 1000)} ago`;
}
