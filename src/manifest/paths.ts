// Paths as a manifest writes them: `~`, relative ones, and the names that stand for our own streams.
import type { ManifestContext } from "./context.ts";
import type { LogDestination } from "./plan.ts";

/** `~` and `~user` at the start of a path, as os.path.expanduser does; an unknown user is left alone. */
export function expandHome(path: string, machine: ManifestContext): string {
  const match = /^~([^/]*)/.exec(path);
  if (match === null) return path;
  const user = match[1] ?? "";
  const home = user === ""
    ? machine.env["HOME"] ?? machine.lookupUser(`${machine.uid}`)?.home
    : machine.lookupUser(user)?.home;
  if (home === undefined) return path;
  return home.replace(/\/+$/, "") + path.slice(user.length + 1) || "/";
}

/** Absolute, without `.` and doubled slashes. `..` stays: behind a link it means something else. */
export function absolutePath(path: string, base: string): string {
  const whole = path.startsWith("/") ? path : `${base}/${path}`;
  if (!/\/\.?(\/|$)/.test(whole)) return whole;
  const parts = whole.split("/").filter((part) => part !== "" && part !== ".");
  return `/${parts.join("/")}`;
}

/** The directory of an absolute path. */
export function directoryOf(path: string): string {
  const end = path.lastIndexOf("/");
  return end <= 0 ? "/" : path.slice(0, end);
}

const OWN_STREAMS = new Map<string, LogDestination>([
  ...["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].map((path): [string, LogDestination] => [
    path,
    { kind: "stdout" },
  ]),
  ...["/dev/stderr", "/dev/fd/2", "/proc/self/fd/2"].map((path): [string, LogDestination] => [
    path,
    { kind: "stderr" },
  ]),
]);

/** Where a log path leads to: our own streams are known by their usual names. */
export function logDestination(path: string, machine: ManifestContext): LogDestination {
  const absolute = absolutePath(expandHome(path, machine), machine.cwd);
  return OWN_STREAMS.get(absolute) ?? { kind: "file", path: absolute };
}
