// Reads options as Python's getopt does, for the names we take over from supervisord: `-nc FILE`, `--conf=FILE`.

export interface GetoptSpec {
  readonly name: string;
  /** One letter; missing where there is only the long form. */
  readonly letter?: string;
  /** Takes a value. */
  readonly valued: boolean;
}

export interface GetoptResult {
  /** In the order given; a switch has the value "". */
  readonly options: readonly { readonly name: string; readonly value: string }[];
  /** From the first word on that is no option. */
  readonly words: readonly string[];
}

/** The options, or what is wrong with them in one sentence. */
export function getopt(
  args: readonly string[],
  specs: readonly GetoptSpec[],
): GetoptResult | { readonly fault: string } {
  const options: { name: string; value: string }[] = [];
  const rest = [...args];
  for (let word = rest[0]; word !== undefined && isOption(word); word = rest[0]) {
    rest.shift();
    if (word === "--") break;
    const fault = word.startsWith("--")
      ? takeLong(word.slice(2), { rest, specs, options })
      : takeLetters(word.slice(1), { rest, specs, options });
    if (fault !== null) return { fault };
  }
  return { options, words: rest };
}

function isOption(word: string): boolean {
  return word.startsWith("-") && word !== "-";
}

interface Reading {
  readonly rest: string[];
  readonly specs: readonly GetoptSpec[];
  readonly options: { name: string; value: string }[];
}

/** A long option may be shortened as long as it stays one. */
function takeLong(text: string, { rest, specs, options }: Reading): string | null {
  const equals = text.indexOf("=");
  const asked = equals < 0 ? text : text.slice(0, equals);
  const near = specs.filter(({ name }) => name.startsWith(asked));
  const spec = near.find(({ name }) => name === asked) ?? (near.length === 1 ? near[0] : undefined);
  if (spec === undefined) {
    return near.length > 1
      ? `option --${asked} not a unique prefix`
      : `option --${asked} not recognized`;
  }
  if (!spec.valued) {
    if (equals >= 0) return `option --${spec.name} must not have an argument`;
    options.push({ name: spec.name, value: "" });
    return null;
  }
  const value = equals >= 0 ? text.slice(equals + 1) : rest.shift();
  if (value === undefined) return `option --${spec.name} requires argument`;
  options.push({ name: spec.name, value });
  return null;
}

/** `-nc FILE`, `-cFILE`. */
function takeLetters(letters: string, { rest, specs, options }: Reading): string | null {
  for (let at = 0; at < letters.length; at++) {
    const letter = letters.charAt(at);
    const spec = specs.find((one) => one.letter === letter);
    if (spec === undefined) return `option -${letter} not recognized`;
    if (!spec.valued) {
      options.push({ name: spec.name, value: "" });
      continue;
    }
    const attached = letters.slice(at + 1);
    const value = attached === "" ? rest.shift() : attached;
    if (value === undefined) return `option -${letter} requires argument`;
    options.push({ name: spec.name, value });
    return null;
  }
  return null;
}
