// Where services live on this machine, and the commands that make them known.
import { EXIT, RunnerError } from "../base/errors.ts";
import { lookupUser } from "../os/accounts.ts";
import type { CommandLine } from "./options.ts";
import { isFile } from "./find_manifest.ts";

export type Init = "systemd" | "openrc";

export interface ServicePlace {
  readonly init: Init;
  readonly file: string;
  readonly mode: number;
  /** To be run after the file has been written. */
  readonly enable: readonly Step[];
  /** To be run before the file is removed, and after that. */
  readonly disable: readonly Step[];
  readonly removed: readonly Step[];
  /** How the service is looked at. */
  readonly look: string;
}

export type Step = readonly string[];

export interface PlaceWish {
  readonly name: string;
  readonly init: Init;
  readonly isUserService: boolean;
  /** Another root of the file system, for images; empty: this one. */
  readonly root: string;
  /** Start it now; stop it before it is removed. */
  readonly isNow: boolean;
  /** Folder of a user's settings. */
  readonly configHome: string;
}

/** The place of a service and the steps around it. Decided from the wish alone. */
export function servicePlace(wish: PlaceWish): ServicePlace {
  return wish.init === "systemd" ? systemdPlace(wish) : openrcPlace(wish);
}

function systemdPlace({ name, isUserService, root, isNow, configHome }: PlaceWish): ServicePlace {
  const unit = `${name}.service`;
  const folder = isUserService ? `${configHome}/systemd/user` : "/etc/systemd/system";
  const user = isUserService ? ["--user"] : [];
  const other = root === "" ? [] : [`--root=${root}`];
  const call = (...words: readonly string[]) => ["systemctl", ...user, ...other, ...words];
  const reload = root === "" ? [call("daemon-reload")] : [];
  return {
    init: "systemd",
    file: `${root}${folder}/${unit}`,
    mode: 0o644,
    enable: [
      ...reload,
      call("enable", unit),
      ...(isNow && root === "" ? [call("restart", unit)] : []),
    ],
    disable: [
      ...(root === "" ? [call("stop", unit)] : []),
      call("disable", unit),
    ],
    removed: reload,
    look: ["systemctl", ...user, "status", name].join(" "),
  };
}

function openrcPlace({ name, root, isNow }: PlaceWish): ServicePlace {
  const other = root === "" ? [] : ["chroot", root];
  return {
    init: "openrc",
    file: `${root}/etc/init.d/${name}`,
    mode: 0o755,
    enable: [
      [...other, "rc-update", "add", name, "default"],
      ...(isNow && root === "" ? [["rc-service", name, "restart"]] : []),
    ],
    disable: [
      ...(root === "" ? [["rc-service", "--ifstarted", name, "stop"]] : []),
      [...other, "rc-update", "delete", name, "default"],
    ],
    removed: [],
    look: `rc-service ${name} status`,
  };
}

/** What starts services here: `--init`, else what runs. Throws RunnerError when it is neither. */
export function initOf(line: CommandLine): Init {
  const wished = line.value("init");
  if (wished === "systemd" || wished === "openrc") return wished;
  if (wished !== undefined) {
    throw new RunnerError(`Cannot install for "${wished}": use systemd or openrc`, {
      exitStatus: EXIT.usage,
    });
  }
  if (isThere("/run/systemd/system")) return "systemd";
  if (isThere("/run/openrc")) return "openrc";
  throw new RunnerError("Cannot install a service: neither systemd nor OpenRC runs here", {
    hint: [
      "In a container: run it as PID 1, `runner start MANIFEST`",
      "Elsewhere: have `runner start --nodaemon MANIFEST` started at boot, and SIGTERM sent at its end",
      "For an image: runner install --init systemd --root FOLDER",
    ].join("\n  "),
  });
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Which service a command line means, as `--user`, `--root` and `--init` say. */
export function wishOf(line: CommandLine, name: string, isNow: boolean): PlaceWish {
  const isUserService = line.has("user");
  const init = initOf(line);
  if (isUserService && init === "openrc") {
    throw new RunnerError("Cannot install a service of one user: OpenRC has none", {
      hint: "Leave out --user, or start the runner from crontab: @reboot runner start -d MANIFEST",
    });
  }
  const root = line.value("root")?.replace(/\/+$/, "") ?? "";
  return { name, init, isUserService, root, isNow, configHome: isUserService ? configHome() : "" };
}

/** Where systemd looks for the services of a user: HOME need not be set, and a relative path counts for nothing. */
function configHome(): string {
  const chosen = Deno.env.get("XDG_CONFIG_HOME") ?? "";
  if (chosen.startsWith("/")) return chosen;
  const home = Deno.env.get("HOME") ?? "";
  const known = home.startsWith("/") ? home : lookupUser(`${Deno.uid()}`)?.home;
  if (known !== undefined) return `${known}/.config`;
  throw new RunnerError("Cannot tell where your services are: you have no home folder", {
    hint: "Set HOME, or XDG_CONFIG_HOME",
  });
}

/** The text of a file, null when there is none. */
export function textAt(path: string): string | null {
  return isFile(path) ? Deno.readTextFileSync(path) : null;
}
