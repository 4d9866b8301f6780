// Reads options as the C library's getopt does: letters together, long names cut short, `--` at the end.

export interface ExecOption {
  readonly letter: string;
  readonly name?: string;
  readonly hasValue: boolean;
}

export interface OptionFault {
  readonly kind: "unknown letter" | "unknown name" | "ambiguous" | "no value" | "unwanted value";
  /** The letter, or the name with its dashes. */
  readonly option: string;
  /** Names that begin so. */
  readonly candidates: readonly string[];
}

export interface ReadOptions {
  /** Up to the fault, if there is one. */
  readonly options: readonly { readonly letter: string; readonly value: string }[];
  readonly fault: OptionFault | null;
  /** Which arguments are words, not options. */
  readonly words: readonly number[];
}

interface Taken {
  readonly options?: readonly { readonly letter: string; readonly value: string }[];
  readonly fault?: OptionFault;
  /** Whether the next argument was the value. */
  readonly tookNext?: boolean;
}

/** With `permutes`, options are also read after the first word. */
export function readExecOptions(
  args: readonly string[],
  { known, permutes }: { readonly known: readonly ExecOption[]; readonly permutes: boolean },
): ReadOptions {
  const options: { letter: string; value: string }[] = [];
  const words: number[] = [];
  const rest = (from: number) => args.map((_, index) => index).slice(from);
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg === "--") return { options, fault: null, words: [...words, ...rest(at + 1)] };
    if (!arg.startsWith("-") || arg === "-") {
      if (!permutes) return { options, fault: null, words: rest(at) };
      words.push(at);
      continue;
    }
    const next = args[at + 1];
    const hasNames = known.some((option) => option.name !== undefined);
    const taken = arg.startsWith("--") && hasNames
      ? takeName(arg, next, known)
      : takeLetters(arg, next, known);
    options.push(...taken.options ?? []);
    if (taken.fault !== undefined) return { options, fault: taken.fault, words };
    if (taken.tookNext === true) at += 1;
  }
  return { options, fault: null, words };
}

function takeLetters(
  arg: string,
  next: string | undefined,
  known: readonly ExecOption[],
): Taken {
  const options: { letter: string; value: string }[] = [];
  for (let at = 1; at < arg.length; at++) {
    const letter = arg.charAt(at);
    const option = known.find((one) => one.letter === letter);
    if (option === undefined) return { options, fault: faultOf("unknown letter", letter) };
    if (!option.hasValue) {
      options.push({ letter, value: "" });
      continue;
    }
    const isLast = at + 1 === arg.length;
    const value = isLast ? next : arg.slice(at + 1);
    if (value === undefined) return { options, fault: faultOf("no value", letter) };
    return { options: [...options, { letter, value }], tookNext: isLast };
  }
  return { options };
}

function takeName(arg: string, next: string | undefined, known: readonly ExecOption[]): Taken {
  const cut = arg.indexOf("=");
  const name = arg.slice(2, cut < 0 ? undefined : cut);
  const given = cut < 0 ? undefined : arg.slice(cut + 1);
  const exact = known.filter((one) => one.name === name);
  const near = known.filter((one) => one.name?.startsWith(name) === true);
  const [option, ...others] = exact.length > 0 ? exact : near;
  if (option === undefined) return { fault: faultOf("unknown name", arg) };
  if (others.length > 0) {
    const candidates = near.map((one) => `--${one.name}`);
    return { fault: { ...faultOf("ambiguous", arg), candidates } };
  }
  const full = `--${option.name}`;
  if (!option.hasValue) {
    if (given !== undefined) return { fault: faultOf("unwanted value", full) };
    return { options: [{ letter: option.letter, value: "" }] };
  }
  const value = given ?? next;
  if (value === undefined) return { fault: faultOf("no value", full) };
  return { options: [{ letter: option.letter, value }], tookNext: given === undefined };
}

function faultOf(kind: OptionFault["kind"], option: string): OptionFault {
  return { kind, option, candidates: [] };
}

/** The line that the C library prints. */
export function faultLine(name: string, { kind, option, candidates }: OptionFault): string {
  const isName = option.startsWith("--");
  const quoted = candidates.map((candidate) => ` '${candidate}'`).join("");
  switch (kind) {
    case "unknown letter":
      return `${name}: invalid option -- '${option}'`;
    case "unknown name":
      return `${name}: unrecognized option '${option}'`;
    case "ambiguous":
      return `${name}: option '${option}' is ambiguous; possibilities:${quoted}`;
    case "no value":
      return isName
        ? `${name}: option '${option}' requires an argument`
        : `${name}: option requires an argument -- '${option}'`;
    case "unwanted value":
      return `${name}: option '${option}' doesn't allow an argument`;
  }
}
