// Flapping: a process that ends unexpectedly again and again.
import type { Millis } from "../manifest/plan.ts";

/** Of each process the monotonic times of its latest unexpected ends, and whether it has been told of. */
export type Flaps = ReadonlyMap<
  string,
  { readonly ends: readonly Millis[]; readonly isTold: boolean }
>;

export interface FlapRule {
  readonly ends: number;
  readonly within: Millis;
}

/** Takes an unexpected end in. `begins`: it flaps from now on; it is told once, until it has been quiet. */
export function noteFlap(
  flaps: Flaps,
  { id, at }: { readonly id: string; readonly at: Millis },
  rule: FlapRule,
): { readonly flaps: Flaps; readonly begins: boolean } {
  const known = flaps.get(id);
  const recent = (known?.ends ?? []).filter((end) => at - end < rule.within);
  const isTold = recent.length > 0 && (known?.isTold ?? false);
  const ends = [...recent, at].slice(-rule.ends);
  const begins = !isTold && ends.length >= rule.ends;
  const next = new Map(flaps).set(id, { ends, isTold: isTold || begins });
  return { flaps: next, begins };
}
