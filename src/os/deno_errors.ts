// What the system said, out of the errors that Deno throws.

/** Name of the errno behind an error of Deno's file functions (`ENOENT`); null: it is another kind of error. */
export function errnoOf(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error)) return null;
  const { code } = error;
  return typeof code === "string" && /^E[A-Z0-9]+$/.test(code) ? code : null;
}
