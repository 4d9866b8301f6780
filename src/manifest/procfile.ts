// Reads a Procfile: lines of `type: command`, run by a shell, each with a PORT of its own.
import { didYouMean } from "../base/suggest.ts";
import type { Document } from "./document.ts";
import { readEnvFile } from "./env_file.ts";
import {
  addSection,
  createDraft,
  differs,
  type Draft,
  fails,
  finishDraft,
  type ForeignRequest,
  literal,
  put,
  remark,
} from "./foreign.ts";
import { fullWidth } from "./full_width.ts";
import { countedFrom } from "./pm2_processes.ts";
import { shellCommand } from "./shell_command.ts";

/** foreman's: the first type gets 5000, the second 5100, and the processes of a type one after the other. */
const FIRST_PORT = 5000;
const PORT_STEP = 100;

interface ProcessType {
  readonly name: string;
  readonly command: string;
  readonly line: number;
}

export function readProcfile(request: ForeignRequest): Document {
  const draft = createDraft(request);
  const types = readTypes(draft, request.text);
  checkFormation(draft, types);
  const envFile = `${draft.source.here}/.env`;
  const base = firstPort(draft, envFile);
  types.forEach((type, index) => {
    const count = countOf(draft, type);
    if (count > 0) takeType(draft, type, { count, port: base + index * PORT_STEP, envFile });
  });
  return finishDraft(draft);
}

function readTypes(draft: Draft, text: string): readonly ProcessType[] {
  const types = new Map<string, ProcessType>();
  const lines = (text.startsWith("\uFEFF") ? text.slice(1) : text).split(/\r?\n/);
  lines.forEach((content, index) => {
    const line = index + 1;
    if (/^\s*(#|$)/.test(content)) return;
    const match = /^\s*([\w-]+)\s*:\s*(\S.*?)\s*$/.exec(content);
    const spot = { section: null, key: "", line };
    if (match === null) {
      fails(draft, spot, "Cannot read as TYPE: COMMAND", hintOf(content));
      return;
    }
    const [, name = "", command = ""] = match;
    if (types.has(name)) differs(draft, spot, `"${name}" stands above, too: this line counts`);
    types.set(name, { name, command, line });
  });
  return [...types.values()];
}

function hintOf(content: string): string {
  const found = [...content].find((char) => fullWidth(char)?.meant === '":"');
  if (found === undefined) return "write for instance web: php -S 0.0.0.0:$PORT";
  const column = [...content].indexOf(found) + 1;
  return `column ${column} has "${found}", ${fullWidth(found)?.name}: write ":"`;
}

/** `all=1` is for every type that is not named itself; without it those have none. */
function countOf(draft: Draft, { name }: ProcessType): number {
  const { formation } = draft.choice;
  return formation === null ? 1 : formation.get(name) ?? formation.get("all") ?? 0;
}

function checkFormation(draft: Draft, types: readonly ProcessType[]): void {
  const names = types.map(({ name }) => name);
  for (const name of draft.choice.formation?.keys() ?? []) {
    if (name === "all" || names.includes(name)) continue;
    const what = `There is no "${name}" for --formation${didYouMean(name, names)}`;
    fails(draft, { section: null, key: "", line: 0 }, what, `there are ${names.join(", ")}`);
  }
  for (const type of types) {
    if (countOf(draft, type) > 0) continue;
    const spot = { section: null, key: type.name, line: type.line };
    remark(draft, spot, "Left out: the formation has none of it");
  }
}

/** PORT of the .env file, or of our own environment. */
function firstPort(draft: Draft, envFile: string): number {
  const reading = draft.machine.readText(envFile);
  const own = reading.kind === "text" ? readEnvFile(reading.text).variables.get("PORT") : undefined;
  const text = own ?? draft.machine.env["PORT"] ?? "";
  return /^\d{1,5}$/.test(text) ? Number(text) : FIRST_PORT;
}

interface Shape {
  readonly count: number;
  readonly port: number;
  readonly envFile: string;
}

function takeType(draft: Draft, type: ProcessType, { count, port, envFile }: Shape): void {
  const { name, line, command } = type;
  const section = addSection(draft, "program", { key: "", line, value: name });
  const isRelease = name === "release";
  const set = (key: string, value: Parameters<typeof put>[2]["value"]): void =>
    put(draft, section, { key, line, value });
  set("command", shellCommand(command).map(literal));
  set("directory", literal(draft.source.here));
  if (count > 1) {
    set("numprocs", count);
    set("process_name", "%(program_name)s_%(process_num)d");
  }
  set("env_file", [`-${literal(envFile)}`]);
  set("environment", { PORT: countedFrom(port), PS: `%(program_name)s.${countedFrom(1)}` });
  set("autorestart", !isRelease);
  const spot = { section, key: "", line };
  if (isRelease) {
    set("autostart", false);
    differs(draft, spot, "Not started by itself: run it before a release: runner start release");
    return;
  }
  remark(draft, spot, "Started again when it ends; the others run on");
}
