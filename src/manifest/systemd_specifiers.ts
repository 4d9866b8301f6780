// The specifiers of a systemd unit: `%n`, `%i`, `%h` and the rest.
import type { ManifestContext } from "./context.ts";

export interface UnitName {
  /** `worker@3.service` */
  readonly full: string;
  /** `worker@3` */
  readonly bare: string;
  /** `worker` */
  readonly prefix: string;
  /** `3`; empty without one. */
  readonly instance: string;
}

export function unitName(path: string): UnitName {
  const full = path.slice(path.lastIndexOf("/") + 1);
  const bare = full.replace(/\.service$/i, "");
  const at = bare.indexOf("@");
  return {
    full,
    bare,
    prefix: at < 0 ? bare : bare.slice(0, at),
    instance: at < 0 ? "" : bare.slice(at + 1),
  };
}

export interface Specified {
  readonly text: string;
  /** Specifiers that have no value here. */
  readonly unknown: readonly string[];
}

export interface SpecifierRequest {
  readonly name: UnitName;
  readonly path: string;
  readonly machine: ManifestContext;
}

/** Replaces them; `%%` is a percent sign. */
export function specify(text: string, request: SpecifierRequest): Specified {
  const unknown: string[] = [];
  const done = text.replaceAll(/%(.)/gs, (whole, letter: string) => {
    const value = valueOf(letter, request);
    if (value === null) unknown.push(whole);
    return value ?? whole;
  });
  return { text: done, unknown };
}

function valueOf(letter: string, request: SpecifierRequest): string | null {
  const { name, path, machine } = request;
  switch (letter) {
    case "%":
      return "%";
    case "n":
      return name.full;
    case "N":
      return name.bare;
    case "p":
      return name.prefix;
    case "P":
      return unescapeName(name.prefix);
    case "i":
      return name.instance;
    case "I":
      return unescapeName(name.instance);
    case "f":
      return `/${unescapeName(name.instance || name.prefix).replace(/^\/+/, "")}`;
    case "j":
      return name.prefix.slice(name.prefix.lastIndexOf("-") + 1);
    case "H":
      return machine.hostName;
    case "l":
      return machine.hostName.replace(/\..*/s, "");
    case "y":
      return path;
    case "Y":
      return path.slice(0, path.lastIndexOf("/")) || "/";
    default:
      return userValue(letter, machine) ?? folderOf(letter, machine);
  }
}

/** Those of whoever runs the units: root, or the user of `systemctl --user`. */
function userValue(letter: string, machine: ManifestContext): string | null {
  const { uid } = machine;
  const user = machine.lookupUser(`${uid}`);
  switch (letter) {
    case "U":
      return `${uid}`;
    case "u":
      return user?.name ?? null;
    case "G":
      return user === null ? null : `${user.gid}`;
    case "h":
      return user?.home ?? machine.env["HOME"] ?? null;
    case "s":
      return user?.shell ?? null;
    default:
      return null;
  }
}

function folderOf(letter: string, machine: ManifestContext): string | null {
  const isRoot = machine.uid === 0;
  const home = machine.env["HOME"] ?? "/";
  const own = (variable: string, below: string): string =>
    machine.env[variable] ?? `${home}/${below}`;
  switch (letter) {
    case "t":
      return isRoot ? "/run" : machine.env["XDG_RUNTIME_DIR"] ?? `/run/user/${machine.uid}`;
    case "S":
      return isRoot ? "/var/lib" : own("XDG_STATE_HOME", ".local/state");
    case "C":
      return isRoot ? "/var/cache" : own("XDG_CACHE_HOME", ".cache");
    case "L":
      return isRoot ? "/var/log" : `${own("XDG_STATE_HOME", ".local/state")}/log`;
    case "E":
      return isRoot ? "/etc" : own("XDG_CONFIG_HOME", ".config");
    case "T":
      return machine.env["TMPDIR"] ?? "/tmp";
    case "V":
      return machine.env["TMPDIR"] ?? "/var/tmp";
    default:
      return null;
  }
}

/** `-` stands for `/`, `\x2d` for what cannot stand there. */
function unescapeName(text: string): string {
  return text.replaceAll("-", "/").replaceAll(
    /\\x([\da-f]{2})/gi,
    (_, hex: string) => String.fromCharCode(parseInt(hex, 16)),
  );
}
