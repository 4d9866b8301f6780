// Completion in real shells, typed into a real terminal.
import { assertTrue } from "../support/assert.ts";
import { BINARY, CHILDREN, type RunnerProcess, Sandbox } from "../support/runner_process.ts";
import { Terminal } from "../support/terminal.ts";
import { until } from "../support/wait.ts";

const BIN = BINARY.slice(0, BINARY.lastIndexOf("/"));

const MANIFEST = `
[program.web]
command = "${CHILDREN}/forever.sh"
numprocs = 2
process_name = "%(program_name)s_%(process_num)d"
[program.mailer]
command = "${CHILDREN}/forever.sh"
`;

async function pool(box: Sandbox): Promise<RunnerProcess> {
  const runner = box.start(MANIFEST);
  await until("an answer", async () => (await box.run(["pid"]).status).code === 0);
  return runner;
}

/** A shell with our completion, and nothing else of the machine's; `$ ` is its prompt. */
async function shell(box: Sandbox, command: readonly string[]): Promise<Terminal> {
  const env = {
    PATH: `${BIN}:${Deno.env.get("PATH") ?? ""}`,
    RUNNER_RUNTIME_DIR: box.path("run"),
    HOME: box.folder,
    LC_ALL: "C.UTF-8",
  };
  return await Terminal.open({ folder: box.folder, command, env, columns: 100 });
}

/** What is typed before the Tab, and what stands there after it. */
const TYPED: readonly (readonly [string, RegExp])[] = [
  ["runner statu", /\$ runner status $/m],
  ["runner stop --no-w", /\$ runner stop --no-wait $/m],
  ["runner restart m", /\$ runner restart mailer $/m],
  ["runner signal USR1 web:w", /\$ runner signal USR1 web:web_$/m],
  ["runner start shop.t", /\$ runner start shop\.toml $/m],
  ["runner check -c sho", /\$ runner check -c shop\.toml $/m],
];

/** Types each line, presses Tab, looks, and takes the line back. */
async function completes(terminal: Terminal): Promise<void> {
  for (const [text, expected] of TYPED) {
    await terminal.type(text);
    await terminal.press("Tab");
    // The screen is given without the blanks at the ends of lines.
    await terminal.shows(new RegExp(expected.source.replace(/ \$$/, "$"), "m"));
    await terminal.press("C-u");
    await until("an empty line", async () => /\$$/.test((await terminal.screen()).trimEnd()));
  }
}

Deno.test("bash completes commands, options, live names with colons, and files", async () => {
  await using box = new Sandbox();
  await pool(box);
  box.write("shop.toml", "");
  const rc = box.write(
    "rc",
    `PS1='$ '\nbind 'set bell-style none'\neval "$(runner completions bash)"\n`,
  );
  await using terminal = await shell(box, ["bash", "--noprofile", "--rcfile", rc, "-i"]);
  await terminal.shows(/^\$/m);
  await completes(terminal);
  await terminal.type("runner stop web:");
  await terminal.press("Tab");
  await terminal.press("Tab");
  await terminal.press("Tab");
  const shown = await terminal.shows(/web_0 +web_1/);
  assertTrue(shown.includes("runner stop web:web_"), shown);
});

Deno.test("zsh completes the same", async () => {
  await using box = new Sandbox();
  await pool(box);
  box.write("shop.toml", "");
  box.write(
    ".zshrc",
    `PS1='$ '\nautoload -U compinit\ncompinit -u -D\nsource <(runner completions zsh)\n`,
  );
  await using terminal = await shell(box, ["zsh", "-d", "-i"]);
  await terminal.shows(/^\$/m);
  await completes(terminal);
});

Deno.test("fish completes the same", async () => {
  await using box = new Sandbox();
  await pool(box);
  box.write("shop.toml", "");
  const start = "function fish_prompt; echo -n '$ '; end; set -g fish_greeting; " +
    "set -g fish_autosuggestion_enabled 0; runner completions fish | source";
  await using terminal = await shell(box, ["fish", "--no-config", "-i", "-C", start]);
  await terminal.shows(/^\$/m);
  await completes(terminal);
});
