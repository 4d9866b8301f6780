// Small files of the state folder: read with suspicion, written whole.

/** What became of a deed on a file; empty: all is well. */
export type Fault = string;

export interface StateReading {
  /** Whatever the file says; undefined: it is missing, or there is a fault. */
  readonly value: unknown;
  readonly fault: Fault;
}

const NOTHING: StateReading = { value: undefined, fault: "" };

/** A file that is larger than `largest` bytes is not ours. */
export function readState(path: string, largest: number): StateReading {
  try {
    const { size, isFile } = Deno.statSync(path);
    if (!isFile) return { ...NOTHING, fault: "it is no file" };
    if (size > largest) return { ...NOTHING, fault: "it is too large" };
    return { value: JSON.parse(Deno.readTextFileSync(path)), fault: "" };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return NOTHING;
    if (error instanceof SyntaxError) return { ...NOTHING, fault: "it is no JSON" };
    return { ...NOTHING, fault: faultOf(error) };
  }
}

/** Puts a new file in place whole: whoever reads sees the old one or the new one. */
export function writeState(path: string, text: string): Fault {
  try {
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true, mode: 0o700 });
    Deno.writeTextFileSync(`${path}.new`, text, { mode: 0o600 });
    Deno.renameSync(`${path}.new`, path);
    return "";
  } catch (error) {
    return faultOf(error);
  }
}

export type Table = Readonly<Record<string, unknown>>;

export function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A read-only or full disk is no fault of ours: it has a code of the system. */
function faultOf(error: unknown): Fault {
  const isSystem = error instanceof Error && ("code" in error || isDenoError(error));
  if (!isSystem) throw error;
  return error.message;
}

function isDenoError(error: Error): boolean {
  return Object.values(Deno.errors).some((kind) => error instanceof kind);
}
