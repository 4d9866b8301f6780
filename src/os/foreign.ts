// Opens a C library without what Deno does for calls that must be fast, since ours need not be.

type Symbols = Readonly<Record<string, Deno.ForeignFunction>>;

/**
 * A parameter no function reads, one register further than its own. For a function that takes a structure by
 * value Deno compiles no stub. A stub takes 0.5 ms of dlopen, 18 ms for all we use; without it a call takes
 * 0.4 µs instead of 0.2 µs.
 */
const UNREAD = { struct: ["i32"] } as const;
const UNREAD_VALUE = new Uint8Array(4);

function withUnread(symbol: Deno.ForeignFunction): Deno.ForeignFunction {
  if (symbol.nonblocking === true) return symbol;
  return { ...symbol, parameters: [...symbol.parameters, UNREAD] };
}

/** The functions of a library, each found at once. The library stays open. */
export function openLibrary<const S extends Symbols>(
  file: string,
  symbols: S,
): Deno.StaticForeignLibraryInterface<S> {
  const definitions: Record<string, Deno.ForeignFunction> = {};
  for (const [name, symbol] of Object.entries(symbols)) definitions[name] = withUnread(symbol);
  const native = Deno.dlopen(file, definitions).symbols;
  const functions: unknown[][] = Object.entries(native).map(([name, call]) => [
    name,
    definitions[name]?.nonblocking === true
      ? call
      : (...args: never[]) => call(...args, UNREAD_VALUE),
  ]);
  return Object.fromEntries(functions);
}

/** The same, opened at the first call: most runners need few of these libraries, or none. */
export function lazyLibrary<const S extends Symbols>(
  file: string,
  symbols: S,
): () => Deno.StaticForeignLibraryInterface<S> {
  let opened: Deno.StaticForeignLibraryInterface<S> | null = null;
  return () => opened ??= openLibrary(file, symbols);
}
