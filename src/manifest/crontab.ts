// Reads a crontab: every line of it is a program with a schedule.
import type { Document } from "./document.ts";
import { cronFields } from "./cron_fields.ts";
import {
  addSection,
  createDraft,
  differs,
  type Draft,
  type DraftSection,
  fails,
  finishDraft,
  type ForeignRequest,
  freeName,
  literal,
  put,
  remark,
} from "./foreign.ts";
import { shellCommand } from "./shell_command.ts";

interface Job {
  readonly line: number;
  /** Five fields, or a nickname. */
  readonly times: string;
  /** Null in the crontab of a user. */
  readonly user: string | null;
  readonly command: string;
}

/** What is set above a line holds for it. */
type Variables = Readonly<Record<string, string>>;

const NICKNAME = /^(@\w+)\s+(.*)$/s;
const FIELDS = /^((?:\S+\s+){4}\S+)\s+(.*)$/s;
const VARIABLE = /^([A-Za-z_]\w*)\s*=\s*(.*)$/s;

export function readCrontab(request: ForeignRequest): Document {
  const draft = createDraft(request);
  const isSystem = isSystemCrontab(request.source.file);
  let variables: Variables = {};
  request.text.split(/\r?\n/).forEach((raw, index) => {
    const text = raw.trim();
    const line = index + 1;
    if (text === "" || text.startsWith("#")) return;
    const variable = VARIABLE.exec(text);
    if (variable !== null) {
      const [, name = "", value = ""] = variable;
      variables = { ...variables, [name]: bare(value) };
      if (name === "MAILTO" && bare(value) !== "") {
        const what = "Nothing is mailed: output goes to a log (runner logs)";
        remark(draft, { section: null, key: name, line }, what);
      }
      return;
    }
    const job = readJob(text, { line, isSystem });
    if (job === null) {
      const what = `Cannot read "${text}" as a line of a crontab`;
      const wanted = isSystem ? "MINUTE HOUR DAY MONTH WEEKDAY USER COMMAND" : "five fields";
      fails(draft, { section: null, key: "", line }, what, `write ${wanted}, or NAME=VALUE`);
    } else takeJob(draft, job, variables);
  });
  if (draft.sections.length > 0) {
    const what = "A run that is due while the one before goes on is left out: see overlap";
    remark(draft, { section: null, key: "", line: 1 }, what);
  }
  return finishDraft(draft);
}

/** In these a user stands before the command. */
function isSystemCrontab(file: string): boolean {
  return /(^|\/)(etc\/crontab$|cron\.d\/)/.test(file);
}

function bare(text: string): string {
  const quoted = /^(["'])(.*)\1$/s.exec(text.trim());
  return quoted?.[2] ?? text.trim();
}

function readJob(
  text: string,
  { line, isSystem }: { readonly line: number; readonly isSystem: boolean },
): Job | null {
  const [, times, rest] = NICKNAME.exec(text) ?? FIELDS.exec(text) ?? [];
  if (times === undefined || rest === undefined) return null;
  if (!times.startsWith("@") && cronFields(times) === null) return null;
  const [, user = null, command] = isSystem
    ? /^(\S+)\s+(.+)$/s.exec(rest) ?? []
    : [null, null, rest];
  return command === undefined || command === "" ? null : { line, times, user, command };
}

function takeJob(draft: Draft, { line, times, user, command }: Job, variables: Variables): void {
  const { line: shellLine, input } = splitInput(command);
  const section = addSection(draft, "program", {
    key: "",
    line,
    value: freeName(draft, "program", jobName(shellLine)),
  });
  const words = commandWords(shellLine, variables["SHELL"]);
  put(draft, section, { key: "command", line, value: words.map(literal) });
  if (input !== null) {
    const what = `Ignored: "${input}" would be its standard input`;
    differs(draft, { section, key: "", line }, what, { allowed: "write it into a pipe: echo … |" });
  }
  putTimes(draft, section, { times, line, zone: variables["CRON_TZ"] });
  putHome(draft, section, { user, line, variables });
  const values = Object.entries(variables).filter(([name]) => !OF_CRON.includes(name))
    .map(([name, value]) => [name, literal(value)]);
  if (values.length === 0) return;
  put(draft, section, { key: "environment", line, value: Object.fromEntries(values) });
}

/** Names that cron itself reads. */
const OF_CRON = ["SHELL", "CRON_TZ", "MAILTO", "MAILFROM"];

/** Behind the first percent sign stands the input of the command; with a backslash it is one. */
function splitInput(command: string): { readonly line: string; readonly input: string | null } {
  const [, line = command, input] = /^((?:\\.|[^%\\])*)%(.*)$/s.exec(command) ?? [];
  return { line: line.replaceAll("\\%", "%").trim(), input: input ?? null };
}

/** What stands in no shell of its own needs none here. */
function commandWords(line: string, shell: string | undefined): readonly string[] {
  if (shell !== undefined && !/(^|\/)(ba|da|k|z)?sh$/.test(shell)) return [shell, "-c", line];
  const words = shellCommand(line);
  return words[0] === "/bin/sh" && shell !== undefined ? [shell, ...words.slice(1)] : words;
}

/** Of what it runs: the script behind an interpreter, the command behind `cd FOLDER &&`. */
function jobName(command: string): string {
  const line = command.replace(/^cd\s+\S+\s*(&&|;)\s*/, "");
  const words = line.split(/\s+/).filter((word) => !/^(\w+=|cd$|test$|\[$|-)/.test(word));
  const [first = "job", second] = words;
  const base = (text: string): string =>
    text.replace(/^.*\//, "").replace(/\.\w+$/, "").replaceAll(/[^\w.-]/g, "");
  const isInterpreter = /^(php|python\d*|node|perl|ruby|bash|sh|nice|flock|sudo|env)$/.test(
    base(first),
  );
  return (isInterpreter && second !== undefined ? base(second) : base(first)) || "job";
}

function putTimes(
  draft: Draft,
  section: DraftSection,
  { times, line, zone }: {
    readonly times: string;
    readonly line: number;
    readonly zone: string | undefined;
  },
): void {
  if (times.toLowerCase() === "@reboot") {
    put(draft, section, { key: "type", line, value: "oneshot" });
    remark(draft, { section, key: "", line }, "Run at each start of the runner");
    return;
  }
  put(draft, section, { key: "schedule", line, value: times.replaceAll(/\s+/g, " ") });
  if (zone !== undefined) put(draft, section, { key: "time_zone", line, value: zone });
}

/** cron begins in the home of the user. */
function putHome(
  draft: Draft,
  section: DraftSection,
  { user, line, variables }: {
    readonly user: string | null;
    readonly line: number;
    readonly variables: Variables;
  },
): void {
  const { machine } = draft;
  if (user !== null) put(draft, section, { key: "user", line, value: literal(user) });
  const home = variables["HOME"] ??
    (user === null ? machine.env["HOME"] : machine.lookupUser(user)?.home);
  if (home !== undefined) put(draft, section, { key: "directory", line, value: literal(home) });
}
