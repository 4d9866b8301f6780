// What a release is made of: a man page that can be typeset, a package that can be installed, the same bytes twice.
import config from "../../deno.json" with { type: "json" };
import { COMMANDS } from "../../src/cli/commands.ts";
import { debianPackage, type PackageParts } from "../../tools/debian_package.ts";
import { manPage } from "../../tools/man_page.ts";
import { checksums } from "../../tools/release.ts";
import { importedPackages, sbom } from "../../tools/sbom.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { runWords } from "../support/run_words.ts";

const EPOCH = 1_790_000_000;
const PAGE = manPage({ version: "1.2.3", date: "2026-11-21" });

async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "runner-release-" });
  try {
    await act(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A package of a script that stands in for the binary. */
async function packed(folder: string, output: string): Promise<void> {
  const binary = `${folder}/binary`;
  await Deno.writeTextFile(binary, "#!/bin/sh\necho runner 1.2.3\n");
  const parts: PackageParts = {
    binary,
    arch: "all",
    version: "1.2.3",
    epoch: EPOCH,
    manPage: PAGE,
    completions: { bash: "# bash", zsh: "#compdef runner", fish: "# fish" },
  };
  await debianPackage(parts, `${folder}/${output}`);
}

Deno.test("manPage() is typeset without a warning and names every command and option", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/runner.1`;
    await Deno.writeTextFile(path, PAGE);
    assertEquals(await runWords(["groff", "-ww", "-mandoc", "-z", path]), {
      code: 0,
      out: "",
      err: "",
    });
    const { out: said } = await runWords([
      "groff",
      "-mandoc",
      "-Tascii",
      "-P-cbou",
      "-rLL=200n",
      path,
    ]);
    for (const { name, chapter, options } of COMMANDS) {
      if (chapter === "hidden") continue;
      assertTrue(said.includes(`runner ${name}`), name);
      for (const option of options) {
        if (option.isHidden === true) continue;
        assertTrue(said.includes(`--${option.name}`) || option.name === "help", option.name);
      }
    }
  });
});

Deno.test("manPage() keeps what the typesetter would take for its own", async () => {
  await inFolder(async (folder) => {
    const strange = ".so 'a' `b` \\fB ~^ \"c\" … é -d";
    const spec = {
      name: "x",
      usage: "runner x",
      summary: strange,
      options: [],
      example: "runner x",
    };
    const path = `${folder}/runner.1`;
    const page = manPage({ version: "1", date: "2026-11-21" }, [{ ...spec, run: () => 0 }]);
    await Deno.writeTextFile(path, page);
    const typeset = ["groff", "-ww", "-mandoc", "-Tutf8", "-P-cbou", "-rLL=200n", path];
    const { out: said } = await runWords(typeset);
    assertTrue(said.includes(`${strange.replace("…", "...")}.`), said);
  });
});

Deno.test("debianPackage() gives the same bytes twice, and can be installed and removed", async () => {
  await inFolder(async (folder) => {
    await packed(folder, "one.deb");
    await packed(folder, "two.deb");
    const [one, two] = [
      await Deno.readFile(`${folder}/one.deb`),
      await Deno.readFile(`${folder}/two.deb`),
    ];
    assertTrue(one.length === two.length && one.every((byte, at) => byte === two[at]), "the same");

    const { out: listed } = await runWords(["dpkg-deb", "--contents", `${folder}/one.deb`]);
    const files = [...listed.matchAll(/^(-\S+) (\S+) .* \.\/(\S+)$/gm)]
      .map(([, mode, owner, path]) => `${mode} ${owner} ${path}`);
    assertEquals(files, [
      "-rwxr-xr-x root/root usr/bin/runner",
      "-rw-r--r-- root/root usr/share/bash-completion/completions/runner",
      "-rw-r--r-- root/root usr/share/doc/runner/changelog.Debian.gz",
      "-rw-r--r-- root/root usr/share/doc/runner/copyright",
      "-rw-r--r-- root/root usr/share/fish/vendor_completions.d/runner.fish",
      "-rw-r--r-- root/root usr/share/lintian/overrides/runner",
      "-rw-r--r-- root/root usr/share/man/man1/runner.1.gz",
      "-rw-r--r-- root/root usr/share/zsh/vendor-completions/_runner",
    ]);

    const root = `${folder}/root`;
    for (const place of ["info", "updates", "triggers"]) {
      await Deno.mkdir(`${root}/var/lib/dpkg/${place}`, { recursive: true });
    }
    await Deno.writeTextFile(`${root}/var/lib/dpkg/status`, "");
    const rights = Deno.uid() === 0 ? [] : ["unshare", "--map-root-user"];
    const dpkg = [...rights, "dpkg", `--root=${root}`, "--force-depends"];
    const installed = await runWords([...dpkg, "--install", `${folder}/one.deb`]);
    assertEquals(installed.code, 0, installed.err);
    const ran = await runWords([`${root}/usr/bin/runner`]);
    assertEquals(ran, { code: 0, out: "runner 1.2.3\n", err: "" });
    const verified = await runWords(["dpkg", `--root=${root}`, "--status", "runner"]);
    assertTrue(/^Status: install ok installed$/m.test(verified.out), verified.out);
    assertTrue(/^Version: 1\.2\.3-1$/m.test(verified.out), verified.out);
    const removed = await runWords([...dpkg, "--purge", "runner"]);
    assertEquals(removed.code, 0, removed.err);
    assertTrue(!(await runWords(["find", root])).out.includes("runner/"), "nothing is left of it");
    assertEquals((await runWords(["test", "-e", `${root}/usr/bin/runner`])).code, 1);
  });
});

Deno.test("sbom() lists what src imports, with its hashes, and nothing that only tests need", () => {
  const { npm: locked } = JSON.parse(Deno.readTextFileSync("deno.lock"));
  const imported = importedPackages("src", config.imports);
  const text = sbom({ version: "1.2.3", epoch: EPOCH, locked, imported });
  assertEquals(sbom({ version: "1.2.3", epoch: EPOCH, locked, imported }), text);
  const { components, dependencies, metadata } = JSON.parse(text);
  const names: string[] = components.map(({ name }: { name: string }) => name);
  for (const name of ["deno", "smol-toml", "yaml", "deno-std"]) {
    assertTrue(names.includes(name), `${name} in ${names}`);
  }
  for (const name of ["fast-check", "ts-json-schema-generator"]) {
    assertTrue(!names.includes(name), `${name} not in ${names}`);
  }
  const known = new Set(components.map((one: Record<string, string>) => one["bom-ref"]));
  known.add(metadata.component["bom-ref"]);
  for (const { ref, dependsOn } of dependencies) {
    for (const one of [ref, ...dependsOn]) assertTrue(known.has(one), `${one} is a component`);
  }
  for (const { type, hashes, name } of components) {
    if (type === "library") assertTrue(/^[0-9a-f]{128}$/.test(hashes[0]?.content), name);
  }
});

Deno.test("sbom() follows dependencies that have a scope or peers, of several versions the right one", () => {
  const locked = {
    "@a/b@1.0.0_peer@2.0.0": { integrity: "sha512-AA==", dependencies: ["c@2.0.0", "peer"] },
    "c@1.0.0": { integrity: "sha512-AA==" },
    "c@2.0.0": { integrity: "sha512-/w==" },
    "peer@2.0.0": { integrity: "sha512-AA==" },
  };
  const { components } = JSON.parse(
    sbom({ version: "1", epoch: EPOCH, locked, imported: ["@a/b@1.0.0"] }),
  );
  const found = components.slice(1).map((one: { purl: string; hashes: { content: string }[] }) => {
    return `${one.purl} ${one.hashes[0]?.content}`;
  });
  assertEquals(found, ["pkg:npm/%40a/b@1.0.0 00", "pkg:npm/c@2.0.0 ff", "pkg:npm/peer@2.0.0 00"]);
});

Deno.test("checksums() are those of sha256sum", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/b`, "b");
    await Deno.writeTextFile(`${folder}/a`, "a");
    await Deno.writeTextFile(`${folder}/SHA256SUMS`, "old");
    const text = await checksums(folder);
    await Deno.writeTextFile(`${folder}/SHA256SUMS`, text);
    const command = `cd '${folder}' && sha256sum --check --strict SHA256SUMS`;
    assertEquals(await runWords(["sh", "-c", command]), {
      code: 0,
      out: "a: OK\nb: OK\n",
      err: "",
    });
  });
});
