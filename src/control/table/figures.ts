// Numbers as tables show them: short, of one width, a dash where there is none.

export const NONE = "–";

/** `12.3 MB`: three digits at most, units of 1024. */
export function sizeText(bytes: number | null): string {
  if (bytes === null) return NONE;
  if (bytes < 1024) return `${bytes} B`;
  let size = bytes;
  let unit = "B";
  for (const next of ["KB", "MB", "GB", "TB"]) {
    // 1023.9 must not become "1024".
    if (Math.round(size) < 1000) break;
    size /= 1024;
    unit = next;
  }
  return `${size < 99.95 ? size.toFixed(1) : size.toFixed(0)} ${unit}`;
}

/** `4.2 %` of one core. */
export function percentText(percent: number | null): string {
  if (percent === null) return NONE;
  return `${percent < 99.95 ? percent.toFixed(1) : percent.toFixed(0)} %`;
}

const STEPS: readonly (readonly [string, number])[] = [["d", 86_400], ["h", 3600], ["m", 60], [
  "s",
  1,
]];

/** `3d 4h`, `5m 12s`, `9s`: the two largest units of a duration in seconds. */
export function durationText(seconds: number | null): string {
  if (seconds === null) return NONE;
  const whole = Math.max(0, Math.floor(seconds));
  const at = STEPS.findIndex(([, size]) => whole >= size);
  if (at < 0) return "0s";
  let rest = whole;
  const parts = STEPS.slice(at, at + 2).flatMap(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? [] : [`${count}${unit}`];
  });
  return parts.join(" ");
}

/** `12 programs`, `1 program`. */
export function counted(count: number, noun: string): string {
  const plural = /(s|sh|ch|x)$/.test(noun) ? `${noun}es` : `${noun}s`;
  return `${count} ${count === 1 ? noun : plural}`;
}
