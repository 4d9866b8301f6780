// Sizes and durations, as people write them.

const SIZE_UNITS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
};

/** Bytes of `64MB`, `1.5 GiB`, `200M`, `4096`; null when it is no size. Units are powers of 1024, in any case. */
export function parseSize(text: string): number | null {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(?:([kmgt])(?:i?b)?|b)?\s*$/i.exec(text);
  if (match === null) return null;
  const unit = SIZE_UNITS[(match[2] ?? "").toLowerCase()];
  const bytes = unit === undefined ? NaN : Math.round(Number(match[1]) * unit);
  return Number.isSafeInteger(bytes) ? bytes : null;
}

const LARGE_UNITS: readonly (readonly [string, number])[] = [
  ["TB", 1024 ** 4],
  ["GB", 1024 ** 3],
  ["MB", 1024 ** 2],
  ["KB", 1024],
];

/** `52428800` as `50MB`: the largest unit that leaves at least 1, with one decimal where needed. */
export function formatSize(bytes: number): string {
  for (const [unit, size] of LARGE_UNITS) {
    if (Math.abs(bytes) >= size) return `${trimZero((bytes / size).toFixed(1))}${unit}`;
  }
  return `${bytes}B`;
}

const DURATION_UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds of `10s`, `500ms`, `1h30m`, `2 d`; a bare number is seconds; null when it is no duration. */
export function parseDuration(text: string): number | null {
  const trimmed = text.trim().toLowerCase();
  if (/^\d+(?:\.\d+)?$/.test(trimmed)) return checkedDuration(Number(trimmed) * 1000);
  if (!/^(?:\d+(?:\.\d+)?\s*(?:ms|[smhdw])\s*)+$/.test(trimmed)) return null;
  let total = 0;
  for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)\s*(ms|[smhdw])/g)) {
    total += Number(amount) * (DURATION_UNITS[unit ?? ""] ?? NaN);
  }
  return checkedDuration(total);
}

function checkedDuration(millis: number): number | null {
  const rounded = Math.round(millis);
  return Number.isSafeInteger(rounded) ? rounded : null;
}

/** `5400000` as `1h30m`, `500` as `500ms`, `0` as `0s`. */
export function formatDuration(millis: number): string {
  if (millis < 0) return `-${formatDuration(-millis)}`;
  let rest = Math.round(millis);
  if (rest === 0) return "0s";
  let text = "";
  for (const unit of ["d", "h", "m", "s", "ms"]) {
    const size = DURATION_UNITS[unit] ?? 1;
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}

function trimZero(number: string): string {
  return number.endsWith(".0") ? number.slice(0, -2) : number;
}
