// Makes a Debian package of a compiled runner with dpkg-deb: the same bytes from the same parts.
import { join } from "node:path";

export interface PackageParts {
  /** Path of the binary. */
  readonly binary: string;
  /** `amd64`, `arm64`. */
  readonly arch: string;
  readonly version: string;
  /** Seconds since the epoch, for every file in it. */
  readonly epoch: number;
  readonly manPage: string;
  /** Completion scripts by shell. */
  readonly completions: Readonly<Record<string, string>>;
}

const TEMPLATES = new URL("../packaging/debian/", import.meta.url);
const LICENSE = new URL("../LICENSE", import.meta.url);

/** Where each shell looks for completions that packages bring. */
const COMPLETIONS: Readonly<Record<string, string>> = {
  bash: "usr/share/bash-completion/completions/runner",
  zsh: "usr/share/zsh/vendor-completions/_runner",
  fish: "usr/share/fish/vendor_completions.d/runner.fish",
};

/** Writes the package to `output`. */
export async function debianPackage(parts: PackageParts, output: string): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "runner-deb-" });
  try {
    await Deno.chmod(root, 0o755);
    await fill(root, parts);
    await stamp(root, parts.epoch);
    await run("dpkg-deb", ["--root-owner-group", "-Zxz", "-z1", "--build", root, output], {
      SOURCE_DATE_EPOCH: String(parts.epoch),
    });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function fill(root: string, parts: PackageParts): Promise<void> {
  const { binary, arch, epoch, manPage, completions } = parts;
  await put(root, "usr/bin/runner", await Deno.readFile(binary), 0o755);
  await put(root, "usr/share/man/man1/runner.1.gz", await gzip(manPage));
  for (const [shell, script] of Object.entries(completions)) {
    await put(root, COMPLETIONS[shell] ?? `usr/share/runner/${shell}`, `${script}\n`);
  }
  const version = `${parts.version}-1`;
  const docs = "usr/share/doc/runner";
  const date = new Date(epoch * 1000).toUTCString().replace("GMT", "+0000");
  const changelog = template("changelog", { VERSION: version, DATE: date });
  await put(root, `${docs}/changelog.Debian.gz`, await gzip(changelog));
  const LICENSE = licenseText();
  await put(root, `${docs}/copyright`, template("copyright", { LICENSE }));
  await put(root, "usr/share/lintian/overrides/runner", template("lintian-overrides", {}));
  const size = Math.ceil((await Deno.stat(binary)).size / 1024) + 64;
  const control = template("control", { VERSION: version, ARCH: arch, SIZE: String(size) });
  await put(root, "DEBIAN/control", control);
  await put(root, "DEBIAN/md5sums", await sums(root));
}

function template(name: string, values: Readonly<Record<string, string>>): string {
  const text = Deno.readTextFileSync(new URL(name, TEMPLATES));
  return text.replaceAll(/@([A-Z]+)@/g, (whole, key: string) => values[key] ?? whole);
}

/** As the format of copyright files has it: indented, a dot for an empty line. */
function licenseText(): string {
  const [, ...lines] = Deno.readTextFileSync(LICENSE).trim().split("\n");
  return lines.filter((line) => !/^Copyright/.test(line)).join("\n").trim()
    .replaceAll(/\n{2,}/g, "\n\n").split("\n").map((line) => line === "" ? " ." : ` ${line}`)
    .join("\n");
}

async function put(
  root: string,
  path: string,
  content: string | Uint8Array,
  mode = 0o644,
): Promise<void> {
  const full = join(root, path);
  await Deno.mkdir(full.slice(0, full.lastIndexOf("/")), { recursive: true });
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  await Deno.writeFile(full, bytes);
  await Deno.chmod(full, mode);
}

/** gzip(1) as Debian wants it: best, and no time in it. */
async function gzip(text: string): Promise<Uint8Array> {
  const child = new Deno.Command("gzip", { args: ["-9n"], stdin: "piped", stdout: "piped" })
    .spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  return (await child.output()).stdout;
}

async function sums(root: string): Promise<string> {
  const paths = (await files(join(root, "usr"))).map((path) => path.slice(root.length + 1)).sort();
  const { stdout } = await new Deno.Command("md5sum", { args: [...paths], cwd: root }).output();
  return new TextDecoder().decode(stdout);
}

async function files(folder: string): Promise<string[]> {
  const found = await Array.fromAsync(Deno.readDir(folder), ({ name, isDirectory }) => {
    return isDirectory ? files(join(folder, name)) : [join(folder, name)];
  });
  return found.flat();
}

/** One time for all files below, and one mode for all folders, whatever the umask. */
export async function stamp(path: string, epoch: number): Promise<void> {
  if ((await Deno.lstat(path)).isDirectory) {
    await Deno.chmod(path, 0o755);
    for await (const { name } of Deno.readDir(path)) await stamp(join(path, name), epoch);
  }
  await Deno.utime(path, epoch, epoch);
}

async function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, {
    args: [...args],
    env: { ...env },
    stdout: "null",
  }).output();
  if (success) return;
  throw new Error(`Cannot run ${program}: ${new TextDecoder().decode(stderr).trim()}`);
}
