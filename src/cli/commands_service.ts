// The table of the commands that make the runner a part of the machine.
import type { CommandSpec } from "./command_spec.ts";
import { HELP, MANIFEST, TIMEOUT } from "./common_options.ts";
import { ENVIRONMENT } from "./foreign_options.ts";
import type { OptionSpec } from "./options.ts";

const PLACE: readonly OptionSpec[] = [
  { name: "user", help: "A service of your own instead of the machine's" },
  {
    name: "name",
    value: "NAME",
    help: "What the service is called; else made of the manifest's name",
  },
  { name: "init", value: "INIT", help: "systemd or openrc; else the one that runs here" },
  {
    name: "root",
    value: "FOLDER",
    takes: "files",
    help: "Another root of the file system: an image",
  },
];

export const SERVICE_COMMANDS: readonly CommandSpec[] = [
  {
    name: "install",
    chapter: "run",
    usage: "runner install [MANIFEST] [OPTIONS]",
    summary: "Make a manifest a service that starts at boot: systemd or OpenRC",
    options: [
      MANIFEST,
      ENVIRONMENT,
      { name: "now", help: "Start it now, too; one that is installed already is restarted" },
      { name: "dry-run", help: "Print what would be written, and what would be run" },
      ...PLACE,
      HELP,
    ],
    example: "runner install /etc/runner/shop.toml --now",
    takes: ["manifests", "nothing"],
    run: async (line) => (await import("./install.ts")).install(line),
  },
  {
    name: "uninstall",
    chapter: "run",
    usage: "runner uninstall [MANIFEST] [OPTIONS]",
    summary: "Stop such a service and remove it",
    options: [
      { ...MANIFEST, help: "The manifest it was installed for" },
      { name: "dry-run", help: "Say what would be removed, and what would be run" },
      ...PLACE,
      HELP,
    ],
    example: "runner uninstall /etc/runner/shop.toml",
    takes: ["manifests", "nothing"],
    run: async (line) => (await import("./uninstall.ts")).uninstall(line),
  },
  {
    name: "upgrade",
    chapter: "run",
    usage: "runner upgrade (--from FILE | --reexec) [OPTIONS]",
    summary: "Put another version of runner in the place of this one; programs run on",
    options: [
      { name: "from", value: "FILE", takes: "files", help: "The new program" },
      {
        name: "reexec",
        help: "The file has been replaced already, by a package for instance: go on as it",
      },
      {
        name: "restart",
        help: "Restart the runners that run from the old one, with all their programs",
      },
      {
        name: "file-only",
        help: "Leave them alone: they go on with the old one until they are restarted",
      },
      { ...TIMEOUT, help: "How long a runner may take to come back: seconds, or 2m (the default)" },
      HELP,
    ],
    example: "runner upgrade --from ./runner-0.2.0-linux-x64",
    takes: ["nothing"],
    run: async (line) => (await import("./upgrade.ts")).upgrade(line),
  },
];
