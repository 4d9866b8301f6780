// Which names in which folders decide where a path leads: its own, those of links on the way, and what is missing.

/** A name in a folder, both as they are on the disk. */
export interface Anchor {
  readonly folder: string;
  readonly name: string;
}

/** Links that lead to links; the kernel gives up after as many. */
const MOST_LINKS = 40;

/**
 * The names on which the path depends beyond what a watch of its folder tells: each link on the way, the first
 * name that is missing, and the last one.
 */
export function anchorsOf(path: string): readonly Anchor[] {
  const anchors: Anchor[] = [];
  const left = partsOf(path);
  let folder = "";
  for (let links = 0; left.length > 0;) {
    const name = left.shift() ?? "";
    if (name === "..") {
      folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/")));
      continue;
    }
    const place: Anchor = { folder: folder === "" ? "/" : folder, name };
    const target = linkTarget(`${folder}/${name}`);
    if (target === undefined) return [...anchors, place];
    if (target === null) {
      folder = `${folder}/${name}`;
      if (left.length === 0) anchors.push(place);
      continue;
    }
    anchors.push(place);
    if (++links > MOST_LINKS) return anchors;
    if (target.startsWith("/")) folder = "";
    left.unshift(...partsOf(target));
  }
  return anchors;
}

/** Where a link leads; null: it is no link; undefined: it is not there. */
function linkTarget(path: string): string | null | undefined {
  try {
    return Deno.lstatSync(path).isSymlink ? Deno.readLinkSync(path) : null;
  } catch (error) {
    if (isUnreachable(error)) return undefined;
    throw error;
  }
}

/** True for what happens to paths that come and go, or are not ours to see. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied ||
    error instanceof Deno.errors.NotADirectory || error instanceof Deno.errors.FilesystemLoop ||
    error instanceof Deno.errors.InvalidData;
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}
