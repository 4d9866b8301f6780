// What a configuration says to supervisorctl. Unlike the original's, ours reads included files, too.
import { type Document, type Entry, type Section } from "../../manifest/document.ts";
import type { ManifestContext } from "../../manifest/context.ts";
import { readDocuments } from "../../manifest/include.ts";
import { createProblemLog } from "../../manifest/problems.ts";
import { type Scope, take } from "../../manifest/scope.ts";
import { CTL, INET_SERVER, UNIX_SERVER } from "../../manifest/settings_server.ts";
import { formatProblem, type Problem } from "../../base/errors.ts";

export interface CtlConfig {
  /** Null: it says nothing about where the server is. */
  readonly serverurl: string | null;
  readonly username: string | null;
  readonly password: string | null;
  readonly prompt: string | null;
  readonly historyFile: string | null;
}

export const NO_CONFIG: CtlConfig = {
  serverurl: null,
  username: null,
  password: null,
  prompt: null,
  historyFile: null,
};

/** Reads `[supervisorctl]`; a file without it still names the server by its server section. */
export async function readCtlConfig(
  path: string,
  machine: ManifestContext,
): Promise<CtlConfig | { readonly fault: string }> {
  const problems = createProblemLog();
  const documents = await readDocuments(path, machine, problems);
  const broken = faultOf(problems.all);
  if (documents.length === 0 || broken !== null) {
    return { fault: broken ?? `could not read config file ${path}` };
  }
  const scopeFor = (section: Section): Scope => ({
    section,
    machine,
    problems,
    names: {
      values: new Map([["host_node_name", machine.hostName]]),
      env: new Map(Object.entries(machine.env)),
    },
  });
  const own = sectionOf(documents, (name) => name === "supervisorctl");
  const config = own === null ? fromServer(documents, scopeFor) : fromSection(scopeFor(own));
  const fault = faultOf(problems.all);
  return fault === null ? config : { fault };
}

function faultOf(problems: readonly Problem[]): string | null {
  const first = problems.find(({ severity }) => severity === "error");
  return first === undefined ? null : formatProblem(first);
}

function fromSection(scope: Scope): CtlConfig {
  return {
    serverurl: take(scope, CTL.serverurl),
    username: take(scope, CTL.username),
    password: take(scope, CTL.password),
    prompt: take(scope, CTL.prompt),
    historyFile: take(scope, CTL.historyFile),
  };
}

/** Where the server of this very file listens: on its unix socket if it has one. */
function fromServer(
  documents: readonly Document[],
  scopeFor: (section: Section) => Scope,
): CtlConfig {
  const unix = sectionOf(documents, (name) => name.startsWith("unix_http_server"));
  const inet = sectionOf(documents, (name) => /^(?:inet_http_server|http$)/.test(name));
  const section = unix ?? inet;
  if (section === null) return NO_CONFIG;
  const scope = scopeFor(section);
  const file = unix === null ? null : take(scope, UNIX_SERVER.file);
  const port = unix === null ? take(scope, INET_SERVER.port) : null;
  const serverurl = file !== null ? `unix://${file}` : port === null ? null : inetUrl(port);
  const username = take(scope, UNIX_SERVER.username);
  const password = take(scope, UNIX_SERVER.password);
  return { ...NO_CONFIG, serverurl, username, password: hashed(password) ? null : password };
}

/** `9001`, `*:9001` and `host:9001`. */
function inetUrl(text: string): string {
  const colon = text.lastIndexOf(":");
  const host = text.slice(0, Math.max(0, colon));
  return `http://${host === "" || host === "*" ? "localhost" : host}:${text.slice(colon + 1)}`;
}

/** A hash is not what the server wants to be told. */
function hashed(password: string | null): boolean {
  return password?.startsWith("{") === true;
}

/** All sections that fit, as one: entries of later files stand over those of earlier ones. */
function sectionOf(
  documents: readonly Document[],
  fits: (name: string) => boolean,
): Section | null {
  const found = documents.flatMap(({ sections }) => sections)
    .filter(({ name }, _, all) => fits(name) && name === all.find((one) => fits(one.name))?.name);
  const [first] = found;
  if (first === undefined) return null;
  const defaults: (readonly [string, Entry])[] = documents.flatMap((one) => [...one.defaults]);
  const entries = new Map([...defaults, ...found.flatMap((one) => [...one.entries])]);
  return { ...first, entries };
}
