// What counts as near enough to be meant.
import { didYouMean, suggest } from "../../src/base/suggest.ts";
import { assertEquals } from "../support/assert.ts";

const KEYS = ["autorestart", "autostart", "command", "user", "nice", "stdout_logfile", "umask"];

Deno.test("suggest() finds the nearest name when a third of the letters is right", () => {
  const cases: readonly (readonly [string, string | null])[] = [
    ["autorestrat", "autorestart"],
    ["autoretsart", "autorestart"],
    ["comand", "command"],
    ["COMMAND", "command"],
    ["stdout_log_file", "stdout_logfile"],
    ["usr", "user"],
    ["unmask", "umask"],
    ["xyz", null],
    ["", null],
    ["p2", null],
  ];
  for (const [word, found] of cases) assertEquals(suggest(word, KEYS), found, word);
});

Deno.test("didYouMean() is empty when nothing is near", () => {
  assertEquals(didYouMean("comand", KEYS), ` (did you mean "command"?)`);
  assertEquals(didYouMean("xyz", KEYS), "");
});
