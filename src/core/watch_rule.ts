// Which files count as changed, and which folders may hold such files: plain functions of patterns and paths.
import { isGlob, matchesGlob } from "../base/glob.ts";

export interface WatchRequest {
  /** Absolute patterns; `**` is any number of folders. One without a pattern in it is a file, or a folder and all in it. */
  readonly globs: readonly string[];
  /** Absolute paths of files, taken as they are. */
  readonly files: readonly string[];
  /** Names that do not count anywhere, or absolute patterns. */
  readonly ignore: readonly string[];
}

export interface WatchRule {
  /** Folders to begin with; they need not be there. */
  readonly bases: readonly string[];
  /** True when a change of this file counts. */
  matches(path: string): boolean;
  /** True when something below this folder may count. */
  mayHold(folder: string): boolean;
}

/** What editors, version control and programs leave behind, and what no program is made of. */
const USUALLY_IGNORED: readonly string[] = [
  ".git",
  ".hg",
  ".svn",
  "node_modules",
  "__pycache__",
  ".idea",
  ".vscode",
  ".DS_Store",
  "logs",
  "*.log",
  "*.log.*",
  "*.pid",
  "*.sock",
  "*~",
  "*.sw?",
  "*.tmp",
  ".#*",
  "#*#",
  "4913",
  "*___jb_tmp___",
  "*___jb_old___",
];

interface Pattern {
  readonly base: readonly string[];
  readonly rest: readonly string[];
  /** How many parts of a path are never ignored: whoever names a folder wants it. */
  readonly named: number;
}

export function watchRule({ globs, files, ignore }: WatchRequest): WatchRule {
  const patterns = [...globs.flatMap(patternsOf), ...files.map(fileOf)];
  const names = [...USUALLY_IGNORED, ...ignore.filter((one) => !one.startsWith("/"))];
  const tests = names.map(nameTest);
  const isIgnoredName = (part: string) => tests.some((test) => test(part));
  const paths = ignore.filter((one) => one.startsWith("/")).map(partsOf);
  const isIgnored = (parts: readonly string[], named: number) =>
    parts.slice(named).some(isIgnoredName) ||
    paths.some((path) => parts.some((_, at) => matchesAll(parts.slice(0, at + 1), path)));
  return {
    bases: [...new Set(patterns.map(({ base }) => `/${base.join("/")}`))],
    matches: (path) => {
      const parts = partsOf(path);
      return patterns.some((one) =>
        startsWith(parts, one.base) && matchesAll(parts.slice(one.base.length), one.rest) &&
        !isIgnored(parts, one.named)
      );
    },
    mayHold: (folder) => {
      const parts = partsOf(folder);
      return patterns.some((one) =>
        startsWith(parts, one.base) && reaches(parts.slice(one.base.length), one.rest) &&
        !isIgnored(parts, one.named)
      );
    },
  };
}

/** Every file of a large tree is asked about: the usual forms of patterns are told apart once. */
function nameTest(pattern: string): (name: string) => boolean {
  const [head, tail] = [pattern.slice(0, -1), pattern.slice(1)];
  if (!isGlob(pattern)) return (name) => name === pattern;
  if (pattern.startsWith("*") && !isGlob(tail)) return (name) => name.endsWith(tail);
  if (pattern.endsWith("*") && !isGlob(head)) return (name) => name.startsWith(head);
  return (name) => matchesGlob(name, pattern);
}

function patternsOf(glob: string): readonly Pattern[] {
  const parts = partsOf(glob);
  const first = parts.findIndex(isGlob);
  if (first >= 0) {
    return [{ base: parts.slice(0, first), rest: parts.slice(first), named: first }];
  }
  const [base, named] = [parts.slice(0, -1), parts.length];
  const last = parts.slice(-1);
  return [{ base, rest: last, named }, { base, rest: [...last, "**"], named }];
}

function fileOf(path: string): Pattern {
  const parts = partsOf(path);
  const name = parts.at(-1) ?? "";
  // A name with a star in it means itself here.
  const literal = name.replaceAll(/[*?[]/g, "[$&]");
  return { base: parts.slice(0, -1), rest: [literal], named: parts.length };
}

function partsOf(path: string): readonly string[] {
  return path.split("/").filter((part) => part !== "");
}

function startsWith(parts: readonly string[], base: readonly string[]): boolean {
  return parts.length >= base.length && base.every((part, at) => parts[at] === part);
}

/** True when the whole path matches. Only the latest `**` is ever tried again: no pattern takes for ever on a deep path. */
function matchesAll(parts: readonly string[], pattern: readonly string[]): boolean {
  let [at, word] = [0, 0];
  let [star, starAt] = [-1, 0];
  while (at < parts.length) {
    const wanted = pattern[word];
    if (wanted === "**") {
      if (word === pattern.length - 1) return true;
      star = word++;
      starAt = at;
    } else if (wanted !== undefined && matchesGlob(parts[at] ?? "", wanted)) {
      word++;
      at++;
    } else if (star >= 0) {
      word = star + 1;
      at = ++starAt;
    } else {
      return false;
    }
  }
  return word === pattern.length;
}

/** True when a longer path may match. */
function reaches(parts: readonly string[], pattern: readonly string[]): boolean {
  const [wanted, ...rest] = pattern;
  if (parts.length === 0) return wanted !== undefined;
  if (wanted === undefined) return false;
  if (wanted === "**") return true;
  const [part = "", ...others] = parts;
  return matchesGlob(part, wanted) && reaches(others, rest);
}
