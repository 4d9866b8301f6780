// Which format a manifest is written in, by its name.
import type { Dialect } from "./document.ts";

export type Format =
  | "ini"
  | "toml"
  | "json"
  | "yaml"
  | "module"
  | "procfile"
  | "systemd"
  | "crontab";

/** PM2's and compose's files are told apart by what is in them. */
export function formatOf(path: string): Format {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  if (/^procfile(\.|$)|\.procfile$/.test(name)) return "procfile";
  if (/(^|\.)cron(tab)?$|^crontab(\.|$)/.test(name) || /(^|\/)cron\.d\/[^/.]+$/.test(path)) {
    return "crontab";
  }
  // Any other .js is a program, and programs are not run to see what they export.
  if (/\.config\.[cm]?js$/.test(name)) return "module";
  switch (/\.([^.]*)$/.exec(name)?.[1]) {
    case "toml":
      return "toml";
    case "json":
    case "json5":
    case "jsonc":
      return "json";
    case "yml":
    case "yaml":
      return "yaml";
    case "service":
    case "target":
    case "timer":
      return "systemd";
    default:
      return "ini";
  }
}

/** Whose defaults hold: supervisord's for INI, ours for everything else. */
export function dialectOf(path: string): Dialect {
  return formatOf(path) === "ini" ? "ini" : "toml";
}
