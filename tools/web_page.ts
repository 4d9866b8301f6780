// Writes src/control/web/assets.ts, the page as text, from src/control/web/page; --check only says whether it is up to date.
import { createHash } from "node:crypto";
import { API } from "../src/control/api/types.ts";
import { FINGERPRINT } from "../src/control/web/assets.ts";

const PAGE = "src/control/web/page";
const OUTPUT = "src/control/web/assets.ts";
/** Besides the page's own files: what they import from elsewhere as values, but for the constant API. */
const SHARED = [
  "src/core/ansi_spans.ts",
  "src/core/visible_text.ts",
  "src/base/units.ts",
  "src/control/api/paths.ts",
  "src/control/table/age_text.ts",
  "src/control/table/figures.ts",
  "src/control/table/job_rows.ts",
  "src/control/table/job_text.ts",
  "src/control/table/recycle_rows.ts",
  "src/control/table/row_commands.ts",
  "src/control/table/rows.ts",
  "src/control/table/standing.ts",
  "src/control/table/wellness_rows.ts",
  "src/control/table/why_text.ts",
];

/** Bytes of what a first visit loads; a phone on a bad line waits for all of them. */
const LARGEST = 60_000;
/** Bytes of what is loaded when details or history are opened. */
const LARGEST_LATER = 10_000;

if (import.meta.main) {
  const fingerprint = await fingerprintOf([...pageFiles(), ...SHARED]);
  if (!Deno.args.includes("--check")) await write(fingerprint);
  else if (fingerprint !== FINGERPRINT) {
    console.error(`web page: ${OUTPUT} is older than ${PAGE}: run "deno task docs"`);
    Deno.exit(1);
  }
}

/**
 * The sources and not the output are compared: another version of Deno bundles the same sources in other
 * words, and that alone is no fault.
 */
async function fingerprintOf(files: readonly string[]): Promise<string> {
  const hash = createHash("sha256").update(API);
  for (const file of files) hash.update(`${file}\n${await Deno.readTextFile(file)}\n`);
  return hash.digest("hex").slice(0, 32);
}

function pageFiles(): string[] {
  return [...Deno.readDirSync(PAGE)].map(({ name }) => `${PAGE}/${name}`).sort();
}

async function write(fingerprint: string): Promise<void> {
  const script = await bundled(`${PAGE}/main.ts`, "iife");
  const views = await bundled(`${PAGE}/views.ts`, "esm");
  const style = shorterStyle(await Deno.readTextFile(`${PAGE}/page.css`));
  const html = await Deno.readTextFile(`${PAGE}/page.html`);
  const versioned = html
    .replace("web/page.css", `web/page.css?v=${tag(style)}`)
    .replace("web/page.js", `web/page.js?v=${tag(script)}`)
    .replace("web/views.js", `web/views.js?v=${tag(views)}`)
    .replace(/>\s+</g, "><")
    .replace(/\s+/g, " ");
  const size = [script, style, versioned].reduce((total, text) => total + bytes(text), 0);
  const later = bytes(views);
  if (size > LARGEST) throw new Error(`Cannot serve a page of ${size} bytes: ${LARGEST} at most`);
  if (later > LARGEST_LATER) {
    throw new Error(`Cannot load ${later} bytes of views: ${LARGEST_LATER} at most`);
  }
  const texts = { script, views, style, html: versioned, fingerprint };
  await Deno.writeTextFile(OUTPUT, moduleText(texts));
  console.error(`web page: ${size} bytes, of them ${bytes(script)} of script; ${later} later`);
}

function moduleText(
  { script, views, style, html, fingerprint }: Readonly<
    Record<"script" | "views" | "style" | "html" | "fingerprint", string>
  >,
): string {
  const asset = (name: string, text: string) =>
    `export const ${name} = {\n  tag: ${JSON.stringify(tag(text))},\n  text:\n    ${
      JSON.stringify(text)
    },\n};\n`;
  return [
    "// The table of the web page's files, made by tools/web_page.ts from the sources beside it: change those.\n",
    "// deno-fmt-ignore-file\n",
    "\n",
    "/** Of the sources: tells when this file is out of date. */\n",
    `export const FINGERPRINT = ${JSON.stringify(fingerprint)};\n`,
    asset("PAGE_HTML", html),
    asset("PAGE_CSS", style),
    asset("PAGE_JS", script),
    asset("VIEWS_JS", views),
  ].join("");
}

async function bundled(entry: string, format: "iife" | "esm"): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "web-page-" });
  try {
    const output = `${folder}/page.js`;
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["bundle", "-q", "--platform", "browser", "--format", format, "--minify"].concat([
        "-o",
        output,
        entry,
      ]),
      stderr: "piped",
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return (await Deno.readTextFile(output)).trim();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Without the spaces and remarks that are there for people. Nothing in the style has text with spaces that count. */
function shorterStyle(style: string): string {
  return style
    .replace(/\/\*.*?\*\//gs, "")
    .replace(/\s+/g, " ")
    .replace(/ ?([{};,]) ?/g, "$1")
    .replace(/: /g, ":")
    .replace(/;}/g, "}")
    .trim();
}

function tag(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
