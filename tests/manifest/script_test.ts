// Scripts in a manifest: which words they become, which mixtures are refused.
import { readScriptWords, scriptOf, scriptWords } from "../../src/manifest/script_words.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { loadText } from "./fake_machine.ts";

/** The command of a program with these lines, and every complaint about it. */
async function command(lines: string): Promise<readonly [readonly string[], string]> {
  const text = `[program.p]\n${lines}\n`;
  const { plan, problems } = await loadText(text, { name: "test.toml" });
  const process = plan?.groups[0]?.processes[0];
  const said = problems.map(({ key, what, allowed }) => `${key}: ${what}: ${allowed}`);
  return [process?.command ?? [], said.join("\n")];
}

Deno.test("script is run by the runner itself, with its arguments and without what it may not", async () => {
  const own = ["/proc/self/exe", "__script"];
  const cases: readonly (readonly [string, readonly string[]])[] = [
    [`script = "w.ts"`, [...own, "w.ts"]],
    [`script = "w.mjs"\nargs = ["a b", 7]`, [...own, "w.mjs", "a b", "7"]],
    [`script = "w.js"\nargs = "one 'two 3'"`, [...own, "w.js", "one", "two 3"]],
    [`script = "w.mts"\nargs = ["--deny=net"]`, [...own, "w.mts", "--deny=net"]],
    [`script = "w.ts"\nallow_net = true`, [...own, "w.ts"]],
    [
      `script = "w.ts"\nallow_net = false\nallow_ffi = false`,
      [...own, "--deny=net,ffi", "w.ts"],
    ],
    [
      `script = "w.ts"\nallow_net = ["a:1", "b"]\nallow_env = "HOME,PATH"\nallow_run = []`,
      [...own, "--deny=run", '--allow={"net":["a:1","b"],"env":["HOME","PATH"]}', "w.ts"],
    ],
    [`script = "w.ts"\nmax_heap = "64MB"`, [...own, "--max-heap=67108864", "w.ts"]],
    [`script = "w.php"\ninterpreter = "php -d x=1"\nargs = ["a"]`, "php -d x=1 w.php a".split(" ")],
    [`command = "echo $HOME | cat"\nshell = true`, ["/bin/sh", "-c", "echo $HOME | cat"]],
    [`command = "echo $HOME | cat"`, ["echo", "$HOME", "|", "cat"]],
  ];
  for (const [lines, words] of cases) assertEquals((await command(lines))[0], words, lines);
});

Deno.test("a script that cannot be run, or not like this, is refused with the reason", async () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    [`script = "w.ts"\ncommand = "x"`, /^command: Cannot be used together with script/m],
    [`script = "w.php"`, /^script: The runner itself cannot run "w.php": .*interpreter/m],
    [`script = "w.cts"`, /^script: The runner itself cannot run "w.cts"/m],
    [`command = "x"\nargs = ["a"]`, /^args: Only together with script/m],
    [`command = "x"\nallow_net = false`, /^allow_net: Only together with script/m],
    [
      `script = "w.py"\ninterpreter = "python3"\nallow_net = false`,
      /^allow_net: Only for scripts/m,
    ],
    [
      `script = "w.ts"\nallow_net = "flase"`,
      /^allow_net: Cannot limit a script to "flase" .*false/m,
    ],
    [
      `script = "w.ts"\nallow_net = 5`,
      /^allow_net: Cannot limit a script to 5: use true or false/m,
    ],
    [`script = "w.ts"\nallow_net = ["a", ""]`, /^allow_net: Cannot limit a script to/m],
    [`script = "w.ts"\nmax_heap = "1MB"`, /^max_heap: "1MB" is too little for a script/m],
    [`script = "w.ts"\nmax_heap = "many"`, /^max_heap: Cannot read "many" as a size/m],
    [`command = "x"\nmax_heap = "64MB"`, /^max_heap: Only together with script/m],
    [`script = "w.ts"\nargs = "a 'b"`, /^args: Cannot read/m],
    [`script = "gone.ts"`, /^script: It will not start: can't find script '\/.*gone\.ts'/m],
    [`directory = "/tmp"`, /^command: Required, but not set/m],
  ];
  for (const [lines, expected] of cases) {
    const [, said] = await command(lines);
    assertTrue(expected.test(said), `${lines}\n${said}`);
  }
});

Deno.test("readScriptWords() reads what scriptWords() writes", () => {
  const calls = [
    { script: "/a/w.ts", args: [], denied: [], allowed: {}, maxHeap: null },
    {
      script: "w.ts",
      args: ["--deny=net", "", "--max-heap=1"],
      denied: ["net", "run"],
      allowed: { read: ["/a b", '"'], env: ["X"] },
      maxHeap: 5,
    },
  ] as const;
  for (const call of calls) {
    assertEquals(readScriptWords(scriptWords(call).slice(2)), call);
    assertEquals(scriptOf(scriptWords(call)), call);
  }
  assertEquals(readScriptWords([]), null);
  assertEquals(scriptOf(["node", "__script", "w.ts"]), null);
});
