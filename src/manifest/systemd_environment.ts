// The variables of a systemd service.
import { readEnvFile } from "./env_file.ts";
import { differs, fails, literal } from "./foreign.ts";
import { cannot, every, last, type Service, set } from "./systemd_service.ts";
import type { UnitEntry } from "./systemd_unit.ts";
import { unitWords } from "./systemd_words.ts";

/** What systemd gives every service, and we have from our own environment. */
const COMMON = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TZ"];

/** Sets `environment` and `env_file`, and gives the variables that a command may use. */
export function putEnvironment(service: Service): ReadonlyMap<string, string> {
  const { machine } = service.draft;
  const own = ownVariables(service);
  const files = fileVariables(service);
  // In systemd the files win over Environment=, here it is the other way round.
  for (const name of files.keys()) own.delete(name);
  const [entry] = every(service, "Environment");
  if (own.size > 0 && entry !== undefined) {
    const table = Object.fromEntries([...own].map(([name, value]) => [name, literal(value)]));
    set(service, "environment", table, entry);
  }
  const common = COMMON.flatMap((name): [string, string][] => {
    const value = machine.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return new Map([...common, ...accountVariables(service), ...own, ...files]);
}

function ownVariables(service: Service): Map<string, string> {
  const variables = new Map<string, string>();
  for (const entry of every(service, "Environment")) {
    const words = unitWords(entry.value);
    if (words === null) {
      unreadable(service, entry);
      continue;
    }
    for (const word of words) {
      const equals = word.indexOf("=");
      if (equals > 0) variables.set(word.slice(0, equals), word.slice(equals + 1));
      else unreadable(service, entry);
    }
  }
  return variables;
}

/** Never shows the value: it may be secret. */
function unreadable(service: Service, entry: UnitEntry): void {
  const { draft, section } = service;
  fails(draft, { ...entry, section }, "Cannot read as KEY=VALUE", "quote what holds blanks");
}

function fileVariables(service: Service): ReadonlyMap<string, string> {
  const { draft, section } = service;
  const variables = new Map<string, string>();
  const entries = every(service, "EnvironmentFile");
  for (const entry of entries) {
    const path = entry.value.replace(/^-/, "");
    if (!path.startsWith("/")) cannot(service, entry, "an absolute path");
    const reading = draft.machine.readText(path);
    if (reading.kind !== "text") continue;
    for (const [name, value] of readEnvFile(reading.text).variables) variables.set(name, value);
  }
  const [first] = entries;
  if (first !== undefined) {
    set(service, "env_file", entries.map(({ value }) => literal(value)), first);
  }
  const unset = last(service, "UnsetEnvironment");
  if (unset !== null) {
    differs(draft, { ...unset, section }, "Ignored: variables cannot be taken away by name");
  }
  return variables;
}

function accountVariables(service: Service): readonly [string, string][] {
  const user = last(service, "User");
  const account = user === null ? null : service.draft.machine.lookupUser(user.value);
  if (account === null) return [];
  const { name, home, shell } = account;
  return [["HOME", home], ["USER", name], ["LOGNAME", name], ["SHELL", shell]];
}
