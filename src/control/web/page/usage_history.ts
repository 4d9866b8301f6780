// Remembers memory and processor use of every process for the charts, as long as the page is open.
import type { ProcessView } from "../../api/types.ts";

/** Samples kept of a process: ten minutes, one every two seconds. */
export const KEPT = 300;
/** Milliseconds between two samples; the server measures every two seconds. */
const SPACING = 1900;
/** After so long without news a gap is drawn. */
const GAP = 10_000;

export interface UsageSeries {
  readonly cpu: readonly (number | null)[];
  readonly memory: readonly (number | null)[];
}

export interface UsageHistory {
  /** When the newest samples were taken, monotonic; null before the first. */
  readonly at: number | null;
  readonly series: ReadonlyMap<string, UsageSeries>;
}

export const NO_HISTORY: UsageHistory = { at: null, series: new Map() };
const NO_SERIES: UsageSeries = { cpu: [], memory: [] };

/** Adds what the processes use now, unless the samples before are too fresh. Those who have gone are forgotten. */
export function remember(
  history: UsageHistory,
  processes: readonly ProcessView[],
  now: number,
): UsageHistory {
  if (history.at !== null && now - history.at < SPACING) return history;
  const isGap = history.at !== null && now - history.at > GAP;
  const series = processes.map(({ id, cpu, memory }): [string, UsageSeries] => {
    const before = history.series.get(id) ?? NO_SERIES;
    return [id, {
      cpu: extended(before.cpu, cpu, isGap),
      memory: extended(before.memory, memory, isGap),
    }];
  });
  return { at: now, series: new Map(series) };
}

function extended(
  samples: readonly (number | null)[],
  sample: number | null,
  isGap: boolean,
): (number | null)[] {
  const gap = isGap && samples.length > 0 ? [null] : [];
  return [...samples, ...gap, sample].slice(-KEPT);
}

/** The processes of a program together; a moment in which none is known stays a gap. */
export function together(history: UsageHistory, ids: readonly string[]): UsageSeries {
  const all = ids.map((id) => history.series.get(id) ?? NO_SERIES);
  // The same object as long as nothing is new: what is drawn from it need not be drawn again.
  if (all.length === 1 && all[0] !== undefined) return all[0];
  return { cpu: summed(all.map(({ cpu }) => cpu)), memory: summed(all.map((one) => one.memory)) };
}

/** Adds samples up from the newest back: a process that came later has fewer. */
function summed(all: readonly (readonly (number | null)[])[]): (number | null)[] {
  const length = Math.max(0, ...all.map((samples) => samples.length));
  return Array.from({ length }, (_, at) => {
    const known = all.flatMap((samples) => samples[samples.length - length + at] ?? []);
    return known.length === 0 ? null : known.reduce((total, sample) => total + sample, 0);
  });
}
