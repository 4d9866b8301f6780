// The number conversions of Python's % operator.

/** One `%…` of the text, taken apart. */
export interface Directive {
  readonly source: string;
  /** Null when there is no `(name)`. */
  readonly name: string | null;
  readonly flags: string;
  readonly width: number;
  /** Null when there is none; `.` alone is 0. */
  readonly precision: number | null;
  readonly conversion: string;
}

/** `value` by a directive whose conversion is one of d i u o x X e E f F g G. */
export function formatNumber(directive: Directive, value: number): string {
  const digits = magnitude(directive, Math.abs(value));
  const sign = value < 0
    ? "-"
    : directive.flags.includes("+")
    ? "+"
    : directive.flags.includes(" ")
    ? " "
    : "";
  const missing = Math.max(0, directive.width - sign.length - digits.length);
  if (directive.flags.includes("-")) return sign + digits + " ".repeat(missing);
  if (directive.flags.includes("0")) return sign + zeroFill(digits, missing);
  return " ".repeat(missing) + sign + digits;
}

function zeroFill(digits: string, missing: number): string {
  const prefix = /^0[xXo]/.exec(digits)?.[0] ?? "";
  return prefix + "0".repeat(missing) + digits.slice(prefix.length);
}

function magnitude(directive: Directive, value: number): string {
  const { conversion, precision } = directive;
  const upper = conversion === conversion.toUpperCase();
  const alternate = directive.flags.includes("#");
  switch (conversion.toLowerCase()) {
    case "o":
      return (alternate ? "0o" : "") + whole(value, 8, precision);
    case "x": {
      const hex = whole(value, 16, precision);
      const prefix = alternate ? "0x" : "";
      return upper ? (prefix + hex).toUpperCase() : prefix + hex;
    }
    case "e":
      return inCase(exponent(value, precision ?? 6, alternate), upper);
    case "f":
      return value.toFixed(precision ?? 6) + (alternate && precision === 0 ? "." : "");
    case "g":
      return inCase(general(value, precision ?? 6, alternate), upper);
    default:
      return whole(value, 10, precision);
  }
}

function whole(value: number, base: number, precision: number | null): string {
  return Math.trunc(value).toString(base).padStart(precision ?? 0, "0");
}

function exponent(value: number, precision: number, alternate: boolean): string {
  const [mantissa = "", power = ""] = value.toExponential(precision).split("e");
  const dot = alternate && precision === 0 ? "." : "";
  return `${mantissa}${dot}e${power.charAt(0)}${power.slice(1).padStart(2, "0")}`;
}

function general(value: number, precision: number, alternate: boolean): string {
  const digits = Math.max(1, precision);
  const power = value === 0 ? 0 : Number(value.toExponential(digits - 1).split("e")[1]);
  const small = power < -4 || power >= digits;
  const text = small
    ? exponent(value, digits - 1, alternate)
    : value.toFixed(digits - 1 - power) + (alternate && digits - 1 === power ? "." : "");
  if (alternate || !text.includes(".")) return text;
  const [mantissa = "", tail] = text.split("e");
  const trimmed = mantissa.replace(/\.?0+$/, "");
  return tail === undefined ? trimmed : `${trimmed}e${tail}`;
}

function inCase(text: string, upper: boolean): string {
  return upper ? text.toUpperCase() : text;
}
