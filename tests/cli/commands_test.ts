// The table of commands: complete, consistent, and every command has its help.
import assert from "node:assert/strict";
import { RunnerError } from "../../src/base/errors.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { describe, knownCommand, overview } from "../../src/cli/help.ts";
import { readOptions } from "../../src/cli/options.ts";
import { meansManifest } from "../../src/cli/start_command.ts";
import { assertEquals } from "../support/assert.ts";

const SHOWN = COMMANDS.filter(({ chapter }) => chapter !== "hidden");

for (const spec of SHOWN) {
  Deno.test(`runner ${spec.name} has help, an example that can be read, and --help`, () => {
    const text = describe(spec);
    assert.match(text, new RegExp(`^Usage: runner ${spec.name}\\b`, "m"));
    assert.match(spec.summary, /^[A-Z].*[^.]$/);
    const [first, name, ...words] = spec.example.split(/ [|<>] /)[0]?.split(" ") ?? [];
    assertEquals([first, name], ["runner", spec.name]);
    // The commands of others have options of their own.
    if (!/^supervisor/.test(spec.name)) readOptions(words, spec.options);
    assertEquals(readOptions(["--help"], spec.options).has("help"), true);
    const letters = spec.options.flatMap(({ letter }) => letter ?? []);
    assertEquals(new Set(letters).size, letters.length, letters.join());
    const names = spec.options.map(({ name }) => name);
    assertEquals(new Set(names).size, names.length, names.join());
  });
}

Deno.test("no word means two commands", () => {
  const words = COMMANDS.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  assertEquals(words.length, new Set(words).size, words.toSorted().join());
});

Deno.test("overview() names every command once", () => {
  const text = overview(COMMANDS);
  for (const { name } of SHOWN) {
    assertEquals(text.match(new RegExp(`^  ${name} `, "gm"))?.length, 1, name);
  }
  assert.doesNotMatch(text, /__complete/);
});

const PM2_WORDS = [
  "monit",
  "ls",
  "ps",
  "l",
  "show",
  "info",
  "del",
  "flush",
  "reloadLogs",
  "sendSignal",
];

Deno.test("words of PM2 are commands", () => {
  for (const word of PM2_WORDS) knownCommand(word, COMMANDS);
});

const STRANGE: readonly (readonly [string, RegExp])[] = [
  ["stauts", /Did you mean "runner status"\?/],
  ["reread", /runner update --dry-run/],
  ["maintail", /runner logs --self/],
  ["save", /nothing needs to be saved/],
  ["shop.toml", /runner start shop\.toml/],
  ["xyzzy", /Try: runner help/],
  ["constructor", /Try: runner help|Did you mean/],
];

for (const [word, hint] of STRANGE) {
  Deno.test(`knownCommand() says what to do instead of "${word}"`, () => {
    assert.throws(() => knownCommand(word, COMMANDS), (error: unknown) => {
      assert.ok(error instanceof RunnerError);
      assert.match(error.hint, hint);
      return error.exitStatus === 2;
    });
  });
}

const STARTS: readonly (readonly [string, boolean])[] = [
  ["", true],
  ["-c x.toml", true],
  ["-d", true],
  ["web", false],
  ["web:* mail", false],
  ["-c x.toml web", false],
  ["here", true],
  ["shop.toml", true],
  ["supervisord.CONF", true],
  ["./web", true],
  ["-s /run/x.sock shop.toml", false],
  ["web -d", true],
];

for (const [typed, expected] of STARTS) {
  Deno.test(`runner start ${typed} ${expected ? "runs a manifest" : "starts programs"}`, () => {
    const spec = knownCommand("start", COMMANDS);
    const line = readOptions(typed.split(" ").filter((word) => word !== ""), spec.options);
    assertEquals(meansManifest(line, (path) => path === "here"), expected);
  });
}
