// What completion offers, word by word.
import { COMMANDS } from "../../src/cli/commands.ts";
import { completionsFor, programNames } from "../../src/cli/complete.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { processView } from "../support/views.ts";

/** Words typed, candidates expected; `+p`, `+f` and `+e` for names of programs, files and overlays. */
const CASES: readonly (readonly [string, string])[] = [
  ["sta", "status start"],
  ["stat", "status"],
  ["tai", "tail"],
  ["flu", "flush"],
  ["__", ""],
  ["nonsense ", ""],
  ["stop ", "+p"],
  ["stop web ", "+p"],
  ["stop --no", "--no-wait"],
  ["stop --no-wait --no", ""],
  ["stop --timeout ", ""],
  ["stop -c ", "+f"],
  ["stop -c x.toml ", "+p"],
  ["stop -- --", "+p"],
  ["start ", "+p +f"],
  ["check ", "+f"],
  ["check -e ", "+e"],
  ["start x.toml --env", "--environment"],
  ["signal us", "USR1 USR2"],
  ["signal USR1 ", "+p"],
  ["scale ", "+p"],
  ["scale web ", ""],
  ["scale web -1", ""],
  ["completions ", "bash zsh fish"],
  ["completions bash ", ""],
  ["help stat", "status"],
  ["ls -w", ""],
  ["ls --wa", "--watch"],
  ["logs --nostr", ""],
  ["status --json=", ""],
  ["reopen ", ""],
];

for (const [typed, expected] of CASES) {
  Deno.test(`completionsFor() offers "${expected}" for "${typed}"`, () => {
    const offer = completionsFor(typed.split(" "), COMMANDS);
    const { files, programs, environments } = offer;
    const offered = offer.candidates.map(([word]) => word);
    const others = [programs ? "+p" : "", files ? "+f" : "", environments ? "+e" : ""];
    const all = [...offered, ...others.filter((sign) => sign !== "")];
    assertEquals(all.toSorted(), expected.split(" ").filter((word) => word !== "").toSorted());
  });
}

Deno.test("completionsFor() offers every command but the hidden ones, with what it does", () => {
  const { candidates } = completionsFor([""], COMMANDS);
  assertEquals(
    candidates.map(([word]) => word),
    COMMANDS.filter(({ chapter }) => chapter !== "hidden").map(({ name }) => name),
  );
  assertTrue(candidates.every(([, about]) => about !== ""), "some say nothing");
});

Deno.test("programNames() offers groups by name, and their processes after a colon", () => {
  const processes = [processView("cat"), processView("web:web_0"), processView("web:web_1")];
  const offered = (typed: string) => programNames(processes, typed).map(([word]) => word);
  assertEquals(offered(""), ["cat", "web", "all"]);
  assertEquals(offered("w"), ["web"]);
  assertEquals(offered("web:"), ["web:web_0", "web:web_1"]);
  assertEquals(offered("web:web_1"), ["web:web_1"]);
  assertEquals(programNames([], "").length, 0);
});
