// Readers of what a program waits for: names with what is wanted of them.
import type { DependencyPlan } from "./plan_work.ts";
import { listItems, parseBoolean } from "./readers.ts";
import { bad, cannotRead, good, type ValueType } from "./value_type.ts";

/** One word of `depends_on`, taken apart. */
export type DependencyWord = Pick<DependencyPlan, "target" | "until">;

/** What may be wanted of a dependency. */
export const UNTIL = ["started", "ready", "done"] as const;

/** `redis`, `redis:ready`, `workers:worker_00`, `workers:worker_00:done`. */
function readDependency(word: string): DependencyWord {
  const cut = word.lastIndexOf(":");
  const until = UNTIL.find((one) => one === word.slice(cut + 1).trim());
  if (cut < 0 || until === undefined) return { target: word, until: "ready" };
  return { target: word.slice(0, cut).trim(), until };
}

/** As it would be written. */
export function dependencyText({ target, until }: DependencyWord): string {
  return until === "ready" ? target : `${target}:${until}`;
}

export const DEPENDENCIES: ValueType<readonly DependencyWord[]> = {
  name: "list of dependencies",
  allowed:
    "use names of programs or groups, or group:process, each with :done or :started if need be",
  schema: { type: ["array", "string"], items: { type: "string" } },
  read(raw) {
    const items = listItems(raw)?.filter((item) => item !== "");
    if (items === undefined) return bad(cannotRead(raw, "a list of names"), this.allowed);
    const words = items.map(readDependency);
    const nameless = words.findIndex(({ target }) => target === "");
    if (nameless >= 0) return bad(`"${items[nameless]}" names nobody`, this.allowed);
    return good(
      words.filter((word, index) => index === words.findIndex((one) => isSame(one, word))),
    );
  },
};

function isSame(one: DependencyWord, other: DependencyWord): boolean {
  return one.target === other.target && one.until === other.until;
}

/** Targets of depends_on; null: all of them. */
export const RESTART_WITH: ValueType<readonly string[] | null> = {
  name: "list of dependencies",
  allowed: "use names that depends_on has, too, or true for all of them",
  schema: { type: ["array", "string", "boolean"], items: { type: "string" } },
  read(raw) {
    const isAll = parseBoolean(raw);
    if (isAll !== null) return good(isAll ? null : []);
    const items = listItems(raw)?.filter((item) => item !== "");
    if (items === undefined) return bad(cannotRead(raw, "a list of names"), this.allowed);
    return good(items.map((item) => readDependency(item).target));
  },
};
