// The table of commands: everything `runner` understands, with its help. Commands are loaded when they are run.
import type { CommandSpec } from "./command_spec.ts";
import { LOOK_COMMANDS } from "./commands_look.ts";
import { SERVICE_COMMANDS } from "./commands_service.ts";
import { STEER_COMMANDS } from "./commands_steer.ts";
import { EXEC_SPEC } from "./exec_spec.ts";
import { FOREIGN_OPTIONS } from "./foreign_options.ts";
import { HELP, JSON_OUTPUT, MANIFEST, TARGET, WAITING } from "./common_options.ts";

export const COMMANDS: readonly CommandSpec[] = [
  {
    name: "start",
    chapter: "run",
    usage: "runner start [MANIFEST] [OPTIONS] | runner start NAME… [OPTIONS]",
    summary: "Run the pool of programs that a manifest names, or start programs of a running one",
    options: [
      { ...MANIFEST, help: "The manifest; with names: the runner that has it" },
      {
        name: "detach",
        letter: "d",
        help: "Return when everything has been started; run on in the background",
      },
      {
        name: "nodaemon",
        letter: "n",
        help: "Stay in the foreground (the default; for supervisord's habits)",
      },
      { name: "quiet", letter: "q", help: "Do not copy the programs' output to stdout" },
      { name: "strict", help: "Take warnings about the manifest for errors" },
      {
        name: "watch",
        letter: "w",
        help: "Apply changes of the manifest by themselves, as watch_manifest does",
      },
      ...FOREIGN_OPTIONS,
      ...WAITING.map((option) => ({ ...option, help: `With names: ${lowered(option.help)}` })),
      JSON_OUTPUT,
      ...TARGET.filter(({ name }) => name !== MANIFEST.name),
      HELP,
    ],
    example: "runner start /etc/runner/shop.toml -d",
    takes: ["programs-or-manifests"],
    run: async (line) => (await import("./start_command.ts")).startCommand(line),
  },
  {
    name: "check",
    chapter: "run",
    usage: "runner check [MANIFEST] [OPTIONS]",
    summary: "Say what is wrong with a manifest, or print the plan as it would run",
    options: [
      MANIFEST,
      JSON_OUTPUT,
      { name: "strict", help: "Take warnings for errors, too: unknown keys, for instance" },
      ...FOREIGN_OPTIONS,
      HELP,
    ],
    example: "runner check supervisord.conf --json",
    takes: ["manifests"],
    run: async (line) => (await import("./check.ts")).check(line),
  },
  {
    name: "alert",
    chapter: "run",
    usage: "runner alert [MANIFEST] [NAME…] [OPTIONS]",
    summary: "Send a test message by the alerts of a manifest, and say whether it was delivered",
    options: [
      { ...MANIFEST, help: "The manifest" },
      JSON_OUTPUT,
      ...FOREIGN_OPTIONS,
      HELP,
    ],
    example: "runner alert runner.toml ops",
    takes: ["manifests"],
    run: async (line) => (await import("./alert.ts")).alertCommand(line),
  },
  {
    name: "import",
    chapter: "run",
    usage: "runner import FILE… [OPTIONS]",
    summary: "Make one TOML manifest of supervisord, PM2, Procfile, systemd, compose or cron files",
    options: [
      { name: "output", letter: "o", value: "FILE", takes: "files", help: "Write it there" },
      { name: "force", letter: "f", help: "Write over a file that is there" },
      ...FOREIGN_OPTIONS,
      HELP,
    ],
    example: "runner import ecosystem.config.js -o runner.toml",
    takes: ["files"],
    run: async (line) => (await import("./import.ts")).importManifests(line),
  },
  {
    name: "export",
    chapter: "run",
    usage: "runner export kubernetes|compose|systemd|nomad [MANIFEST] [OPTIONS]",
    summary: "Write the manifest in the words of an engine that runs many machines",
    options: [
      MANIFEST,
      { name: "image", letter: "i", value: "IMAGE", help: "The image that the programs are in" },
      { name: "namespace", value: "NAME", help: "The namespace of the objects" },
      { name: "one-pod", help: "Kubernetes: the whole pool in one pod, with the runner as PID 1" },
      {
        name: "output",
        letter: "o",
        value: "FOLDER",
        takes: "files",
        help: "Write files there instead of one text to stdout",
      },
      ...FOREIGN_OPTIONS,
      HELP,
    ],
    example: "runner export kubernetes runner.toml --image registry.example/shop:1 -o deploy",
    takes: ["files"],
    run: async (line) => (await import("./export.ts")).exportPlan(line),
  },
  EXEC_SPEC,
  ...LOOK_COMMANDS,
  ...STEER_COMMANDS,
  ...SERVICE_COMMANDS,
  {
    name: "supervisorctl",
    chapter: "more",
    usage: "runner supervisorctl [OPTIONS] [COMMAND…]",
    summary: "Speak as supervisorctl does, to a runner or to supervisord",
    options: [HELP],
    example: "runner supervisorctl -c supervisord.conf status",
    run: async (line) => {
      return (await import("./supervisorctl/supervisorctl.ts")).supervisorctl(line.words);
    },
  },
  {
    name: "supervisord",
    chapter: "more",
    usage: "runner supervisord [OPTIONS]",
    summary: "Start with supervisord's options; a link of that name does the same",
    options: [HELP],
    example: "runner supervisord -n -c supervisord.conf",
    run: async (line) => (await import("./supervisord.ts")).supervisord(line.words),
  },
  {
    name: "hash-password",
    chapter: "more",
    usage: "runner hash-password",
    summary: "Make the hash of a password for a server section of a manifest",
    options: [HELP],
    example: "runner hash-password < password.txt",
    run: async (line) => (await import("./hash_password.ts")).hashPasswordCommand(line),
  },
  {
    name: "completions",
    chapter: "more",
    usage: "runner completions bash|zsh|fish",
    summary: "Print the script that lets a shell complete commands, options and program names",
    options: [HELP],
    example: "runner completions bash > /etc/bash_completion.d/runner",
    takes: ["shells", "nothing"],
    run: async (line) => (await import("./completions.ts")).completions(line),
  },
  {
    name: "__complete",
    chapter: "hidden",
    usage: "runner __complete -- WORD…",
    summary: "What a shell could put in place of the last word",
    options: [],
    example: "runner __complete -- sta",
    run: async (line) => (await import("./complete_command.ts")).complete(line, COMMANDS),
  },
  {
    name: "__read-module",
    chapter: "hidden",
    usage: "runner __read-module FILE",
    summary: "What a module of JavaScript exports",
    options: [],
    example: "runner __read-module ecosystem.config.js",
    run: async (line) => (await import("./read_module.ts")).readModule(line),
  },
  {
    name: "version",
    chapter: "more",
    usage: "runner version [--json]",
    summary: "Print the version",
    options: [JSON_OUTPUT, HELP],
    example: "runner version",
    run: async (line) => (await import("./version.ts")).version(line),
  },
  {
    name: "help",
    chapter: "more",
    usage: "runner help [COMMAND]",
    summary: "Say how runner, or one of its commands, is used",
    options: [HELP],
    example: "runner help start",
    takes: ["commands", "nothing"],
    run: async (line) => (await import("./help.ts")).help(line, COMMANDS),
  },
];

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
