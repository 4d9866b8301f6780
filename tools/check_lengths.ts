// Checks that no source file is longer than 300 lines; one whose first line calls it a table may be.

const LONGEST = 300;

if (import.meta.main) {
  const faults = checkLengths("src");
  for (const fault of faults) console.error(`lengths: ${fault}`);
  if (faults.length > 0) Deno.exit(1);
  console.error(`lengths: no file of src is longer than ${LONGEST} lines`);
}

/** Gives one line for every file below `folder` that is too long, or does not say what it is for. */
export function checkLengths(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) return checkLengths(path);
    return /\.tsx?$/.test(path) ? judge(path, Deno.readTextFileSync(path)) : [];
  });
}

function judge(path: string, text: string): string[] {
  const lines = text.trimEnd().split("\n");
  const first = lines[0] ?? "";
  if (!first.startsWith("//")) return [`${path}: its first line does not say what it is for`];
  const isTable = /\btable\b/i.test(first);
  if (lines.length <= LONGEST || isTable) return [];
  return [`${path} has ${lines.length} lines, ${LONGEST} at most: split it`];
}
