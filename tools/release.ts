// Writes dist/release: binaries, Debian packages, man page, completions, bill of materials and checksums.
import { createHash } from "node:crypto";
import config from "../deno.json" with { type: "json" };
import { SCRIPTS } from "../src/cli/completions.ts";
import { bundle, compileArgs, mustCompile, record } from "./compile.ts";
import { debianPackage, stamp } from "./debian_package.ts";
import { BASE_ARCHES, cachedBase, fetchBase } from "./denort.ts";
import { manPage } from "./man_page.ts";
import { importedPackages, sbom, type SbomParts } from "./sbom.ts";

const FOLDER = "dist/release";

/** Runs at most until two have compiled the same. */
const RECORDINGS = 6;

/** Names of a processor: Deno's, ours in file names, Debian's. */
const NAMES: Readonly<Record<string, { readonly file: string; readonly debian: string }>> = {
  x86_64: { file: "linux-x64", debian: "amd64" },
  aarch64: { file: "linux-arm64", debian: "arm64" },
};

if (import.meta.main) await release();

async function release(): Promise<void> {
  const { version } = config;
  const epoch = await sourceEpoch();
  await Deno.remove(FOLDER, { recursive: true }).catch(ignoreMissing);
  await Deno.mkdir(FOLDER, { recursive: true });
  const page = manPage({ version, date: new Date(epoch * 1000).toISOString().slice(0, 10) });
  await Deno.writeTextFile(`${FOLDER}/runner.1`, page);
  for (const [shell, script] of Object.entries(SCRIPTS)) {
    await Deno.writeTextFile(`${FOLDER}/runner.${shell}`, `${script}\n`);
  }
  const imported = importedPackages("src", config.imports);
  const { npm: locked }: { readonly npm: SbomParts["locked"] } = JSON.parse(
    await Deno.readTextFile("deno.lock"),
  );
  const bill = sbom({ version, epoch, locked, imported });
  await Deno.writeTextFile(`${FOLDER}/runner-${version}.cdx.json`, bill);
  const bundled = await bundle(`${FOLDER}/bundle`);
  // Only what this machine can run can be recorded: it comes last, and the others begin with compiling.
  const arches = BASE_ARCHES.toSorted((a, b) =>
    Number(a === Deno.build.arch) - Number(b === Deno.build.arch)
  );
  for (const arch of arches) {
    const names = NAMES[arch];
    if (names === undefined) throw new Error(`Cannot name files for ${arch}`);
    const binary = `${FOLDER}/runner-${version}-${names.file}`;
    const base = await cachedBase(arch) ?? (await fetchBase(arch)).path;
    const compile = async (output: string) => {
      // The times of the files go into the binary.
      await stamp(bundled, epoch);
      await mustCompile(compileArgs(`${bundled}/main.js`, output), { base, from: "release" });
    };
    if (arch === Deno.build.arch) await recordTwice(bundled, compile);
    await compile(binary);
    const parts = {
      binary,
      arch: names.debian,
      version,
      epoch,
      manPage: page,
      completions: SCRIPTS,
    };
    await debianPackage(parts, `${FOLDER}/runner_${version}-1_${names.debian}.deb`);
    console.error(`release: ${binary} and its Debian package`);
  }
  await Deno.remove(bundled, { recursive: true });
  await Deno.writeTextFile(`${FOLDER}/SHA256SUMS`, await checksums(FOLDER));
  console.error("release: nothing for macOS, for which there is no base runtime");
  console.error(`release: ${FOLDER} is complete`);
}

/**
 * What is compiled depends on what a run has come to, and two runs hardly ever differ: until the same was recorded
 * twice, so that the same source gives the same bytes.
 */
async function recordTwice(
  bundled: string,
  compile: (output: string) => Promise<unknown>,
): Promise<void> {
  const seen = new Set<string>();
  for (let run = 0; run < RECORDINGS; run++) {
    await record(bundled, compile);
    const sums = await checksums(bundled);
    if (seen.has(sums)) return;
    seen.add(sums);
  }
  throw new Error("Cannot record a run: no two were the same");
}

/** Seconds since the epoch that stand for this source: SOURCE_DATE_EPOCH, else the time of the last commit. */
async function sourceEpoch(): Promise<number> {
  const given = Number(Deno.env.get("SOURCE_DATE_EPOCH") ?? "");
  if (Number.isSafeInteger(given) && given > 0) return given;
  const { success, stdout } = await new Deno.Command("git", {
    args: ["log", "-1", "--format=%ct"],
    stderr: "null",
  }).output();
  const seconds = success ? Number(new TextDecoder().decode(stdout)) : 0;
  if (seconds > 0) return seconds;
  throw new Error("Cannot tell how old this source is: set SOURCE_DATE_EPOCH");
}

/** As sha256sum(1) writes and checks it. */
export async function checksums(folder: string): Promise<string> {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => name !== "SHA256SUMS").sort();
  const lines = await Promise.all(names.map(async (name) => {
    const hash = createHash("sha256").update(await Deno.readFile(`${folder}/${name}`));
    return `${hash.digest("hex")}  ${name}\n`;
  }));
  return lines.join("");
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
