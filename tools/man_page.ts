// Makes the man page runner.1 from the table of commands.
import { COMMANDS } from "../src/cli/commands.ts";
import type { Chapter, CommandSpec } from "../src/cli/command_spec.ts";
import type { OptionSpec } from "../src/cli/options.ts";

const CHAPTERS: readonly (readonly [Chapter, string])[] = [
  ["run", "Run a pool"],
  ["look", "Look at a running one"],
  ["steer", "Steer it"],
  ["more", "More"],
];

const DESCRIPTION =
  `Runner keeps worker programs alive: it starts the programs that a manifest names, starts them again
when they end, in the order they need each other, runs jobs when they are due, stops them gracefully, rotates
their logs and watches their memory and their health. Manifests are those of
supervisord, unchanged, or TOML. A running runner is looked at and steered by the same program.`;

const STATUSES: readonly (readonly [string, string])[] = [
  ["0", "It has been done."],
  ["1", "It could not be done."],
  ["2", "The command line or the manifest cannot be understood."],
  ["3", "There is no running runner to ask."],
  ["4", "There is no such program."],
];

const VARIABLES: readonly (readonly [string, string])[] = [
  ["RUNNER_SOCKET", "Socket or URL of the runner that commands talk to."],
  ["RUNNER_USER, RUNNER_PASSWORD", "User name and password there."],
  ["RUNNER_ENV", "The overlay of a manifest that counts, unless an option says so."],
  ["RUNNER_RUNTIME_DIR", "Folder for locks and sockets; it must belong to the user alone."],
  ["RUNNER_STATE_DIR", "Folder for the last due times of jobs that are to be caught up."],
  ["NOTIFY_SOCKET, WATCHDOG_USEC", "Set by a service manager, which is told how the pool is."],
];

const FILES: readonly (readonly [string, string])[] = [
  ["runner.toml, runner.ini, supervisord.conf", "Manifests looked for in the current folder."],
  [
    "/etc/runner/runner.toml, /etc/supervisord.conf, /etc/supervisor/supervisord.conf",
    "And then here.",
  ],
  ["/run/runner, $XDG_RUNTIME_DIR/runner", "Locks and sockets."],
  ["/var/lib/runner, $XDG_STATE_HOME/runner", "Due times of jobs with catch_up."],
];

export interface ManOptions {
  readonly version: string;
  /** As 2026-11-21. */
  readonly date: string;
}

/** The page, in man(7). */
export function manPage(
  { version, date }: ManOptions,
  commands: readonly CommandSpec[] = COMMANDS,
): string {
  const shown = commands.filter(({ chapter }) => chapter !== "hidden");
  const chapters = CHAPTERS.flatMap(([chapter, title]) => {
    const specs = shown.filter((spec) => (spec.chapter ?? "more") === chapter);
    return specs.length === 0 ? [] : [`.SS ${escaped(title)}`, ...specs.flatMap(commandLines)];
  });
  return [
    `.\\" Made from the table of commands by tools/man_page.ts.`,
    `.TH RUNNER 1 ${date} "runner ${escaped(version)}" "User Commands"`,
    ".SH NAME",
    "runner \\- keep worker programs alive",
    ".SH SYNOPSIS",
    ".B runner",
    ".I COMMAND",
    ".RI [ OPTIONS ]",
    ".SH DESCRIPTION",
    ...text(DESCRIPTION),
    ".PP",
    ...text(
      "A NAME is a program, a process (web:web_1), a group (web:*), a pattern (web*) or all.",
    ),
    ".SH COMMANDS",
    ...chapters,
    ".SH EXIT STATUS",
    ...STATUSES.flatMap(item),
    ".SH ENVIRONMENT",
    ...VARIABLES.flatMap(item),
    ".SH FILES",
    ...FILES.flatMap(item),
    ".SH SEE ALSO",
    ".BR systemd.service (5),",
    ".BR signal (7)",
    "",
  ].join("\n");
}

function commandLines(spec: CommandSpec): readonly string[] {
  const options = spec.options.filter(({ isHidden, name }) => isHidden !== true && name !== "help");
  const [first = "", ...more] = spec.usage.split(" | ");
  const also = spec.aliases ?? [];
  return [
    ".TP",
    `.B ${escaped(first)}`,
    ...more.flatMap((usage) => [".TQ", `.B ${escaped(usage)}`]),
    ...text(`${spec.summary}.`),
    ...(also.length === 0 ? [] : text(`Also: ${also.join(", ")}.`)),
    ...(options.length === 0 ? [] : [".RS", ...options.flatMap(optionLines), ".RE"]),
    ".IP",
    `Example: \\fB${escaped(spec.example)}\\fP`,
  ];
}

function optionLines({ name, letter, value, help }: OptionSpec): readonly string[] {
  const flag = `\\fB${escaped(`--${name}`)}\\fP`;
  const short = letter === undefined ? "" : `\\fB${escaped(`-${letter}`)}\\fP, `;
  const given = value === undefined ? "" : ` \\fI${escaped(value)}\\fP`;
  return [".TP", `${short}${flag}${given}`, ...text(`${help}.`)];
}

function item([term, meaning]: readonly [string, string]): readonly string[] {
  return [".TP", `.B ${escaped(term)}`, ...text(meaning)];
}

/** Lines of running text; none of them is taken for a request. */
function text(words: string): readonly string[] {
  return words.split("\n").map((line) => {
    const safe = escaped(line);
    return /^[.']/.test(safe) ? `\\&${safe}` : safe;
  });
}

/** What the typesetter would read otherwise. The hyphen of an option must stay one that can be copied. */
function escaped(words: string): string {
  return words.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("'", "\\(aq")
    .replaceAll("`", "\\(ga").replaceAll("~", "\\(ti").replaceAll("^", "\\(ha")
    .replaceAll('"', "\\(dq").replaceAll("…", "\\&.\\|.\\|.")
    .replaceAll(/\P{ASCII}/gu, (char) => `\\[u${hex(char)}]`);
}

function hex(char: string): string {
  return (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}
