// Draws samples as the path of a small chart.

export interface ChartBox {
  readonly width: number;
  readonly height: number;
  /** How many samples fill the width; the newest is at the right edge. */
  readonly slots: number;
  /** Smallest difference between bottom and top, so that noise does not look like mountains. */
  readonly least: number;
  /** Does the chart begin at zero? */
  readonly isFromZero: boolean;
}

export type Samples = readonly (number | null)[];

/** What bottom and top of the chart stand for. */
export function chartRange(samples: Samples, box: ChartBox): { bottom: number; top: number } {
  const known = samples.filter((sample) => sample !== null);
  const high = known.length === 0 ? 0 : Math.max(...known);
  const low = box.isFromZero || known.length === 0 ? 0 : Math.min(...known);
  return { bottom: low, top: Math.max(high, low + box.least) };
}

/** The `d` of an SVG path: a line through the samples, broken where one is missing. */
export function sparkline(all: Samples, box: ChartBox): string {
  const samples = all.slice(-box.slots);
  const { bottom, top } = chartRange(samples, box);
  const stepX = box.width / Math.max(1, box.slots - 1);
  const firstX = box.width - (samples.length - 1) * stepX;
  let path = "";
  let isDrawing = false;
  for (const [at, sample] of samples.entries()) {
    if (sample === null) {
      isDrawing = false;
      continue;
    }
    const share = (sample - bottom) / (top - bottom);
    // One unit of room above and below: half of the line would be cut off at the edge.
    const y = box.height - 1 - share * (box.height - 2);
    path += `${isDrawing ? "L" : "M"}${round(firstX + at * stepX)} ${round(y)}`;
    // A single point is a line of no length: with round ends it is seen as a dot.
    if (!isDrawing && (samples[at + 1] ?? null) === null) path += "h0";
    isDrawing = true;
  }
  return path;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
