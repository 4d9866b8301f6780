// Where the page is, as the part of its address behind the #: which process is open, and on which tab.

export const TABS = ["log", "details", "history"] as const;
export type Tab = typeof TABS[number];

export interface Route {
  /** Id of a process or key of a program; null: nothing is open. */
  readonly open: string | null;
  readonly tab: Tab;
}

/** Reads `#p=web%3Aweb_0&tab=log`. */
export function readRoute(hash: string): Route {
  const values = new URLSearchParams(hash.replace(/^#/, ""));
  const tab = TABS.find((name) => name === values.get("tab")) ?? "log";
  const open = values.get("p");
  return { open: open === "" ? null : open, tab };
}

/** Writes it. */
export function routeHash({ open, tab }: Route): string {
  return open === null ? "#" : `#${new URLSearchParams({ p: open, tab })}`;
}
