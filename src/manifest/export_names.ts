// Names as other engines want them: small letters, digits and dashes, at most 63 of them.
import type { Plan } from "./plan.ts";

/** Names that say nothing: the folder around the file says more. */
const PLAIN = /^(runner|supervisord?|ecosystem|procfile|compose|docker-compose|pm2|app)$/i;

/** `mail-worker` for `Mail_worker`. */
export function labelOf(name: string): string {
  const bare = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-+|-+$/g, "");
  return bare.slice(0, 63).replace(/-+$/, "") || "program";
}

/** Gives each name a label of its own. */
export function uniqueLabels(names: readonly string[]): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  const taken = new Set<string>();
  for (const name of names) {
    const plain = labelOf(name);
    let label = plain;
    for (let number = 2; taken.has(label); number++) label = `${plain.slice(0, 58)}-${number}`;
    taken.add(label);
    labels.set(name, label);
  }
  return labels;
}

/** What the pool is called elsewhere: after its identifier, its file, or the folder of it. */
export function poolName({ file, runner }: Plan): string {
  if (runner.identifier !== "supervisor") return labelOf(runner.identifier);
  const parts = file.split("/");
  const stem = (parts.at(-1) ?? "").replace(/\..*$/s, "");
  return labelOf(PLAIN.test(stem) ? parts.at(-2) || "pool" : stem);
}
