// The part of deno-std's parseArgs that is used here; the npm package has no types.

export interface ParseOptions {
  readonly boolean?: readonly string[];
  readonly string?: readonly string[];
  readonly alias?: Readonly<Record<string, string>>;
  readonly stopEarly?: boolean;
  /** Called with each word that is no known option; false keeps it out of the result. */
  readonly unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

export interface ParsedArgs {
  readonly _: readonly (string | number)[];
  readonly [option: string]: unknown;
}

export function parseArgs(args: readonly string[], options?: ParseOptions): ParsedArgs;
