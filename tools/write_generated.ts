// Writes generated files of the project, or with --check only says which of them are out of date.

const ROOT = new URL("../", import.meta.url);

/** Takes texts by their paths in the project; those that are as they should be are not touched. */
export function writeGenerated(files: ReadonlyMap<string, string>): void {
  const stale = [...files].filter(([path, text]) => readOrEmpty(path) !== text);
  if (Deno.args.includes("--check")) {
    for (const [path] of stale) console.error(`${path} is out of date: run deno task docs`);
    if (stale.length > 0) Deno.exit(1);
    return;
  }
  for (const [path, text] of stale) Deno.writeTextFileSync(new URL(path, ROOT), text);
}

function readOrEmpty(path: string): string {
  try {
    return Deno.readTextFileSync(new URL(path, ROOT));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return "";
  }
}
