// What README and docs show is so: their manifests can be read, their commands exist, their links lead somewhere.
import { formatProblem } from "../../src/base/errors.ts";
import { splitWords } from "../../src/base/words.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { knownCommand } from "../../src/cli/help.ts";
import { namedCall } from "../../src/cli/names.ts";
import { readOptions } from "../../src/cli/options.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { loadText } from "../manifest/fake_machine.ts";

const ROOT = new URL("../../", import.meta.url);

interface Page {
  readonly path: string;
  readonly text: string;
}

interface Block {
  /** Page and line. */
  readonly place: string;
  readonly language: string;
  readonly text: string;
}

function pagesBelow(folder: string): string[] {
  return Array.from(Deno.readDirSync(new URL(folder, ROOT)))
    .filter(({ name }) => name.endsWith(".md"))
    .map(({ name }) => folder + name);
}

const PAGES: readonly Page[] = [
  "README.md",
  ...pagesBelow("docs/").toSorted(),
  "bench/README.md",
  "examples/kubernetes/README.md",
].map((path) => ({ path, text: Deno.readTextFileSync(new URL(path, ROOT)) }));

/** The fenced blocks of a page. */
function blocksOf({ path, text }: Page): Block[] {
  return [...text.matchAll(/^( *)```(\w*)\n(.*?)^ *```$/gms)].map((match) => {
    const [, indent = "", language = "", body = ""] = match;
    const line = text.slice(0, match.index).split("\n").length;
    return { place: `${path}:${line}`, language, text: body.replaceAll(`\n${indent}`, "\n") };
  });
}

const BLOCKS = PAGES.flatMap(blocksOf);

/** What depends on a machine or on the rest of a manifest, and cannot be wrong in an excerpt. */
const ELSEWHERE =
  /It will not start|Nothing can be sent|Nothing is called|No file matches|hash-password|There is no (?:user|group)/;

Deno.test("README and docs show manifests without a mistake", async () => {
  const manifests = BLOCKS.filter(({ language, text }) =>
    (language === "toml" || language === "ini") && /^\[/m.test(text)
  );
  assertTrue(manifests.length > 20, `${manifests.length} manifests`);
  const found: string[] = [];
  for (const { place, language, text } of manifests) {
    const { problems } = await loadText(text, { name: `test.${language}` });
    const lines = problems.map(formatProblem).filter((line) => !ELSEWHERE.test(line));
    found.push(...lines.map((line) => `${place}: ${line}`));
  }
  assertEquals(found, []);
});

/** The command lines of a text for a shell that call `runner`, as words behind that. */
function callsOf(text: string): string[][] {
  return text.replaceAll("\\\n", " ").split("\n").flatMap((line) => {
    const call = /^(?:sudo |crontab .*&& |[A-Z_]+=\S* )?runner +(.*)$/.exec(line.trim())?.[1];
    if (call === undefined) return [];
    // A comment, and what a shell does with the output.
    const split = splitWords(call.replace(/ +(?:#|\||&&|>|<).*$/, ""));
    assertTrue(split.ok, line);
    return [[...split.words]];
  });
}

Deno.test("README and docs call runner with commands and options that it has", () => {
  const calls = BLOCKS.filter(({ language }) => language === "sh" || language === "")
    .flatMap((block) => callsOf(block.text).map((words) => ({ place: block.place, words })));
  assertTrue(calls.length > 40, `${calls.length} calls`);
  for (const { place, words } of calls) readCall(place, words);
});

Deno.test("the help of every command has an example that can be typed", () => {
  for (const { name, example } of COMMANDS) {
    const calls = callsOf(example);
    assertEquals(calls.map(([word]) => word), [name], example);
    for (const words of calls) readCall(`help ${name}`, words);
  }
});

/** Reads a command line as the program does, without running it. */
function readCall(place: string, words: readonly string[]): void {
  if (namedCall("runner", words) !== null) return;
  const [name = "", ...rest] = words;
  try {
    readOptions(rest, knownCommand(name, COMMANDS).options);
  } catch (error) {
    throw new Error(`${place}: runner ${words.join(" ")}`, { cause: error });
  }
}

Deno.test("docs/commands.md has every command and every other word for it", () => {
  const page = PAGES.find(({ path }) => path === "docs/commands.md")?.text ?? "";
  const shown = COMMANDS.filter(({ chapter }) => chapter !== "hidden" && chapter !== undefined);
  const missing = shown.flatMap(({ name, aliases = [] }) => [name, ...aliases])
    .filter((word) => !new RegExp(`(?:\`|\`runner |, |pm2 )${word}(?![\\w-])`).test(page));
  assertEquals(missing, []);
});

/** The name that a heading has in a link, as forges make it. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replace(/[^\p{L}\p{N}_\- ]/gu, "").replaceAll(" ", "-");
}

function anchorsOf(text: string): Set<string> {
  return new Set([...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading)));
}

Deno.test("links of README and docs lead to files and headings that are there", () => {
  const lost: string[] = [];
  for (const { path, text } of PAGES) {
    for (const [, link = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(?:https?|mailto):/.test(link)) continue;
      const target = new URL(link, new URL(path, ROOT));
      const anchor = target.hash.slice(1);
      target.hash = "";
      if (!isThere(target)) lost.push(`${path}: ${link}`);
      else if (anchor !== "" && !anchorsOf(Deno.readTextFileSync(target)).has(anchor)) {
        lost.push(`${path}: ${link}`);
      }
    }
  }
  assertEquals(lost, []);
});

function isThere(file: URL): boolean {
  try {
    Deno.statSync(file);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

Deno.test("README leads to every page of docs", () => {
  const readme = PAGES[0]?.text ?? "";
  const pages = PAGES.filter(({ path }) => path.startsWith("docs/"));
  assertEquals(pages.map(({ path }) => path).filter((path) => !readme.includes(`(${path})`)), []);
});
