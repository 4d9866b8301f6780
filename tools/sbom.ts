// Makes the bill of materials (CycloneDX 1.5, JSON) of what is in the binary, from deno.lock and the imports of src.
import { BASE_VERSION } from "./denort.ts";

interface LockedPackage {
  readonly integrity?: string;
  readonly dependencies?: readonly string[];
}

export interface SbomParts {
  readonly version: string;
  /** Seconds since the epoch. */
  readonly epoch: number;
  /** `npm` of deno.lock, by name@version. */
  readonly locked: Readonly<Record<string, LockedPackage>>;
  /** Packages that src imports, as name@version. */
  readonly imported: readonly string[];
}

/** The document. The same parts give the same text. */
export function sbom({ version, epoch, locked, imported }: SbomParts): string {
  const packages = closure(imported, locked);
  const self = `pkg:generic/runner@${version}`;
  const base = {
    name: "deno",
    version: BASE_VERSION,
    ref: `pkg:github/denoland/deno@v${BASE_VERSION}`,
  };
  return JSON.stringify(
    {
      bomFormat: "CycloneDX",
      specVersion: "1.5",
      version: 1,
      metadata: {
        timestamp: new Date(epoch * 1000).toISOString(),
        component: {
          "bom-ref": self,
          type: "application",
          name: "runner",
          version,
          purl: self,
          licenses: [MIT],
        },
      },
      components: [
        {
          "bom-ref": base.ref,
          type: "platform",
          name: base.name,
          version: base.version,
          purl: base.ref,
          licenses: [MIT],
        },
        ...packages.map((id) => component(id, locked[id])),
      ],
      dependencies: [
        {
          ref: self,
          dependsOn: [base.ref, ...imported.toSorted().map((id) => purl(resolved(id, locked)))],
        },
        ...packages.map((id) => ({
          ref: purl(id),
          dependsOn: (locked[id]?.dependencies ?? []).map((name) => purl(resolved(name, locked))),
        })),
      ],
    },
    null,
    2,
  ) + "\n";
}

const MIT = { license: { id: "MIT" } } as const;

function component(id: string, found: LockedPackage | undefined) {
  const { name, version } = split(id);
  const [scope, bare] = name.startsWith("@") ? name.split("/") : [null, name];
  return {
    "bom-ref": purl(id),
    type: "library",
    ...(scope === null ? {} : { group: scope }),
    name: bare,
    version,
    purl: purl(id),
    hashes: hashes(found?.integrity),
  };
}

function hashes(integrity: string | undefined): readonly { alg: string; content: string }[] {
  const encoded = integrity?.match(/^sha512-(.+)$/)?.[1];
  if (encoded === undefined) return [];
  const hex = Array.from(atob(encoded), (char) => char.charCodeAt(0).toString(16).padStart(2, "0"));
  return [{ alg: "SHA-512", content: hex.join("") }];
}

/** Everything that is needed, sorted. Throws for what deno.lock does not have. */
function closure(wanted: readonly string[], locked: SbomParts["locked"]): readonly string[] {
  const found = new Set<string>();
  const take = (id: string) => {
    const package_ = locked[id];
    if (package_ === undefined) throw new Error(`Cannot find ${id} in deno.lock`);
    if (found.has(id)) return;
    found.add(id);
    for (const name of package_.dependencies ?? []) take(resolved(name, locked));
  };
  for (const id of wanted) take(resolved(id, locked));
  return [...found].sort();
}

/** The lock names a dependency without its version where there is only one, and puts its peers behind the version. */
function resolved(name: string, locked: SbomParts["locked"]): string {
  if (locked[name] !== undefined) return name;
  const wanted = split(name);
  const isWanted = (id: string) => {
    const found = split(id);
    return found.name === wanted.name &&
      (wanted.version === "" || found.version === wanted.version);
  };
  return Object.keys(locked).find(isWanted) ?? name;
}

/** `@scope/name@1.2.3_peer@4.5.6` is version 1.2.3; a name alone has none. */
function split(id: string): { readonly name: string; readonly version: string } {
  const [, name = id, version = ""] = id.match(/^(@?[^@]+)@([^_]+)/) ?? [];
  return { name, version };
}

function purl(id: string): string {
  const { name, version } = split(id);
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

/** Packages, as name@version, that files below `folder` import by the names of deno.json. */
export function importedPackages(
  folder: string,
  imports: Readonly<Record<string, string>>,
): readonly string[] {
  const found = new Set<string>();
  for (const path of sources(folder)) {
    for (
      const [, word = ""] of Deno.readTextFileSync(path).matchAll(/(?:from|import\()\s*"([^"]+)"/g)
    ) {
      const spec = (imports[word] ?? word).match(/^npm:\/?((?:@[^/]+\/)?[^/@]+@[^/]+)/)?.[1];
      if (spec !== undefined) found.add(spec);
    }
  }
  return [...found].sort();
}

function sources(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? sources(path) : /(?<!\.d)\.ts$/.test(name) ? [path] : [];
  });
}
