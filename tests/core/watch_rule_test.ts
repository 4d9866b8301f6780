// Which paths a watch is about.
import { watchRule } from "../../src/core/watch_rule.ts";
import { assertEquals } from "../support/assert.ts";

interface Case {
  readonly globs?: readonly string[];
  readonly files?: readonly string[];
  readonly ignore?: readonly string[];
  readonly yes: readonly string[];
  readonly no: readonly string[];
}

const CASES: Readonly<Record<string, Case>> = {
  "everything below a folder": {
    globs: ["/p/src/**"],
    yes: ["/p/src/a", "/p/src/a/b.ts", "/p/src/.env"],
    no: ["/p/src", "/p/a", "/p/srcs/a", "/q/src/a"],
  },
  "names in one folder": {
    globs: ["/p/*.ts"],
    yes: ["/p/a.ts"],
    no: ["/p/a.js", "/p/b/a.ts"],
  },
  "names at any depth": {
    globs: ["/p/**/*.ts"],
    yes: ["/p/a.ts", "/p/b/c/a.ts"],
    no: ["/p/a.tsx", "/p/b"],
  },
  "a folder by its name": {
    globs: ["/p/src"],
    yes: ["/p/src", "/p/src/a", "/p/src/a/b"],
    no: ["/p/srcs", "/p/a"],
  },
  "a file with odd characters": {
    files: ["/p/a[1]*.toml"],
    yes: ["/p/a[1]*.toml"],
    no: ["/p/a1x.toml", "/p/a[1]x.toml"],
  },
  "what is never meant": {
    globs: ["/p/**"],
    yes: ["/p/a"],
    no: [
      "/p/.git/HEAD",
      "/p/node_modules/x/index.js",
      "/p/logs/a",
      "/p/a.log",
      "/p/a.log.1",
      "/p/.a.swp",
      "/p/a~",
      "/p/x/__pycache__/a.pyc",
      "/p/.#a",
      "/p/4913",
    ],
  },
  "what is never meant, but named": {
    globs: ["/p/node_modules/mine/**", "/p/logs/format.log"],
    yes: ["/p/node_modules/mine/a.js", "/p/logs/format.log"],
    no: ["/p/node_modules/mine/node_modules/a.js", "/p/logs/a.log"],
  },
  "a project within a folder of such a name": {
    globs: ["/home/logs/p/**"],
    yes: ["/home/logs/p/a"],
    no: ["/home/logs/p/logs/a"],
  },
  "ignored by name and by path": {
    globs: ["/p/**"],
    ignore: ["*.md", "fixtures", "/p/src/gen/**", "/p/dist"],
    yes: ["/p/a.ts", "/p/src/a.ts", "/p/src/gen.ts", "/p/x/dist/a"],
    no: ["/p/a.md", "/p/x/fixtures/a", "/p/src/gen/a/b.ts", "/p/dist/a", "/p/dist"],
  },
};

for (const [name, one] of Object.entries(CASES)) {
  Deno.test(`watchRule() knows ${name}`, () => {
    const { globs = [], files = [], ignore = [], yes, no } = one;
    const rule = watchRule({ globs, files, ignore });
    assertEquals(yes.filter((path) => !rule.matches(path)), []);
    assertEquals(no.filter((path) => rule.matches(path)), []);
  });
}

Deno.test("watchRule() is soon done with a hostile pattern on a deep path", () => {
  // Trying every place of every `**` would take longer than there is time.
  const deep = `/p${"/a".repeat(200)}`;
  const rule = watchRule({ globs: [`/p${"/**/a".repeat(50)}/b`], files: [], ignore: [] });
  assertEquals([rule.matches(deep), rule.matches(`${deep}/b`)], [false, true]);
});

Deno.test("watchRule() tells which folders to look into", () => {
  const rule = watchRule({
    globs: ["/p/src/**/*.ts", "/p/conf/*/a.json", "/p/*.md"],
    files: ["/etc/x/a.toml"],
    ignore: [],
  });
  assertEquals(rule.bases, ["/p/src", "/p/conf", "/p", "/etc/x"]);
  const asked = ["/p", "/p/src", "/p/src/a/b", "/p/conf", "/p/conf/a", "/etc/x"];
  assertEquals(asked.filter((folder) => !rule.mayHold(folder)), []);
  const not = ["/p/conf/a/b", "/p/other", "/p/src/node_modules", "/etc", "/etc/x/y"];
  assertEquals(not.filter((folder) => rule.mayHold(folder)), []);
});
