// The page of all sections and keys, docs/manifest.md, made from the table of keys.
import type { Setting } from "../src/manifest/setting.ts";
import { type SectionKind, SECTIONS } from "../src/manifest/settings.ts";

const INTRODUCTION = `# Manifest reference

<!-- Made from src/manifest/settings.ts by \`deno task docs\`: edit there. -->

A manifest is INI, read exactly as supervisord reads it, or TOML (the name ends in \`.toml\`) with the
same keys in native types. \`runner check FILE\` shows all problems at once, or the plan as it would
run.

${
  table(["INI", "TOML"], [
    ["`[program:web]`", "`[program.web]`"],
    ["`[supervisord]`", "`[runner]`"],
    ['`command=php cli.php "a b"`', '`command = ["php", "cli.php", "a b"]`, or the same text'],
    ['`environment=A="1",B="2"`', '`environment = { A = "1", B = "2" }`'],
    ["`startsecs=5`", '`startsecs = 5`, or `"5s"`, `"1m30s"`'],
    ["`on_exit=12=restart, *=stop`", '`on_exit = { "12" = "restart", "*" = "stop" }`'],
  ])
}

Values are expanded: \`%(here)s\` is the directory of the file, \`%(host_node_name)s\` the name of the
machine, \`%(ENV_X)s\` the variable X of the runner; in programs also \`%(program_name)s\`,
\`%(group_name)s\`, \`%(process_num)d\` (or \`%(process_num)02d\`; \`%(process_num+8000)d\` counts from
8000, which supervisord cannot) and \`%(numprocs)d\`. A percent sign itself is
\`%%\`; in INI log file names it is \`%%%%\`, because supervisord expands them twice.
\`process_num\` and \`numprocs\` are known to the keys marked _each process_, all others are read once
per section.

In INI a \`;\` or \`#\` after a blank starts a comment, also within quotes. Indented lines continue a
value.

## Values

- **on_exit**: \`EXIT=ACTION\` pairs. EXIT is a code (\`12\`), a range (\`1-9\`), a signal (\`SIGKILL\`),
  \`signal\` for any signal, or \`*\` for the rest; the narrowest that fits decides. ACTION is
  \`restart\`, \`restart after 30s\`, \`stop\`, \`fatal\`, \`shutdown\` or \`shutdown 3\` (the runner stops
  everything and exits with 3; 0 when no number is given).
- **backoff**: \`initial=500ms factor=2 max=30s jitter=0.1 reset_after=10s\`, any of them, or a TOML
  table of them, or \`linear\`.
- **stop_signals**: \`TERM 10s, QUIT 5s, KILL\`; a signal without a wait takes \`stopwaitsecs\`.
- **start_limit**: \`5 in 1m\`. **max_age**: \`1h\`, or \`1h +- 10m\`.
- **max_memory**: \`200MB\`, \`1.5GB\`, or \`25%\` of the memory there is.
- **rlimit_...**: \`N\` for both halves, \`SOFT:HARD\`, \`SOFT:\` to leave the hard one, \`unlimited\`.
- **env_file**: lines of \`KEY=VALUE\`, \`export\` allowed, values bare, in \`'single'\` or \`"double"\`
  quotes (with \`\\n\`, \`\\"\`); \`$\` has no meaning. Files and no pipes: they are read
  again at each update.
- **inherit_env**: names and patterns such as \`LC_*\`; \`false\` lets nothing through.

What a TOML manifest says once for many programs, in several files, or for one environment:
[manifest-reuse.md](manifest-reuse.md).

What is wrong in a value is an error and nothing starts. Unknown keys and sections are warnings with a
suggestion, errors under \`runner check --strict\`. A missing command or working directory is an error
for \`runner check\` and a warning at start.
`;

export function manifestReference(): string {
  return [INTRODUCTION, ...SECTIONS.map(sectionText)].join("\n");
}

function sectionText(kind: SectionKind): string {
  const shared = SHARED.includes(kind.name);
  const settings = kind.settings.filter((setting) => !shared || !isProgramKey(setting));
  const none = settings.length === 0;
  return [
    `## ${heading(kind)}`,
    "",
    `${kind.help}${shared ? ` It has all keys of a program${none ? "." : ", and these:"}` : ""}`,
    "",
    ...none ? [] : [table(["key", "value", "default", "meaning"], settings.map(row)), ""],
  ].join("\n");
}

/** A table as the formatter wants it: columns of one width. */
function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...body.map((cells) => cells[column]?.length ?? 0))
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}

// Sections that repeat the keys of a program.
const SHARED: readonly string[] = ["defaults", "template", "fcgi-program", "eventlistener"];

function isProgramKey(setting: Setting<unknown>): boolean {
  return SECTIONS[0]?.settings.includes(setting) ?? false;
}

function heading(kind: SectionKind): string {
  const suffix = kind.named === "always" ? ["x", "x"] : ["", ""];
  const ini = suffix[0] === "" ? `[${kind.name}]` : `[${kind.name}:x]`;
  const toml = suffix[1] === "" ? `[${kind.toml}]` : `[${kind.toml}.x]`;
  if (kind.isTomlOnly === true) return `\`${toml}\`, in TOML only`;
  return ini === toml ? `\`${ini}\`` : `\`${ini}\`, in TOML \`${toml}\``;
}

function row(setting: Setting<unknown>): readonly string[] {
  const names = [setting.key, ...setting.aliases].map((name) => `\`${name}\``).join(", ");
  return [names, setting.type.name, defaultText(setting), `${setting.help}${notes(setting)}`];
}

function defaultText({ shown }: Setting<unknown>): string {
  return shown.ini === shown.toml ? shown.ini : `${shown.ini}; in TOML ${shown.toml}`;
}

function notes(setting: Setting<unknown>): string {
  const parts = [
    setting.phase === "process" ? "each process" : "",
    setting.systems.includes("supervisord") ? "" : "our own",
    setting.systems.includes("pm2") ? "like PM2" : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "" : ` _${parts.join(", ")}_`;
}
