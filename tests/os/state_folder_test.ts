// Where the folder for state is: by the environment and the user.
import { stateFolder } from "../../src/os/state_folder.ts";
import { assertEquals } from "../support/assert.ts";

const NAMES = ["RUNNER_STATE_DIR", "STATE_DIRECTORY", "XDG_STATE_HOME", "HOME"];

/** The answer with these variables and no others of those that count. */
function folderWith(values: Readonly<Record<string, string>>): string | null {
  const before = NAMES.map((name) => [name, Deno.env.get(name)] as const);
  try {
    for (const name of NAMES) Deno.env.delete(name);
    for (const [name, value] of Object.entries(values)) Deno.env.set(name, value);
    return stateFolder();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
}

Deno.test("stateFolder() takes what is said outright, then systemd's", () => {
  const both = { RUNNER_STATE_DIR: "/own", STATE_DIRECTORY: "/var/lib/a:/var/lib/b" };
  assertEquals(folderWith(both), "/own");
  assertEquals(folderWith({ STATE_DIRECTORY: "/var/lib/a:/var/lib/b" }), "/var/lib/a");
});

Deno.test("stateFolder() is the system's for root, else in the home", () => {
  const isRoot = Deno.uid() === 0;
  const usual = (path: string | null) => isRoot ? "/var/lib/runner" : path;
  assertEquals(folderWith({ XDG_STATE_HOME: "/x", HOME: "/h" }), usual("/x/runner"));
  assertEquals(folderWith({ HOME: "/h" }), usual("/h/.local/state/runner"));
  assertEquals(folderWith({ XDG_STATE_HOME: "relative" }), usual(null));
});
