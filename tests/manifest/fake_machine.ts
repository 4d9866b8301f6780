// A machine for manifests in memory: files, users and groups by hand.
import type { ManifestContext, PathKind } from "../../src/manifest/context.ts";
import type { Plan, UserPlan } from "../../src/manifest/plan.ts";
import { type LoadedPlan, loadPlan } from "../../src/manifest/load_plan.ts";
import { formatProblem } from "../../src/base/errors.ts";

export interface FakeMachine {
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
  /** What exists beside cat, echo, ls and sh in `/bin` and `/usr/bin`, and the directories `/srv` and `/app`. */
  readonly paths?: Readonly<Record<string, PathKind>>;
}

const USERS: readonly UserPlan[] = [
  { name: "root", uid: 0, gid: 0, groups: [0], home: "/root", shell: "/bin/sh" },
  { name: "www", uid: 33, gid: 33, groups: [33, 44], home: "/var/www", shell: "/bin/false" },
  { name: "nobody", uid: 65534, gid: 65534, groups: [65534], home: "/", shell: "/bin/false" },
];

const GROUPS: Readonly<Record<string, number>> = { root: 0, www: 33, video: 44, staff: 50 };

export function fakeMachine(fake: FakeMachine = {}): ManifestContext {
  const files = fake.files ?? {};
  return {
    env: fake.env ?? { HOME: "/root", PATH: "/usr/bin:/bin" },
    cwd: "/srv",
    hostName: "box",
    uid: fake.uid ?? 0,
    totalMemory: 8 * 1024 ** 3,
    readText(path) {
      const text = files[path];
      return text === undefined ? { kind: "missing" } : { kind: "text", text };
    },
    glob(pattern, baseDir) {
      const whole = pattern.startsWith("/") ? pattern : `${baseDir}/${pattern}`;
      const expression = new RegExp(`^${whole.replaceAll(".", "\\.").replaceAll("*", "[^/]*")}$`);
      return Object.keys(files).filter((path) => expression.test(path)).toReversed();
    },
    lookupUser: (name) =>
      USERS.find((user) => user.name === name || `${user.uid}` === name) ?? null,
    lookupGroup(name) {
      const gid = GROUPS[name] ?? Object.values(GROUPS).find((number) => `${number}` === name);
      return gid ?? null;
    },
    exists(path) {
      const named = fake.paths?.[path];
      if (named !== undefined) return named;
      if (/^(\/usr)?\/bin\/(cat|echo|ls|sh)$/.test(path)) return "executable";
      return path === "/srv" || path === "/app" ? "directory" : "missing";
    },
  };
}

/** Loads one text as `/srv/test.ini`, or as TOML when the name says so. */
export function loadText(
  text: string,
  options: FakeMachine & { readonly name?: string } = {},
): Promise<LoadedPlan> {
  const name = options.name ?? "test.ini";
  const files = { ...options.files, [`/srv/${name}`]: text };
  return loadPlan(name, fakeMachine({ ...options, files }));
}

/** The plan of a text; fails when there is none. */
export async function planOfText(
  text: string,
  options: FakeMachine & { readonly name?: string } = {},
): Promise<Plan> {
  const { plan, problems } = await loadText(text, options);
  if (plan === null) throw new Error(`${text}\n${problems.map(formatProblem).join("\n")}`);
  return plan;
}

/** The problems of a text, each as the line that people see. */
export async function problemsOf(
  text: string,
  options: FakeMachine & { readonly name?: string } = {},
): Promise<readonly string[]> {
  return (await loadText(text, options)).problems.map(formatProblem);
}

/** The complaints about lines of a program in INI, without their places. */
export async function complaintsOf(lines: string): Promise<readonly string[]> {
  const problems = await problemsOf(`[program:p]\ncommand=/bin/cat\n${lines}\n`);
  return problems.map((problem) =>
    problem.replace(/^test\.ini:\d+: (warning: )?\[program:p\] /, "")
  );
}
