// Dark, light, or as the system has it.
/// <reference lib="dom" />
import { keep, recalled } from "./browser.ts";

const THEMES = ["system", "dark", "light"] as const;
type Theme = typeof THEMES[number];

/** Takes the choice of an earlier visit. */
export function recallTheme(): void {
  apply(chosen());
}

/** Changes to the next theme and gives its name. */
export function nextTheme(): Theme {
  const isSystemDark = matchMedia("(prefers-color-scheme: dark)").matches;
  // The first press must be seen: it goes to the opposite of what the system has.
  const order: readonly Theme[] = isSystemDark
    ? ["system", "light", "dark"]
    : ["system", "dark", "light"];
  const theme = order[(order.indexOf(chosen()) + 1) % order.length] ?? "system";
  keep("theme", theme);
  apply(theme);
  return theme;
}

function chosen(): Theme {
  const kept = recalled("theme");
  return THEMES.find((theme) => theme === kept) ?? "system";
}

function apply(theme: Theme): void {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset["theme"];
  else root.dataset["theme"] = theme;
}
